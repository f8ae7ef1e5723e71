using Deq.Regularization;
using Deq.Solvers;
using TorchSharp;
using static TorchSharp.torch;

namespace Deq.Gradients;

/// <summary>
/// The adjoint problem of one call: u = J^T u + dL/dz*, a linear fixed point that the forward's solvers serve too (DEQ theorem 1). It
/// starts at u = dL/dz*, not at zero: the first product is then already one of use.
/// </summary>
internal sealed class Adjoint(string layer, GradientSettings gradient, SolveSettings settings, EquilibriumStatistics statistics)
{
    /// <summary>The layer's name.</summary>
    public string Layer => layer;

    public EquilibriumStatistics Statistics => statistics;

    /// <summary>Whether the inverse that the forward solve builds is wanted.</summary>
    public bool UsesInverse => gradient.Mode == GradientMode.Shine || (gradient.Mode == GradientMode.Implicit && settings.Solver is Gmres { Precondition: true });

    /// <summary>How the call is differentiated.</summary>
    public GradientSettings Gradient => gradient;

    /// <summary>The penalty that the call drew; its term must have been read by the time of the backward pass.</summary>
    public Action? Settle { get; set; }

    /// <summary>Samples whose forward solve met values that are not finite: their inputs get zero gradient. B, or null for none.</summary>
    public bool[]? Failed { get; set; }

    /// <summary>Why no gradient passes through the tape: the cell is not finite for samples of <see cref="Failed"/>. Null where one does.</summary>
    public string? Refusal { get; set; }

    /// <summary>What enters the tape for g = dL/dz*: u = (I - J^T)^-1 g, or what the gradient's mode takes for it.</summary>
    /// <param name="state">z*, the leaf of the tape.</param>
    /// <param name="recorded">What the tape ends in.</param>
    /// <param name="dLoss">g, shaped like z*.</param>
    /// <param name="inverse">What the forward solve's Broyden method has built, where it is kept.</param>
    public Tensor Solve(Tensor state, Tensor recorded, Tensor dLoss, BroydenInverse? inverse = null)
    {
        if (Refusal is not null) throw new EquilibriumException(Refusal);
        var shape = dLoss.shape;
        if (dLoss.numel() == 0) return dLoss.alias();
        using var scope = NewDisposeScope();
        // The cell's own type may be too narrow to add up in.
        var g = SampleRows.Of(dLoss).to(WorkingType.Of(dLoss.dtype));
        var failed = Failed is null ? null : tensor(Failed, device: g.device).unsqueeze(1);
        g = Alive(g);
        if (gradient.IsTaped || gradient.Mode == GradientMode.JacobianFree) return Out(g);
        var tape = new Tape(state, recorded, recorded);
        Tensor Product(Tensor u) => tape.TransposedJacobianTimes(u.to(dLoss.dtype)).to(g.dtype);
        if (gradient.Mode == GradientMode.Neumann) return Out(Neumann(Product, g.reshape(shape)));
        if (gradient.Mode == GradientMode.Shine && gradient.Refinement == 0) return Out(inverse!.TransposedTimes(g));
        var scales = Scales(g);
        var scale = tensor(scales, [scales.Length, 1], g.dtype, g.device);
        g = (g / scale).reshape(shape);
        var (start, limits) = gradient.Mode == GradientMode.Shine
            ? (Alive(inverse!.TransposedTimes(SampleRows.Of(g))).reshape(shape), Refining)
            : (null, settings);
        // What is asked and told of an absolute residual is that of the gradient as it is.
        limits = limits with { Scales = scales };
        var solution = settings.Solver is Gmres
            ? GmresSolve.Solve(Product, g, limits, inverse, start)
            : FixedPointLoop.Solve(u => Product(u).add_(g), start ?? g, limits, Keep.Image);
        statistics.Backward = solution.Statistics;
        return Out(SampleRows.Of(solution.Value) * scale);

        // A sample that failed has no adjoint, whatever a method makes of its zeros.
        Tensor Alive(Tensor rows) => failed is null ? rows : where(failed, zeros_like(rows), rows);

        Tensor Out(Tensor u) => Alive(SampleRows.Of(u)).reshape(shape).to(dLoss.dtype).alias().MoveToOuterDisposeScope();
    }

    /// <summary>A refinement ends where its products do; that it has not converged by then is what was asked for.</summary>
    private SolveSettings Refining => settings with
    {
        MaxEvaluations = gradient.Refinement,
        OnFailure = settings.OnFailure == OnFailure.Throw ? OnFailure.ThrowIfNotFinite : settings.OnFailure,
    };

    /// <summary>u = t sum_{i &lt; k} ((t J + (1 - t) I)^T)^i g.</summary>
    private Tensor Neumann(Func<Tensor, Tensor> product, Tensor g)
    {
        var t = gradient.Damping;
        Tensor term = g, sum = g.clone();
        for (var i = 1; i < gradient.Steps; i++)
        {
            using var step = NewDisposeScope();
            term = (product(term) * t + term * (1 - t)).MoveToOuterDisposeScope();
            sum.add_(term);
        }
        return sum.mul_(t);
    }

    /// <summary>
    /// A power of two per sample near ||g||. The gradients of a mean loss can be so small that their squares underflow; the
    /// problem is linear, and dividing by a power of two changes no digit.
    /// </summary>
    private static double[] Scales(Tensor g)
    {
        var norms = HostRows.Largest(g);
        for (var b = 0; b < norms.Length; b++)
            norms[b] = norms[b] > 0 && double.IsFinite(norms[b]) ? Math.ScaleB(1, Math.ILogB(norms[b])) : 1;
        return norms;
    }
}
