using TorchSharp;
using static TorchSharp.torch;

namespace Deq.Solvers;

/// <summary>
/// Solves u = A u + g for a linear A by GMRES on (I - A) u = g, from u = 0, whose residual g costs no product. Per product: a pass of
/// Gram-Schmidt against the basis, a second one for the samples of which the first has left little, a small transfer for each, Givens rotations on the host. Preconditioned from
/// the right, by P: (I - A) P y = g with u = P y, so the residual stays the problem's own.
/// </summary>
internal sealed class GmresSolve
{
    private const int FirstDot = 2;    // after ||w|| and u.w

    private readonly FixedPointProblem problem;
    private readonly SampleProgress progress;
    private readonly int memory;
    private readonly bool[] better;
    private readonly Func<Tensor, Tensor>? precondition;

    private GmresSolve(FixedPointProblem problem, int batch, SolveSettings settings, BroydenInverse? inverse)
    {
        this.problem = problem;
        if (((Gmres)settings.Solver).Precondition)
            precondition = (inverse ?? throw new EquilibriumException($"{settings.Subject}: a preconditioned GMRES uses the inverse that a Broyden forward solve builds, and there is none. Take the forward solver broyden, or leave Precondition out.")).TransposedTimes;
        progress = new(batch, settings);
        memory = Math.Max(1, Math.Min(((Gmres)settings.Solver).Memory ?? int.MaxValue, settings.MaxEvaluations));
        better = new bool[batch];
    }

    /// <param name="product">v -> A v, B x ... to the same shape.</param>
    /// <param name="g">The right-hand side, B x ....</param>
    /// <param name="settings">With <see cref="Gmres"/> as solver.</param>
    /// <param name="inverse">H ~ (J - I)^-1 where A = J^T: P = -H^T preconditions, where the settings ask for it.</param>
    /// <param name="start">The first u, like g; its residual costs a product. Null for zero, whose residual is g.</param>
    /// <returns>A u + g at the best u of every sample: its residual is at hand, so this step costs nothing.</returns>
    public static Solution Solve(Func<Tensor, Tensor> product, Tensor g, SolveSettings settings, BroydenInverse? inverse = null, Tensor? start = null)
    {
        using var untaped = no_grad();
        using var scope = NewDisposeScope();
        var shape = g.shape;
        var rows = SampleRows.Of(g.detach());
        var solve = new GmresSolve(new(product, shape, g.dtype, settings), (int)shape[0], settings, inverse);
        var (u, r) = start is null || shape[0] == 0 ? (zeros_like(rows), rows) : solve.Begin(start.detach().reshape(rows.shape), rows);
        var first = start is null;
        while (!solve.progress.AllDone && solve.problem.Remaining > 0)
        {
            (u, r) = solve.Cycle(u, r, first);
            first = false;
        }
        var statistics = solve.progress.End(solve.problem.Evaluations);
        SolveFailure.ThrowWhereAsked(statistics, settings.OnFailure);
        return new((u + r).reshape(shape).MoveToOuterDisposeScope(), statistics);
    }

    /// <summary>The residual of the first u.</summary>
    private (Tensor U, Tensor R) Begin(Tensor u, Tensor g)
    {
        var image = problem.Evaluate(u) + g;
        var r = image - u;
        var numbers = Measurements.Read(cat([r.square().sum(1, true), image.square().sum(1, true)], 1));
        progress.Offer(b => (numbers[b, 0], numbers[b, 1]), problem.Evaluations, better);
        return (u, r);
    }

    /// <summary>One Krylov space, built from the residual r of u.</summary>
    /// <param name="u">B x D.</param>
    /// <param name="r">B x D.</param>
    /// <param name="first">Whether u is zero.</param>
    private (Tensor U, Tensor R) Cycle(Tensor u, Tensor r, bool first)
    {
        using var scope = NewDisposeScope();
        var batch = progress.Batch;
        var kept = Enumerable.Range(0, batch).Select(progress.IsDone).ToArray();
        var norms = linalg.vector_norm(r, 2, [1], true);
        var along = Measurements.Read(first ? norms : cat([norms, u.mul(r).sum(1, true), linalg.vector_norm(u, 2, [1], true).square()], 1));
        var samples = new Sample[batch];
        var rounding = r.dtype == ScalarType.Float64 ? 1e-14 : 1e-6;
        for (var b = 0; b < batch; b++)
        {
            var beta = along[b, 0];
            samples[b] = new(beta, rounding, first || beta == 0 ? 0 : along[b, 1] / beta, first ? 0 : along[b, 2]);
        }

        var basis = new VectorHistory(r, memory + 1);
        basis.Next().copy_(r / where(norms > 0, norms, ones_like(norms)));
        // P v_j as it was multiplied by I - A (Saad 1993): where P is far from a multiple of I, P of a sum differs from the sum by more than rounding of u.
        var directions = precondition is null ? basis : new VectorHistory(r, memory);
        while (true)
        {
            using var step = NewDisposeScope();
            Extend(basis, directions, u, samples, first);
            if (progress.AllDone || problem.Remaining <= 0 || basis.Count > memory) break;
        }

        var (nextU, nextR) = (u + Combine(directions, samples, s => s.Y), Combine(basis, samples, s => s.Rest));
        if (kept.Contains(true))
        {
            var old = tensor(kept, device: r.device).unsqueeze(1);
            (nextU, nextR) = (where(old, u, nextU), where(old, r, nextR));
        }
        return (nextU.MoveToOuterDisposeScope(), nextR.MoveToOuterDisposeScope());
    }

    private static Tensor Combine(VectorHistory basis, Sample[] samples, Func<Sample, double[]> of) => basis.Combine(Array.ConvertAll(samples, s => of(s)));

    private void Extend(VectorHistory basis, VectorHistory directions, Tensor u, Sample[] samples, bool first)
    {
        var v = basis[basis.Count - 1];
        Tensor w;
        if (precondition is null) w = problem.Evaluate(v);
        else
        {
            var direction = precondition(v);
            directions.Next().copy_(direction);
            w = v - direction + problem.Evaluate(direction);
        }
        // What is orthogonalised is v - (I - A) v, which is A v: of a contraction most of it is new, where (I - A) v is v itself for the most part.
        var along = basis.Dots(w.unsqueeze(1));
        w = w - basis.Combine(along);
        var columns = basis.Count;
        var numbers = Read(w, along, u, first);
        var again = Enumerable.Range(0, samples.Length).Select(b => !progress.IsDone(b) && LosesDigits(numbers, b, columns)).ToArray();
        if (again.Contains(true))
        {
            // Of the samples that need it alone: to subtract zeros changes no bit of the others.
            var more = basis.Dots(w.unsqueeze(1));
            more = where(tensor(again, device: w.device).reshape(-1, 1, 1), more, zeros_like(more));
            w = w - basis.Combine(more);
            numbers = Read(w, along + more, u, first);
        }
        var norms = new double[samples.Length];
        var spoilt = false;
        for (var b = 0; b < samples.Length; b++)
        {
            norms[b] = numbers[b, 0];
            if (progress.IsDone(b)) continue;
            // (I - A) v_j = v_j - V h - ||w|| w / ||w||: the next direction is -w / ||w||.
            var column = new double[columns + 1];
            for (var j = 0; j < columns; j++) column[j] = -numbers[b, FirstDot + j];
            column[columns - 1] += 1;
            column[columns] = norms[b];
            samples[b].Add(column, -numbers[b, 1]);
            spoilt |= !double.IsFinite(norms[b]);
        }
        // A direction that is not finite, or none, must not meet the other weights: 0 * NaN is NaN.
        if (spoilt) w = where(tensor(norms, [norms.Length, 1], ScalarType.Float64, w.device).isfinite(), w, zeros_like(w));
        var lengths = tensor(Array.ConvertAll(norms, norm => norm > 0 && double.IsFinite(norm) ? -norm : 1), [norms.Length, 1], w.dtype, w.device);
        basis.Next().copy_(w / lengths);
        if (precondition is null) progress.Offer(b => samples[b].Squares, problem.Evaluations, better);
        else
        {
            // P V has no orthonormal basis to read ||u + r|| from.
            using var image = u.add(Combine(directions, samples, s => s.LatestY)).add_(Combine(basis, samples, s => s.LatestRest));
            var squares = Measurements.Read(image.square().sum(1, true));
            progress.Offer(b => (samples[b].Squares.Residual, squares[b, 0]), problem.Evaluations, better);
        }
        for (var b = 0; b < samples.Length; b++) if (better[b]) samples[b].Accept();
    }

    private static Measurements Read(Tensor w, Tensor along, Tensor u, bool first)
    {
        var norm = linalg.vector_norm(w, 2, [1], true);
        return Measurements.Read(cat([norm, first ? zeros_like(norm) : u.mul(w).sum(1, true), along.squeeze(1)], 1));
    }

    /// <summary>
    /// Whether so much of a vector was taken away that what is left has fewer digits than the basis: less than the root of a half, and a second pass gives
    /// them back (Daniel, Gragg, Kaufman and Stewart 1976). A NaN has none to give.
    /// </summary>
    private static bool LosesDigits(Measurements numbers, int sample, int columns)
    {
        var taken = 0.0;
        for (var j = 0; j < columns; j++) taken += numbers[sample, FirstDot + j] * numbers[sample, FirstDot + j];
        return numbers[sample, 0] * numbers[sample, 0] < taken;
    }

    /// <summary>One sample of a cycle: its small problem, and the best solution so far in coordinates of the basis.</summary>
    private sealed class Sample(double beta, double rounding, double startAlongFirst, double startSquare)
    {
        private readonly HessenbergLeastSquares problem = new(beta, rounding);
        private readonly List<double> startAlong = [startAlongFirst];   // u_0 . v_j

        public double[] Y { get; private set; } = [];
        public double[] Rest { get; private set; } = [beta];
        public double[] LatestY { get; private set; } = [];
        public double[] LatestRest { get; private set; } = [beta];

        /// <summary>||r||^2 and ||u + r||^2 after the latest column.</summary>
        public (double Residual, double Image) Squares { get; private set; }

        public void Add(double[] column, double startAlongNext)
        {
            if (problem.Exhausted) return;
            problem.Add(column);
            startAlong.Add(column[^1] > 0 ? startAlongNext / column[^1] : 0);
            var y = LatestY = problem.Solve();
            var rest = LatestRest = problem.ResidualVector(y);
            double residual = 0, image = startSquare;
            for (var j = 0; j < rest.Length; j++)
            {
                var moved = rest[j] + (j < y.Length ? y[j] : 0);
                residual += rest[j] * rest[j];
                image += moved * moved + 2 * moved * startAlong[j];
            }
            Squares = (residual, Math.Max(0, image));
        }

        public void Accept() => (Y, Rest) = (LatestY, LatestRest);
    }
}
