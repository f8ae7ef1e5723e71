using Deq.Gradients;
using TorchSharp;
using static TorchSharp.torch;

namespace Deq;

/// <summary>Equilibria without a generator: what is emitted for a layer, as a call.</summary>
public static class Equilibrium
{
    /// <summary>Solves z* = f(z*) and attaches the implicit gradient, for everything that f refers to.</summary>
    /// <param name="cell">f, from B x ... to the same shape; a closure over its inputs and modules.</param>
    /// <param name="start">z_0, B x ...; tells shape, type and device.</param>
    /// <param name="options">Options; null for the defaults. Training limits apply unless <paramref name="module"/> is in eval mode.</param>
    /// <param name="module">The module whose parameters f uses, if any: decides between train and eval, and its weight-normalised modules and variational dropout are told that a solve begins.</param>
    /// <returns>f(z*), the penalty (with <see cref="EquilibriumOptions.JacobianGamma"/>) and statistics.</returns>
    /// <exception cref="EquilibriumSolveException">A sample failed in a way that <see cref="EquilibriumOptions.OnFailure"/> does not accept.</exception>
    /// <example>
    /// <code>
    /// var z = Equilibrium.Solve(z =&gt; tanh(linear.call(z) + x), zeros_like(x)).Value;
    /// </code>
    /// </example>
    public static EquilibriumResult<Tensor> Solve(Func<Tensor, Tensor> cell, Tensor start, EquilibriumOptions? options = null, nn.Module? module = null)
    {
        ArgumentNullException.ThrowIfNull(cell);
        ArgumentNullException.ThrowIfNull(start);
        using var call = EquilibriumCall.Begin(module, module?.GetName() ?? "the equilibrium", options);

        // What the closure holds is not known, so whether anything wants a gradient is not either: only grad mode decides.
        var point = call.SolveFixedPoint(cell, start, is_grad_enabled());
        if (!point.NeedsTape) return call.Return(point.Value);
        var tape = call.Record(cell, point);
        var penalty = call.JacobianPenalty(tape);
        return call.Return(Function.apply(tape.Output, tape.State, call), penalty);
    }

    private sealed class Function : autograd.SingleTensorFunction<Function>
    {
        public override string Name => "Equilibrium.ImplicitGradient";

        public override Tensor forward(autograd.AutogradContext ctx, params object[] vars) => ImplicitGradient.Forward(ctx, vars);

        public override List<Tensor> backward(autograd.AutogradContext ctx, Tensor grad_output) => ImplicitGradient.Backward(ctx, grad_output);
    }
}
