using Deq.Gradients;
using Deq.Modules;
using Deq.Solvers;
using TorchSharp;
using static TorchSharp.torch;

namespace Deq.Reversible;

/// <summary>
/// The coupled iteration y' = (1 - b) y + b f(z), z' = (1 - b) z + b f(y') and its undoing. Each half step can be undone from what it left,
/// so nothing of the loop need be kept; a sample that is done has b = 0 from then on, and undoing does nothing to it.
/// </summary>
/// <param name="f">The cell, from a state and the inputs to a state; in the type of the inputs.</param>
/// <param name="settings">b, N and the rest.</param>
/// <param name="module">The module whose per-solve parts belong to the cell.</param>
internal sealed class ReversibleIteration(Func<Tensor, Tensor[], Tensor> f, ReversibleSettings settings, nn.Module? module)
{
    private readonly List<Tensor?> steps = [];      // per step: b of every sample, B x 1, or null where it is that of all
    private readonly List<int> keptBefore = [];
    private PerSolveSnapshot? perSolve;
    private ScalarType type;

    public ReversibleSettings Settings => settings;

    public SolveStatistics? Statistics { get; private set; }

    /// <summary>The type of the cell.</summary>
    public ScalarType Type => type;

    /// <summary>Whether the states that undoing the steps ended in are finite.</summary>
    public bool HasRebuiltFiniteStates { get; private set; }

    /// <summary>The N steps, on no tape.</summary>
    /// <returns>The pairs kept, then y_N, z_N; all of the state's type.</returns>
    public List<Tensor> Forward(Tensor start, Tensor[] inputs)
    {
        using var untaped = no_grad();
        using var scope = NewDisposeScope();
        using var session = PerSolve.Begin(module);
        type = start.dtype;
        Tensor y = start.detach().to(settings.StateType, copy: true), z = y.clone();
        var progress = new SampleProgress((int)start.shape[0], new(
            $"The reversible iteration of {settings.Layer}", ReversibleMethod.Instance, 2 * settings.Steps,
            settings.Tolerance ?? 0, StopMode.Relative, settings.OnFailure, settings.Observer)
        { IsTrial = settings.IsTrial }, takesLatest: true);
        // Without a tolerance all steps are meant to be taken: to have taken them is no failure.
        var onFailure = settings.Tolerance is null && settings.OnFailure == OnFailure.Throw ? OnFailure.ThrowIfNotFinite : settings.OnFailure;
        var better = new bool[progress.Batch];
        var kept = new List<Tensor>();
        int evaluations = 0;
        for (var n = 0; n < settings.Steps && !progress.AllDone; n++)
        {
            using var step = NewDisposeScope();
            if (settings.KeepsBefore(n))
            {
                keptBefore.Add(n);
                kept.Add(y.clone().MoveToOuterDisposeScope());
                kept.Add(z.clone().MoveToOuterDisposeScope());
            }
            var image = Evaluate(z, inputs);
            evaluations++;
            // The first step is taken in any case: where z_0 solves the equation, as a warm start may, it carries the gradient of f.
            Judge(progress, z, image, evaluations, better, mayConverge: n > 0 && settings.Tolerance is not null);
            if (progress.AllDone) break;
            var active = Active(progress, start);
            Mix(y, image, active);
            Mix(z, Evaluate(y, inputs), active);
            evaluations++;
            steps.Add(active?.MoveToOuterDisposeScope());
        }
        // The last step is followed by no evaluation that would tell.
        var finite = SampleRows.Of(z).isfinite().all(1).cpu().data<bool>().ToArray();
        for (var b = 0; b < finite.Length; b++) if (!finite[b]) progress.Spoil(b);
        Statistics = progress.End(evaluations);
        SolveFailure.ThrowWhereAsked(Statistics, onFailure);
        perSolve = session.Snapshot();
        foreach (var active in steps) active?.DetachFromDisposeScope();
        if (finite.Contains(false)) z = where(Rows(finite, z), z, start.detach().to(settings.StateType).nan_to_num());
        kept.AddRange([y, z]);
        foreach (var tensor in kept) tensor.MoveToOuterDisposeScope();
        return kept;
    }

    /// <summary>Undoes the steps one by one and carries the gradient through each.</summary>
    /// <param name="pairs">What <see cref="Forward"/> gave.</param>
    /// <param name="start">y_0 = z_0.</param>
    /// <param name="inputs">The inputs, leaves of this pass.</param>
    /// <param name="wanted">Inputs and parameters whose gradient is wanted; it is left in their <c>grad</c>.</param>
    /// <param name="gradient">dL/dz_N.</param>
    /// <param name="failed">Samples that met values that are not finite: nothing passes through their steps, and the cell is given another in their place. Null for none.</param>
    /// <returns>dL/d(start).</returns>
    /// <exception cref="EquilibriumException">The cell itself is not finite in such a sample's place.</exception>
    public Tensor Backward(List<Tensor> pairs, Tensor start, Tensor[] inputs, Tensor[] wanted, Tensor gradient, FailedSamples? failed = null)
    {
        using var scope = NewDisposeScope();
        var rows = failed?.Rows(start);
        // A sample that failed waits at its start, takes no step and has no gradient; the cell is given another in its place, since its states, not finite, would be so in every sum over the batch.
        Tensor Alive(Tensor state) => rows is null ? state : where(rows, start.detach().to(state.dtype).nan_to_num(0, 0, 0), state);
        Tensor y = Alive(pairs[^2]).clone(), z = Alive(pairs[^1]).clone();
        Tensor gy = zeros_like(y), gz = gradient.to(z.dtype, copy: true);
        if (rows is not null)
        {
            RequireFinite(failed!.Replace(z), inputs, failed.Flags);
            gz.masked_fill_(rows, 0);
        }
        HasRebuiltFiniteStates = true;
        var first = Norms(gy, gz);
        for (var n = steps.Count - 1; n >= 0; n--)
        {
            using var step = NewDisposeScope();
            var active = rows is null ? steps[n] : steps[n]?.logical_and(rows.logical_not()) ?? rows.logical_not();
            Undo(z, y, gz, gy, active, inputs, wanted, failed);
            Undo(y, z, gy, gz, active, inputs, wanted, failed);
            if (keptBefore.IndexOf(n) is var k and >= 0)
            {
                HasRebuiltFiniteStates &= IsFinite(y, z);
                y.copy_(Alive(pairs[2 * k]));
                z.copy_(Alive(pairs[2 * k + 1]));
            }
            // What is left of a sample's adjoint is below the rounding of what has been added: further steps would add their own errors only.
            var negligible = Norms(gy, gz).Zip(first, (now, then) => now <= 1e-17 * then).ToArray();
            if (!negligible.Contains(true)) continue;
            var spent = Rows(negligible, gy);
            gy.masked_fill_(spent, 0);
            gz.masked_fill_(spent, 0);
            if (!negligible.Contains(false)) break;
        }
        HasRebuiltFiniteStates &= IsFinite(y, z);
        return gy.add_(gz).to(type).MoveToOuterDisposeScope();
    }

    /// <summary>target' = (1 - b) target + b f(source): rebuilds f(source) on a small tape, carries the gradient through it, solves for target.</summary>
    private void Undo(Tensor target, Tensor source, Tensor gTarget, Tensor gSource, Tensor? active, Tensor[] inputs, Tensor[] wanted, FailedSamples? failed)
    {
        using var scope = NewDisposeScope();
        using var session = PerSolve.Begin(module, perSolve);
        var leaf = (failed?.Replace(source) ?? source).detach().to(type).detach().requires_grad_();
        Tensor image;
        using (enable_grad())
        using (EquilibriumCall.Repeat()) image = f(leaf, inputs);
        if (image.requires_grad)
        {
            var g = gTarget * settings.Beta;
            if (active is not null) g = where(active, g, zeros_like(g));
            autograd.backward([image], [g.to(image.dtype)], inputs: [leaf, .. wanted]);
        }
        image = image.detach().to(settings.StateType);
        Change(target, active, t => t.add_(image, -settings.Beta).div_(1 - settings.Beta));
        Change(gTarget, active, t => t.mul_(1 - settings.Beta));
        if (leaf.grad is { } gradient) gSource.add_(gradient);
    }

    private void RequireFinite(Tensor state, Tensor[] inputs, bool[] failed)
    {
        using var untaped = no_grad();
        using var session = PerSolve.Begin(module, perSolve);
        using var repetition = EquilibriumCall.Repeat();
        var impassable = NotFinite(f(state.to(type), inputs)).Where(b => failed[b]).ToArray();
        if (impassable.Length > 0)
            throw new EquilibriumException($"{settings.Layer}: the cell is not finite at the last finite iterate of {SolveMessage.Samples(impassable)}, so no gradient passes through it. "
                + "Take these samples out of the batch, or look for infinities or NaN in them.");
    }

    private static bool IsFinite(Tensor y, Tensor z) => y.isfinite().all().logical_and(z.isfinite().all()).item<bool>();

    /// <summary>The samples that hold something that is not finite.</summary>
    internal static IEnumerable<int> NotFinite(Tensor rows)
    {
        var finite = SampleRows.Of(rows.detach()).isfinite().all(1).cpu().data<bool>().ToArray();
        return Enumerable.Range(0, finite.Length).Where(b => !finite[b]);
    }

    private Tensor Evaluate(Tensor state, Tensor[] inputs)
    {
        using var scope = NewDisposeScope();
        var value = f(state.to(type), inputs);
        StateLayout.RequireSame(value, state.shape, type, state.device, $"The reversible iteration of {settings.Layer}");
        // In the state's type: a product b f in that of f would be rounded to it, and what is added could not be taken away again.
        return value.to(settings.StateType).MoveToOuterDisposeScope();
    }

    private void Mix(Tensor target, Tensor image, Tensor? active) =>
        Change(target, active, t => t.mul_(1 - settings.Beta).add_(image, settings.Beta));

    /// <summary>
    /// Changes the active samples in place. The change is the same with and without a mask, to the bit: which samples are done must not show in
    /// the others. A sample that is done may have an image that is not finite, so it is chosen out and not multiplied by zero.
    /// </summary>
    private static void Change(Tensor target, Tensor? active, Action<Tensor> change)
    {
        if (active is null)
        {
            change(target);
            return;
        }
        using var scope = NewDisposeScope();
        var changed = target.clone();
        change(changed);
        target.copy_(where(active, changed, target));
    }

    private static void Judge(SampleProgress progress, Tensor z, Tensor image, int evaluation, bool[] better, bool mayConverge)
    {
        var residual = linalg.vector_norm(SampleRows.Of(image - z), 2, [1], true).square();
        var square = linalg.vector_norm(SampleRows.Of(image), 2, [1], true).square();
        var numbers = Measurements.Read(cat([residual, square], 1));
        progress.Offer(sample => (numbers[sample, 0], numbers[sample, 1]), evaluation, better, mayConverge);
    }

    /// <summary>Which samples still take steps; null for all.</summary>
    private static Tensor? Active(SampleProgress progress, Tensor start)
    {
        bool[] active = [.. Enumerable.Range(0, progress.Batch).Select(b => !progress.IsDone(b))];
        return active.Contains(false) ? Rows(active, start) : null;
    }

    private static Tensor Rows(bool[] samples, Tensor like) =>
        tensor(samples, device: like.device).reshape([samples.Length, .. Enumerable.Repeat(1L, (int)like.dim() - 1)]);

    private static double[] Norms(Tensor gy, Tensor gz)
    {
        using var scope = NewDisposeScope();
        var norms = linalg.vector_norm(SampleRows.Of(gy), 2, [1]).add(linalg.vector_norm(SampleRows.Of(gz), 2, [1]));
        return norms.to(ScalarType.Float64).cpu().contiguous().data<double>().ToArray();
    }

    /// <summary>The name under which statistics know the iteration.</summary>
    private sealed record ReversibleMethod : Solver
    {
        public static readonly ReversibleMethod Instance = new();

        public override string Name => SolveMessage.Reversible;
    }
}
