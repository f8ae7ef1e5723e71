using Deq.Gradients;
using TorchSharp;
using static TorchSharp.torch;

namespace Deq;

/// <summary>Equilibria without a generator: what is emitted for a layer, as a call.</summary>
public static partial class Equilibrium
{
    /// <summary>Solves z* = f(z*) and attaches the implicit gradient, for everything that f refers to.</summary>
    /// <param name="cell">f, from B x ... to the same shape; a closure over its inputs and modules.</param>
    /// <param name="start">z_0, B x ...; tells shape, type and device.</param>
    /// <param name="options">Options; null for the defaults. Training limits apply unless <paramref name="module"/> is in eval mode. One that this call would make no use of is refused.</param>
    /// <param name="module">The module whose parameters f uses, if any: decides between train and eval, and its weight-normalised modules and variational dropout are told that a solve begins.</param>
    /// <returns>f(z*), the penalty (with <see cref="EquilibriumOptions.JacobianGamma"/>), intermediate states (with <see cref="EquilibriumOptions.CorrectionStates"/>) and statistics.</returns>
    /// <exception cref="EquilibriumSolveException">A sample failed in a way that <see cref="EquilibriumOptions.OnFailure"/> does not accept.</exception>
    /// <exception cref="EquilibriumException">An option that belongs to another kind of call, or to an adjoint solve that the gradient does not make, is set.</exception>
    /// <example>
    /// <code>
    /// var z = Equilibrium.Solve(z =&gt; tanh(linear.call(z) + x), zeros_like(x)).Value;
    /// </code>
    /// </example>
    public static EquilibriumResult<Tensor> Solve(Func<Tensor, Tensor> cell, Tensor start, EquilibriumOptions? options = null, nn.Module? module = null)
    {
        ArgumentNullException.ThrowIfNull(cell);
        ArgumentNullException.ThrowIfNull(start);
        using var call = EquilibriumCall.Begin(module, options, reversible: false);
        return Solve(call, cell, start, each => each);
    }

    /// <summary>The same of an f that is given its inputs. A sample whose solve is not finite then takes nothing from the gradients of the others, whatever its inputs hold.</summary>
    /// <param name="cell">f, from a state and the given inputs to a state.</param>
    /// <param name="start">z_0, B x ...; tells shape, type and device.</param>
    /// <param name="inputs">The inputs that f injects. Of those whose dimension 0 is the batch, <see cref="OnFailure.Report"/> says what becomes of a sample that failed.</param>
    /// <param name="options"><inheritdoc cref="Solve(Func{Tensor, Tensor}, Tensor, EquilibriumOptions?, nn.Module?)" path="/param[@name='options']"/></param>
    /// <param name="module"><inheritdoc cref="Solve(Func{Tensor, Tensor}, Tensor, EquilibriumOptions?, nn.Module?)" path="/param[@name='module']"/></param>
    /// <returns><inheritdoc cref="Solve(Func{Tensor, Tensor}, Tensor, EquilibriumOptions?, nn.Module?)" path="/returns"/></returns>
    /// <exception cref="EquilibriumSolveException">A sample failed in a way that <see cref="EquilibriumOptions.OnFailure"/> does not accept.</exception>
    /// <exception cref="EquilibriumException">An option that belongs to another kind of call, or to an adjoint solve that the gradient does not make, is set.</exception>
    public static EquilibriumResult<Tensor> Solve(Func<Tensor, Tensor[], Tensor> cell, Tensor start, Tensor[] inputs, EquilibriumOptions? options = null, nn.Module? module = null)
    {
        ArgumentNullException.ThrowIfNull(cell);
        ArgumentNullException.ThrowIfNull(start);
        ArgumentNullException.ThrowIfNull(inputs);
        using var call = EquilibriumCall.Begin(module, options, reversible: false);
        return Solve(call, cell, start, inputs, each => each);
    }

    /// <summary>The same of several states: z* = f(z*), every state of a shape and type of its own.</summary>
    /// <param name="cell">f, from one tensor B x ... per state to as many of the same shapes and types; a closure over its inputs and modules.</param>
    /// <param name="start">z_0, one tensor per state.</param>
    /// <param name="options"><inheritdoc cref="Solve(Func{Tensor, Tensor}, Tensor, EquilibriumOptions?, nn.Module?)" path="/param[@name='options']"/></param>
    /// <param name="module"><inheritdoc cref="Solve(Func{Tensor, Tensor}, Tensor, EquilibriumOptions?, nn.Module?)" path="/param[@name='module']"/></param>
    /// <returns>f(z*), one tensor per state, with penalty, intermediate states and statistics as of one state. A residual is that of a sample's states together.</returns>
    /// <exception cref="EquilibriumSolveException">A sample failed in a way that <see cref="EquilibriumOptions.OnFailure"/> does not accept.</exception>
    /// <exception cref="EquilibriumException">There is no state, the batch sizes differ, f changes a shape or type, or an option that belongs to another kind of call, or to an adjoint solve that the gradient does not make, is set.</exception>
    /// <example>
    /// <code>
    /// var (high, low) = (zeros(8, 32), zeros(8, 16));
    /// var states = Equilibrium.Solve(z =&gt; [tanh(up.call(z[1]) + x), tanh(down.call(z[0]))], [high, low]).Value;
    /// </code>
    /// </example>
    public static EquilibriumResult<Tensor[]> Solve(Func<Tensor[], Tensor[]> cell, Tensor[] start, EquilibriumOptions? options = null, nn.Module? module = null)
    {
        ArgumentNullException.ThrowIfNull(cell);
        ArgumentNullException.ThrowIfNull(start);
        using var call = EquilibriumCall.Begin(module, options, reversible: false);
        var layout = call.Layout(start);
        return Solve(call, packed => layout.Join(cell(layout.Split(packed))), layout.Join(start), layout.Split);
    }

    /// <summary>The same of several states and of an f that is given its inputs.</summary>
    /// <param name="cell">f, from one tensor per state and the given inputs to one tensor per state.</param>
    /// <param name="start">z_0, one tensor per state.</param>
    /// <param name="inputs"><inheritdoc cref="Solve(Func{Tensor, Tensor[], Tensor}, Tensor, Tensor[], EquilibriumOptions?, nn.Module?)" path="/param[@name='inputs']"/></param>
    /// <param name="options"><inheritdoc cref="Solve(Func{Tensor, Tensor}, Tensor, EquilibriumOptions?, nn.Module?)" path="/param[@name='options']"/></param>
    /// <param name="module"><inheritdoc cref="Solve(Func{Tensor, Tensor}, Tensor, EquilibriumOptions?, nn.Module?)" path="/param[@name='module']"/></param>
    /// <returns>f(z*), one tensor per state, with penalty, intermediate states and statistics as of one state.</returns>
    /// <exception cref="EquilibriumSolveException">A sample failed in a way that <see cref="EquilibriumOptions.OnFailure"/> does not accept.</exception>
    /// <exception cref="EquilibriumException">There is no state, the batch sizes differ, f changes a shape or type, or an option that belongs to another kind of call, or to an adjoint solve that the gradient does not make, is set.</exception>
    public static EquilibriumResult<Tensor[]> Solve(Func<Tensor[], Tensor[], Tensor[]> cell, Tensor[] start, Tensor[] inputs, EquilibriumOptions? options = null, nn.Module? module = null)
    {
        ArgumentNullException.ThrowIfNull(cell);
        ArgumentNullException.ThrowIfNull(start);
        ArgumentNullException.ThrowIfNull(inputs);
        using var call = EquilibriumCall.Begin(module, options, reversible: false);
        var layout = call.Layout(start);
        return Solve(call, (packed, given) => layout.Join(cell(layout.Split(packed), given)), layout.Join(start), inputs, layout.Split);
    }

    /// <summary>The reversible iteration (McCallum, Arora, Foster 2025) with its exact gradient, as a call.</summary>
    /// <param name="cell">f, from a state and the given inputs to a state. What else it refers to, beyond <paramref name="module"/>'s parameters, gets no gradient.</param>
    /// <param name="start">y_0 = z_0, B x ....</param>
    /// <param name="inputs">The inputs that f injects.</param>
    /// <param name="options">With <see cref="EquilibriumOptions.Beta"/>. One that this call would make no use of is refused.</param>
    /// <param name="module">The module whose parameters f uses.</param>
    /// <returns>z_N.</returns>
    /// <exception cref="EquilibriumSolveException">A sample failed in a way that <see cref="EquilibriumOptions.OnFailure"/> does not accept.</exception>
    /// <exception cref="EquilibriumException">There is no Beta, or an option that belongs to another kind of call is set.</exception>
    public static EquilibriumResult<Tensor> SolveReversible(Func<Tensor, Tensor[], Tensor> cell, Tensor start, Tensor[] inputs, EquilibriumOptions options, nn.Module? module = null)
    {
        ArgumentNullException.ThrowIfNull(cell);
        ArgumentNullException.ThrowIfNull(start);
        ArgumentNullException.ThrowIfNull(inputs);
        ArgumentNullException.ThrowIfNull(options);
        using var call = EquilibriumCall.Begin(module, options, reversible: true);
        var value = ReversibleFunction.apply(call.Reverse(cell, start, inputs));
        return call.Return(value, call.JacobianPenalty(value));
    }

    /// <summary>The same of several states.</summary>
    /// <param name="cell">f, from one tensor per state and the given inputs to one tensor per state.</param>
    /// <param name="start">y_0 = z_0, one tensor B x ... per state.</param>
    /// <param name="inputs">The inputs that f injects.</param>
    /// <param name="options">With <see cref="EquilibriumOptions.Beta"/>. One that this call would make no use of is refused.</param>
    /// <param name="module">The module whose parameters f uses.</param>
    /// <returns>z_N, one tensor per state.</returns>
    /// <exception cref="EquilibriumSolveException">A sample failed in a way that <see cref="EquilibriumOptions.OnFailure"/> does not accept.</exception>
    /// <exception cref="EquilibriumException">There is no Beta, or an option that belongs to another kind of call is set.</exception>
    public static EquilibriumResult<Tensor[]> SolveReversible(Func<Tensor[], Tensor[], Tensor[]> cell, Tensor[] start, Tensor[] inputs, EquilibriumOptions options, nn.Module? module = null)
    {
        ArgumentNullException.ThrowIfNull(cell);
        ArgumentNullException.ThrowIfNull(start);
        ArgumentNullException.ThrowIfNull(inputs);
        ArgumentNullException.ThrowIfNull(options);
        using var call = EquilibriumCall.Begin(module, options, reversible: true);
        var layout = call.Layout(start);
        Tensor Packed(Tensor packed, Tensor[] given) => layout.Join(cell(layout.Split(packed), given));
        var value = ReversibleFunction.apply(call.Reverse(Packed, layout.Join(start), inputs));
        return call.Return(layout.Split(value), call.JacobianPenalty(value));
    }

    private static EquilibriumResult<T> Solve<T>(EquilibriumCall call, Func<Tensor, Tensor> cell, Tensor start, Func<Tensor, T> split) =>
        Solve(call, (z, _) => cell(z), start, null, split);

    // inputs: null where they are not known.
    private static EquilibriumResult<T> Solve<T>(EquilibriumCall call, Func<Tensor, Tensor[], Tensor> cell, Tensor start, Tensor[]? inputs, Func<Tensor, T> split)
    {
        Tensor Cell(Tensor z) => cell(z, inputs ?? []);
        // What the closure holds is not known, so whether anything wants a gradient is not either: only grad mode decides.
        var point = call.SolveFixedPoint(Cell, start, is_grad_enabled());
        if (!point.NeedsTape) return call.Return(split(point.Value));
        if (inputs is not null) call.ReplaceFailed(ref inputs);
        var tape = call.Record(Cell, point);
        var penalty = call.JacobianPenalty(tape);
        var value = split(Function.apply(tape.Output, tape.State, call));
        return call.Return(value, penalty, call.Intermediates(Cell, split));
    }

    private sealed class ReversibleFunction : autograd.SingleTensorFunction<ReversibleFunction>
    {
        public override string Name => "Equilibrium.ReversibleGradient";

        public override Tensor forward(autograd.AutogradContext ctx, params object[] vars) => ReversibleGradient.Forward(ctx, vars);

        public override List<Tensor> backward(autograd.AutogradContext ctx, Tensor grad_output) => ReversibleGradient.Backward(ctx, grad_output);
    }

    private sealed class Function : autograd.SingleTensorFunction<Function>
    {
        public override string Name => "Equilibrium.ImplicitGradient";

        public override Tensor forward(autograd.AutogradContext ctx, params object[] vars) => ImplicitGradient.Forward(ctx, vars);

        public override List<Tensor> backward(autograd.AutogradContext ctx, Tensor grad_output) => ImplicitGradient.Backward(ctx, grad_output);
    }
}
