using TorchSharp;
using static TorchSharp.torch;

namespace Deq.Solvers;

/// <summary>The vectors of a Newton-Krylov solve. What each sample does next is decided by its <see cref="NewtonKrylovSample"/>.</summary>
internal sealed class NewtonKrylovState : SolverState
{
    private const int FirstOwn = 2;   // after the two numbers that the loop reads: ||z||^2, ||w||, then w.v_j

    private readonly FixedPointProblem problem;
    private readonly NewtonKrylovSample[] samples;
    private readonly Tensor basis;                // B x m x D; what a sample has not filled yet is zero
    private readonly Tensor iterates, images;     // the base of every sample's differences
    private readonly Tensor lengths;                       // e, B x 1
    private readonly Tensor? moves;               // from the base to the point at hand, where products are exact
    private Linearization? linear;                // at the bases
    private bool differs = true;                  // whether products are differences
    private Tensor? residuals, directions;        // of the evaluation at hand

    public NewtonKrylovState(NewtonKrylov settings, Tensor start, FixedPointProblem problem)
    {
        this.problem = problem;
        long batch = start.shape[0], size = start.shape[1];
        var memory = Math.Max(1, Math.Min(settings.Memory, problem.MaxEvaluations));
        basis = start.new_zeros(batch, memory, size);
        (iterates, images, lengths) = (zeros_like(start), zeros_like(start), start.new_ones(batch, 1));
        if (settings.Products == JacobianProducts.Autograd) moves = zeros_like(start);
        samples = new NewtonKrylovSample[batch];
        // e ~ sqrt(rounding) |z| balances the two errors of a difference.
        var (digits, rounding) = start.dtype == ScalarType.Float64 ? (26, 1e-14) : (12, 1e-6);
        for (var b = 0; b < batch; b++) samples[b] = new(settings, memory, digits, rounding);
    }

    /// <summary>Newton and pseudo-transient steps that a sample has taken.</summary>
    internal int Steps(int sample) => samples[sample].Steps;

    public override Tensor Measure(Tensor z, Tensor image)
    {
        residuals = image - z;
        // J v, orthogonal to the basis after two passes: one alone loses orthogonality.
        var w = differs ? (image - images).div_(lengths) : problem.Times(linear!, moves! / lengths);
        var first = Dots(w);
        w.sub_(Combine(first));
        var second = Dots(w);
        w.sub_(Combine(second));
        directions = w;
        return cat([Squares(residuals), Squares(image), Squares(z), linalg.vector_norm(w, 2, [1], true), (first + second).squeeze(1)], 1);
    }

    public override Tensor Next(Tensor z, Tensor image, Measurements numbers)
    {
        var last = problem.Remaining <= 1;
        int batch = samples.Length, memory = (int)basis.shape[1];
        var weights = new double[batch * memory];
        var length = new double[batch];
        List<long> moved = [], grown = [], slots = [];
        var row = new double[memory];
        for (var b = 0; b < batch; b++)
        {
            for (var j = 0; j < memory; j++) row[j] = numbers[b, FirstOwn + 2 + j];
            var sample = samples[b];
            sample.Advance(numbers[b, 0], numbers[b, 1], numbers[b, FirstOwn], numbers[b, FirstOwn + 1], row, last);
            if (sample.HasMoved) moved.Add(b);
            else if (sample.HasGrown)
            {
                grown.Add(b);
                slots.Add((long)b * memory + sample.Directions - 1);
            }
            sample.Weights.CopyTo(weights.AsSpan(b * memory));
            length[b] = sample.Length;
        }

        // By rows, and by copies alone: which samples move together changes no digit.
        if (moved.Count > 0)
        {
            var rows = tensor(moved.ToArray(), device: z.device);
            iterates.index_copy_(0, rows, z.index_select(0, rows));
            images.index_copy_(0, rows, image.index_select(0, rows));
            basis.index_fill_(0, rows, 0);
            basis.select(1, 0).index_copy_(0, rows, Unit(residuals!.index_select(0, rows)));
        }
        if (grown.Count > 0)
        {
            using var flat = basis.view(batch * memory, z.shape[1]);
            flat.index_copy_(0, tensor(slots.ToArray(), device: z.device), Unit(directions!.index_select(0, tensor(grown.ToArray(), device: z.device))));
        }
        lengths.copy_(tensor(length, [batch, 1], z.dtype, z.device));
        var move = Combine(Measurements.ToTensor(weights, batch, memory, z));
        if (moves is not null)
        {
            moves.copy_(move);
            if (moved.Count > 0)
            {
                linear?.Dispose();
                linear = problem.Linearize(iterates);
                differs = linear is null;
            }
        }
        return iterates + move;
    }

    public override void Dispose()
    {
        linear?.Dispose();
        base.Dispose();
    }

    private static Tensor Unit(Tensor rows)
    {
        var norm = linalg.vector_norm(rows, 2, [1], true);
        return rows / where(norm > 0, norm, ones_like(norm));
    }

    // Of the whole basis, filled or not: a width that followed the batch would let neighbours decide the order of summation.
    private Tensor Dots(Tensor rows) => RowProducts.Dots(rows.unsqueeze(1), basis);

    private Tensor Combine(Tensor weights) => RowProducts.Mix(weights, basis);
}
