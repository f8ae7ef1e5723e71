using TorchSharp;
using static TorchSharp.torch;

namespace Deq.Solvers;

/// <summary>
/// Broyden's iterates with the derivative that they have as functions of what came before: the inverse that the method builds depends on the
/// steps, and the gradient passes through it too. Values are those of the method itself, to the bit; the product form,
/// p = (I + s_k s_(k-1)^T/||s_(k-1)||^2) ... (I + s_1 s_0^T/||s_0||^2) g and s_(k+1) = p / (1 - s_k.p/||s_k||^2), stands beside each step and adds its
/// derivative.
/// </summary>
internal sealed class UnrolledBroyden(Broyden settings, Tensor start, FixedPointProblem problem) : SolverState
{
    private readonly SolverState plain = settings.Begin(start, problem);
    private readonly int memory = Broyden.Steps(settings, problem);
    private readonly List<Tensor> steps = [];    // on the tape, since the latest restart

    public override Tensor Measure(Tensor z, Tensor image) => plain.Measure(z, image);

    public override Tensor Next(Tensor z, Tensor image, Measurements numbers)
    {
        Tensor next;
        using (no_grad()) next = plain.Next(z, image, numbers);
        if (steps.Count == memory) steps.Clear();
        var step = Step(image - z);
        // Beyond the scope of this evaluation: the next ones use it.
        steps.Add(step.alias().MoveToOuterDisposeScope());
        return UnrolledStep.WithDerivative(next, z + step);
    }

    public override void Dispose()
    {
        plain.Dispose();
        base.Dispose();
    }

    private Tensor Step(Tensor g)
    {
        var p = g;
        for (var k = 0; k + 1 < steps.Count; k++) p = p + steps[k + 1] * Along(steps[k], p);
        if (steps.Count == 0) return p;
        var left = 1 - Along(steps[^1], p);
        // Where the secant equation is (nearly) singular the method leaves its inverse as it is.
        var regular = left.detach().abs() * BroydenCoefficients.MostScale >= 1;
        return where(regular, p / where(regular, left, ones_like(left)), p);
    }

    /// <summary>s.p / ||s||^2, B x 1; 0 for a sample that has not moved.</summary>
    private static Tensor Along(Tensor s, Tensor p)
    {
        var square = s.square().sum(1, true);
        var moved = square.detach() > 0;
        return where(moved, s.mul(p).sum(1, true) / where(moved, square, ones_like(square)), zeros_like(square));
    }
}
