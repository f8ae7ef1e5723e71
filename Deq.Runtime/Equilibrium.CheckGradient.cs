using Deq.Gradients;
using TorchSharp;
using static TorchSharp.torch;

namespace Deq;

public static partial class Equilibrium
{
    /// <summary>The relative error of a gradient that <c>CheckGradient</c> takes for right, unless given.</summary>
    public const double GradientCheckTolerance = 1e-5;

    /// <summary>
    /// Compares the gradient of a layer with finite differences and, where it is small enough, with dense algebra, for its inputs and every parameter,
    /// in float64. For tests; a layer of some hundred parameters takes seconds.
    /// </summary>
    /// <param name="layer">A layer with <c>[EquilibriumLayer]</c>, its parameters in float64, of one or several states, reversible or not. It is checked in eval mode, with its own solver and limits that let it converge; layers in its cell likewise.</param>
    /// <param name="input">What it is called with, float64, a few samples. Inputs that are no tensors of floating point, masks and indices, are passed on as they are.</param>
    /// <param name="tolerance">The relative error that counts as right; positive.</param>
    /// <param name="seed">Of the directions and of the loss.</param>
    /// <param name="reference">What it is compared with.</param>
    /// <returns>Per input and parameter what was found. <see cref="GradientCheckReport.Passed"/> is false too where a solve did not converge.</returns>
    /// <remarks>Parameters, gradients, options, statistics and the mode are as before afterwards.</remarks>
    /// <exception cref="EquilibriumException">The layer is no equilibrium layer, or not in float64.</exception>
    /// <example>
    /// <code>
    /// Equilibrium.CheckGradient(layer.to(float64), randn(2, 8, float64)).ThrowIfWrong();
    /// </code>
    /// </example>
    public static GradientCheckReport CheckGradient<T, TResult>(nn.Module<T, TResult> layer, T input,
        double tolerance = GradientCheckTolerance, int seed = 0, GradientReference reference = GradientReference.Automatic) =>
        CheckGradient(layer, [input], given => layer.forward((T)given[0]!), tolerance, seed, reference);

    /// <inheritdoc cref="CheckGradient{T, TResult}(nn.Module{T, TResult}, T, double, int, GradientReference)"/>
    public static GradientCheckReport CheckGradient<T1, T2, TResult>(nn.Module<T1, T2, TResult> layer, T1 input1, T2 input2,
        double tolerance = GradientCheckTolerance, int seed = 0, GradientReference reference = GradientReference.Automatic) =>
        CheckGradient(layer, [input1, input2], given => layer.forward((T1)given[0]!, (T2)given[1]!), tolerance, seed, reference);

    /// <inheritdoc cref="CheckGradient{T, TResult}(nn.Module{T, TResult}, T, double, int, GradientReference)"/>
    public static GradientCheckReport CheckGradient<T1, T2, T3, TResult>(nn.Module<T1, T2, T3, TResult> layer, T1 input1, T2 input2, T3 input3,
        double tolerance = GradientCheckTolerance, int seed = 0, GradientReference reference = GradientReference.Automatic) =>
        CheckGradient(layer, [input1, input2, input3], given => layer.forward((T1)given[0]!, (T2)given[1]!, (T3)given[2]!), tolerance, seed, reference);

    /// <inheritdoc cref="CheckGradient{T, TResult}(nn.Module{T, TResult}, T, double, int, GradientReference)"/>
    public static GradientCheckReport CheckGradient<T1, T2, T3, T4, TResult>(nn.Module<T1, T2, T3, T4, TResult> layer, T1 input1, T2 input2, T3 input3, T4 input4,
        double tolerance = GradientCheckTolerance, int seed = 0, GradientReference reference = GradientReference.Automatic) =>
        CheckGradient(layer, [input1, input2, input3, input4], given => layer.forward((T1)given[0]!, (T2)given[1]!, (T3)given[2]!, (T4)given[3]!), tolerance, seed, reference);

    /// <inheritdoc cref="CheckGradient{T, TResult}(nn.Module{T, TResult}, T, double, int, GradientReference)"/>
    public static GradientCheckReport CheckGradient<T1, T2, T3, T4, T5, TResult>(nn.Module<T1, T2, T3, T4, T5, TResult> layer, T1 input1, T2 input2, T3 input3, T4 input4, T5 input5,
        double tolerance = GradientCheckTolerance, int seed = 0, GradientReference reference = GradientReference.Automatic) =>
        CheckGradient(layer, [input1, input2, input3, input4, input5],
            given => layer.forward((T1)given[0]!, (T2)given[1]!, (T3)given[2]!, (T4)given[3]!, (T5)given[4]!), tolerance, seed, reference);

    /// <inheritdoc cref="CheckGradient{T, TResult}(nn.Module{T, TResult}, T, double, int, GradientReference)"/>
    public static GradientCheckReport CheckGradient<T1, T2, T3, T4, T5, T6, TResult>(nn.Module<T1, T2, T3, T4, T5, T6, TResult> layer, T1 input1, T2 input2, T3 input3, T4 input4, T5 input5, T6 input6,
        double tolerance = GradientCheckTolerance, int seed = 0, GradientReference reference = GradientReference.Automatic) =>
        CheckGradient(layer, [input1, input2, input3, input4, input5, input6],
            given => layer.forward((T1)given[0]!, (T2)given[1]!, (T3)given[2]!, (T4)given[3]!, (T5)given[4]!, (T6)given[5]!), tolerance, seed, reference);

    /// <summary>Compares the gradient of an equilibrium of a plain function with finite differences and dense algebra, for the given leaves, in float64.</summary>
    /// <param name="cell">f, a closure over its inputs and modules.</param>
    /// <param name="start">z_0, float64.</param>
    /// <param name="leaves">What f refers to and wants a gradient: float64 tensors with <c>requires_grad</c>.</param>
    /// <param name="options">Solver, gradient mode and the like; limits and tolerances are the check's own.</param>
    /// <param name="tolerance">The relative error that counts as right; positive.</param>
    /// <param name="seed">Of the directions and of the loss.</param>
    /// <param name="reference">What it is compared with.</param>
    /// <exception cref="EquilibriumException">No leaf is given, or one is not in float64 or wants no gradient.</exception>
    public static GradientCheckReport CheckGradient(Func<Tensor, Tensor> cell, Tensor start, IReadOnlyList<Tensor> leaves,
        EquilibriumOptions? options = null, double tolerance = GradientCheckTolerance, int seed = 0, GradientReference reference = GradientReference.Automatic)
    {
        ArgumentNullException.ThrowIfNull(cell);
        ArgumentNullException.ThrowIfNull(start);
        return CheckGradient(cell, start, z => [z], () => Solve(cell, start, options).Value, leaves, tolerance, seed, reference);
    }

    /// <summary>The same of several states.</summary>
    /// <param name="cell">f, from one tensor per state to as many; a closure over its inputs and modules.</param>
    /// <param name="start">z_0, one float64 tensor per state.</param>
    /// <param name="leaves">What f refers to and wants a gradient: float64 tensors with <c>requires_grad</c>.</param>
    /// <param name="options">Solver, gradient mode and the like; limits and tolerances are the check's own.</param>
    /// <param name="tolerance">The relative error that counts as right; positive.</param>
    /// <param name="seed">Of the directions and of the loss.</param>
    /// <param name="reference">What it is compared with.</param>
    /// <exception cref="EquilibriumException">No leaf is given, or one is not in float64 or wants no gradient.</exception>
    public static GradientCheckReport CheckGradient(Func<Tensor[], Tensor[]> cell, Tensor[] start, IReadOnlyList<Tensor> leaves,
        EquilibriumOptions? options = null, double tolerance = GradientCheckTolerance, int seed = 0, GradientReference reference = GradientReference.Automatic)
    {
        ArgumentNullException.ThrowIfNull(cell);
        ArgumentNullException.ThrowIfNull(start);
        using var scope = NewDisposeScope();
        var layout = new StateLayout("the equilibrium", start);
        return CheckGradient(packed => layout.Join(cell(layout.Split(packed))), layout.Join(start), layout.Split,
            () => layout.Join(Solve(cell, start, options).Value), leaves, tolerance, seed, reference);
    }

    private static GradientCheckReport CheckGradient(Func<Tensor, Tensor> cell, Tensor start, Func<Tensor, Tensor[]> split, Func<Tensor> solve, IReadOnlyList<Tensor> leaves,
        double tolerance, int seed, GradientReference reference)
    {
        ArgumentNullException.ThrowIfNull(leaves);
        if (leaves.Count == 0) throw new EquilibriumException("CheckGradient was given no leaf; give the tensors that f refers to and that want a gradient.");
        RequireFloat64("The initial state", start);
        for (var i = 0; i < leaves.Count; i++)
        {
            RequireFloat64($"Leaf {i}", leaves[i]);
            if (!leaves[i].requires_grad || !leaves[i].is_leaf)
                throw new EquilibriumException($"Leaf {i} is no leaf that wants a gradient; call requires_grad_() on a tensor that nothing computed.");
        }
        using var solves = new CheckedSolves();
        Tensor? point = null;
        Tensor[] Value()
        {
            var value = solve();
            // Beyond the scope of the loss.
            point ??= value.detach().clone().DetachFromDisposeScope();
            return split(value);
        }
        var check = new GradientCheck("The equilibrium", Value, Tolerance(tolerance), seed, reference != GradientReference.Algebra);
        try
        {
            return check.Run([.. leaves.Select((leaf, i) => ($"leaf {i}", leaf))], () => solves.Unsolved,
                () => WantsAlgebra(reference, start) ? DenseGradient.Of(cell, point!, z => check.Loss(split(z)), leaves) : null);
        }
        finally
        {
            point?.Dispose();
        }
    }

    private static GradientCheckReport CheckGradient(nn.Module layer, object?[] inputs, Func<object?[], object?> forward, double tolerance, int seed, GradientReference reference)
    {
        ArgumentNullException.ThrowIfNull(layer);
        if (layer is not IEquilibriumLayer equilibrium)
            throw new EquilibriumException($"{layer.GetName()} is no equilibrium layer: it lacks [EquilibriumLayer]. Give a plain function and its leaves to the other overload.");
        var name = equilibrium.State.Name;
        Tolerance(tolerance);
        using var scope = NewDisposeScope();
        List<(string Name, Tensor Leaf)> leaves = [];
        var given = new object?[inputs.Length];
        for (var i = 0; i < inputs.Length; i++) given[i] = Leaves(inputs[i], inputs.Length == 1 ? "the input" : $"input {InputName(layer, i, inputs.Length)}", name, leaves);
        foreach (var (parameter, value) in layer.named_parameters()) RequireFloat64($"{name}: the parameter {parameter}", value);
        foreach (var (parameter, value) in layer.named_parameters())
            if (value.requires_grad) leaves.Add((parameter, value));
        if (leaves.Count == 0) throw new EquilibriumException($"{name} has neither an input of floating point nor a parameter that wants a gradient; there is nothing to check.");

        using var solves = new CheckedSolves();
        // Parents first: train() goes down to the children, whose own mode then follows.
        var modes = layer.modules().Prepend(layer).Select(module => (Module: module, module.training)).ToArray();
        var putBack = layer.EquilibriumLayers().Select(each => each.State.Remember()).ToArray();
        try
        {
            layer.eval();
            var reversible = IsReversible(equilibrium, () => forward(given));
            var check = new GradientCheck(name, () => StateTensors.Of(forward(given)), tolerance, seed, reference != GradientReference.Algebra);
            double[][]? exact = null;
            // Reversible steps have a gradient of their own, which is no fixed point's.
            equilibrium.State.Solved = reversible ? null : (cell, point, layout) =>
            {
                // The first call of the check is the one on a tape; the others are those of the differences.
                equilibrium.State.Solved = null;
                if (WantsAlgebra(reference, point))
                    exact = DenseGradient.Of(cell, point, z => check.Loss(layout is null ? [z] : layout.Split(z)), [.. leaves.Select(l => l.Leaf)]);
            };
            return check.Run(leaves, () => solves.Unsolved, () => exact);
        }
        finally
        {
            foreach (var (module, training) in modes) module.train(training);
            foreach (var put in putBack) put();
        }
    }

    /// <summary>An input with leaves of the check's own in the place of its tensors of floating point.</summary>
    private static object? Leaves(object? input, string name, string layer, List<(string, Tensor)> leaves)
    {
        switch (input)
        {
            case Tensor tensor when tensor.is_floating_point():
                RequireFloat64($"{char.ToUpperInvariant(name[0])}{name[1..]} of {layer}", tensor);
                var leaf = tensor.detach().clone().requires_grad_();
                leaves.Add((name, leaf));
                return leaf;
            case Tensor[] tensors:
                return tensors.Select((tensor, i) => (Tensor)Leaves(tensor, $"{name}[{i}]", layer, leaves)!).ToArray();
            default:
                return input;
        }
    }

    private static string InputName(nn.Module layer, int index, int count) =>
        layer.GetType().GetMethods().FirstOrDefault(method => method.Name == "forward" && method.GetParameters().Length == count)?.GetParameters()[index].Name ?? $"{index + 1}";

    private static bool IsReversible(IEquilibriumLayer layer, Action call)
    {
        using var scope = NewDisposeScope();
        using var untaped = no_grad();
        call();
        return layer.Statistics.Forward?.Solver == SolveMessage.Reversible;
    }

    private static bool WantsAlgebra(GradientReference reference, Tensor state) => reference switch
    {
        GradientReference.Automatic => state.numel() <= DenseGradient.Largest,
        GradientReference.Algebra => true,
        _ => false,
    };

    private static double Tolerance(double tolerance) => Allowed.Positive(tolerance, nameof(tolerance))!.Value;

    private static void RequireFloat64(string what, Tensor value)
    {
        if (value.dtype != ScalarType.Float64)
            throw new EquilibriumException($"{what} is {value.dtype}; a gradient is checked in float64, where differences have digits enough. "
                + "Check a layer that was built or converted with to(float64): converting it here would replace its parameters, and an optimizer would go on with the old ones.");
    }
}
