using Deq.Gradients;
using TorchSharp;
using static TorchSharp.torch;

namespace Deq;

public static partial class Equilibrium
{
    /// <summary>The relative error of a gradient that <c>CheckGradient</c> takes for right, unless given.</summary>
    public const double GradientCheckTolerance = 1e-5;

    // Tight enough that what a solve leaves is no part of what is compared.
    private static readonly EquilibriumOptions CheckOptions = new()
    {
        MaxEvaluations = 1000,
        Tolerance = 1e-12,
        BackwardMaxEvaluations = 1000,
        BackwardTolerance = 1e-11,
        OnFailure = OnFailure.ThrowIfNotFinite,
        JacobianGamma = 0,
    };

    /// <summary>
    /// Compares the gradient of a layer with finite differences, for its input and every parameter, in float64. For tests; a layer of some
    /// hundred parameters takes seconds.
    /// </summary>
    /// <param name="layer">A layer with <c>[EquilibriumLayer]</c>, its parameters in float64. It is checked in eval mode, with its own solver and limits that let it converge.</param>
    /// <param name="input">What it is called with, float64, a few samples.</param>
    /// <param name="tolerance">The relative error that counts as right; positive.</param>
    /// <param name="seed">Of the directions and of the loss.</param>
    /// <returns>Per input and parameter what was found. <see cref="GradientCheckReport.Passed"/> is false too where a solve did not converge.</returns>
    /// <remarks>Parameters, gradients, options and the mode are as before afterwards.</remarks>
    /// <exception cref="EquilibriumException">The layer is no equilibrium layer, or not in float64.</exception>
    /// <example>
    /// <code>
    /// Equilibrium.CheckGradient(layer.to(float64), randn(2, 8, float64)).ThrowIfWrong();
    /// </code>
    /// </example>
    public static GradientCheckReport CheckGradient(nn.Module<Tensor, Tensor> layer, Tensor input, double tolerance = GradientCheckTolerance, int seed = 0)
    {
        ArgumentNullException.ThrowIfNull(layer);
        ArgumentNullException.ThrowIfNull(input);
        if (layer is not IEquilibriumLayer equilibrium)
            throw new EquilibriumException($"{layer.GetName()} is no equilibrium layer: it lacks [EquilibriumLayer]. Give a plain function and its leaves to the other overload.");
        var name = equilibrium.State.Name;
        RequireFloat64($"The input of {name}", input);
        foreach (var (parameter, value) in layer.named_parameters()) RequireFloat64($"{name}: the parameter {parameter}", value);

        using var scope = NewDisposeScope();
        var options = equilibrium.Options;
        // Parents first: train() goes down to the children, whose own mode then follows.
        var modes = layer.modules().Prepend(layer).Select(module => (Module: module, module.training)).ToArray();
        var x = input.detach().clone().requires_grad_();
        List<(string, Tensor)> leaves = [("the input", x)];
        foreach (var (parameter, value) in layer.named_parameters())
            if (value.requires_grad) leaves.Add((parameter, value));
        try
        {
            equilibrium.Options = CheckOptions.Over(options);
            layer.eval();
            return new GradientCheck(name, () => layer.call(x), Tolerance(tolerance), seed).Run(leaves, () => Unsolved(equilibrium.Statistics));
        }
        finally
        {
            equilibrium.Options = options;
            foreach (var (module, training) in modes) module.train(training);
        }
    }

    /// <summary>Compares the gradient of an equilibrium of a plain function with finite differences, for the given leaves, in float64.</summary>
    /// <param name="cell">f, a closure over its inputs and modules.</param>
    /// <param name="start">z_0, float64.</param>
    /// <param name="leaves">What f refers to and wants a gradient: float64 tensors with <c>requires_grad</c>.</param>
    /// <param name="options">Solver, gradient mode and the like; limits and tolerances are the check's own.</param>
    /// <param name="tolerance">The relative error that counts as right; positive.</param>
    /// <param name="seed">Of the directions and of the loss.</param>
    /// <exception cref="EquilibriumException">No leaf is given, or one is not in float64 or wants no gradient.</exception>
    public static GradientCheckReport CheckGradient(Func<Tensor, Tensor> cell, Tensor start, IReadOnlyList<Tensor> leaves,
        EquilibriumOptions? options = null, double tolerance = GradientCheckTolerance, int seed = 0)
    {
        ArgumentNullException.ThrowIfNull(cell);
        ArgumentNullException.ThrowIfNull(start);
        ArgumentNullException.ThrowIfNull(leaves);
        if (leaves.Count == 0) throw new EquilibriumException("CheckGradient was given no leaf; give the tensors that f refers to and that want a gradient.");
        RequireFloat64("The initial state", start);
        for (var i = 0; i < leaves.Count; i++)
        {
            RequireFloat64($"Leaf {i}", leaves[i]);
            if (!leaves[i].requires_grad || !leaves[i].is_leaf)
                throw new EquilibriumException($"Leaf {i} is no leaf that wants a gradient; call requires_grad_() on a tensor that nothing computed.");
        }
        EquilibriumStatistics? statistics = null;
        Tensor Value()
        {
            var result = Solve(cell, start, CheckOptions.Over(options ?? EquilibriumOptions.Default));
            statistics = result.Statistics;
            return result.Value;
        }
        return new GradientCheck("The equilibrium", Value, Tolerance(tolerance), seed)
            .Run([.. leaves.Select((leaf, i) => ($"leaf {i}", leaf))], () => Unsolved(statistics));
    }

    private static double Tolerance(double tolerance) => Allowed.Positive(tolerance, nameof(tolerance))!.Value;

    private static string? Unsolved(EquilibriumStatistics? statistics)
    {
        foreach (var solve in new[] { statistics?.Forward, statistics?.Backward })
            // What float64 resolves can lie above the tolerance asked for.
            if (solve is { Residual: > 1e-10 }) return $"{solve.Message} Away from a fixed point there is no gradient to compare with.";
        return null;
    }

    private static void RequireFloat64(string what, Tensor value)
    {
        if (value.dtype != ScalarType.Float64)
            throw new EquilibriumException($"{what} is {value.dtype}; a gradient is checked in float64, where differences have digits enough. "
                + "Check a layer that was built or converted with to(float64): converting it here would replace its parameters, and an optimizer would go on with the old ones.");
    }
}
