using TorchSharp;
using static TorchSharp.torch;

namespace Deq.Solvers;

/// <summary>
/// Broyden's iterates with the derivative that they have as functions of what came before: the inverse that the method builds depends on the
/// steps, and the gradient passes through it too. Values are those of the method itself, to the bit; the product form of its directions,
/// p = (I + u_(k-1) d_(k-1)^T/||d_(k-1)||^2) ... (I + u_0 d_0^T/||d_0||^2) g with u_j = d_(j+1) - (1 - t) d_j, and d_(k+1) = p + q (p - (1 - t) d_k) with
/// c = d_k.p/||d_k||^2 and q = c / (1 - c), stands beside each step and adds its derivative.
/// </summary>
internal sealed class UnrolledBroyden(Broyden settings, Tensor start, FixedPointProblem problem) : SolverState
{
    private readonly SolverState plain = settings.Begin(start, problem);
    private readonly int memory = Broyden.Steps(settings, problem);
    private readonly double left = 1 - settings.Damping;    // what a step leaves of its direction

    // On the tape, since the latest restart.
    private readonly List<Tensor> directions = [];

    // Samples of which a factor is used, B x 1: where the secant equation is (nearly) singular the method leaves its inverse as it is.
    private readonly List<Tensor> regular = [];

    public override Tensor Measure(Tensor z, Tensor image) => plain.Measure(z, image);

    internal override Measurements? MeasureOnHost(Tensor z, Tensor image) => plain.MeasureOnHost(z, image);

    public override Tensor Next(Tensor z, Tensor image, Measurements numbers)
    {
        Tensor next;
        using (no_grad()) next = plain.Next(z, image, numbers);
        if (directions.Count == memory)
        {
            directions.Clear();
            regular.Clear();
        }
        var d = Direction(image - z);
        // Beyond the scope of this evaluation: the next ones use it.
        directions.Add(d.alias().MoveToOuterDisposeScope());
        return UnrolledStep.WithDerivative(next, z + (left == 0 ? d : d * settings.Damping));
    }

    public override void Dispose()
    {
        plain.Dispose();
        base.Dispose();
    }

    private Tensor Direction(Tensor g)
    {
        var p = g;
        for (var k = 0; k + 1 < directions.Count; k++) p = p + Shortened(directions[k + 1], directions[k]) * Along(directions[k], p) * regular[k];
        if (directions.Count == 0) return p;
        var c = Along(directions[^1], p);
        var usable = (1 - c).detach().abs() * BroydenCoefficients.MostScale >= 1;
        regular.Add(usable.to(p.dtype).MoveToOuterDisposeScope());
        var rest = where(usable, 1 - c, ones_like(c));
        return where(usable, (left == 0 ? p : p - directions[^1] * (c * left)) / rest, p);
    }

    /// <summary>u_j = d_(j+1) - (1 - t) d_j.</summary>
    private Tensor Shortened(Tensor later, Tensor earlier) => left == 0 ? later : later - earlier * left;

    /// <summary>d.p / ||d||^2, B x 1; 0 for a sample that has not moved.</summary>
    private static Tensor Along(Tensor d, Tensor p)
    {
        var square = d.square().sum(1, true);
        var moved = square.detach() > 0;
        return where(moved, d.mul(p).sum(1, true) / where(moved, square, ones_like(square)), zeros_like(square));
    }
}
