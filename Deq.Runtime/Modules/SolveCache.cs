using TorchSharp;
using static TorchSharp.torch;

namespace Deq.Modules;

/// <summary>
/// A tensor computed once per solve, on every thread its own: once untaped, for the solve, and once on the tape, for the recorded
/// evaluation. Outside a solve nothing is kept.
/// </summary>
internal sealed class SolveCache
{
    private readonly ThreadLocal<Stack<Solve>> solves = new(() => new());

    /// <summary>Whether a solve is under way on this thread.</summary>
    public bool InSolve => solves.Value!.Count > 0;

    /// <summary>What the solve under way was given by an earlier one; null for nothing.</summary>
    public object? Repeated => solves.Value!.TryPeek(out var solve) ? solve.Repeated : null;

    public void Begin()
    {
        var open = solves.Value!;
        if (open.Count == 0) open.Push(new());
        open.Peek().Depth++;
    }

    /// <summary>
    /// Evaluations of an earlier solve are made again, whatever solve is under way around them. They share nothing with that one: their graph is
    /// freed by a backward pass of their own.
    /// </summary>
    /// <param name="repeated">What the earlier solve drew; a tensor is what <see cref="GetConstant"/> gives again.</param>
    public void BeginRepetition(object? repeated) =>
        solves.Value!.Push(new() { Depth = 1, Repeated = repeated, Untaped = (repeated as Tensor)?.alias().DetachFromDisposeScope() });

    /// <summary>What <see cref="GetConstant"/> gave in this solve; it outlives the solve.</summary>
    public Tensor? Constant => solves.Value!.TryPeek(out var solve) ? solve.Untaped?.alias().DetachFromDisposeScope() : null;

    public void End()
    {
        var open = solves.Value!;
        var solve = open.Peek();
        // The solves of a layer inside another's cell are part of the outer one's: what it fixed stays fixed.
        if (--solve.Depth > 0) return;
        open.Pop();
        solve.Untaped?.Dispose();
        solve.Taped?.Dispose();
    }

    /// <summary>The tensor that <paramref name="compute"/> gives, computed once for each of the two.</summary>
    public Tensor Get(Func<Tensor> compute)
    {
        if (!solves.Value!.TryPeek(out var solve)) return compute();
        // Kept over many evaluations, whose scopes would dispose it.
        if (is_grad_enabled()) return solve.Taped ??= compute().DetachFromDisposeScope();
        return solve.Untaped ??= compute().DetachFromDisposeScope();
    }

    /// <summary>The tensor of this solve, taped or not: for what has no gradient, as a mask.</summary>
    public Tensor GetConstant(Func<Tensor> compute)
    {
        if (!solves.Value!.TryPeek(out var solve)) return compute();
        using var untaped = no_grad();
        return solve.Untaped ??= compute().DetachFromDisposeScope();
    }

    private sealed class Solve
    {
        public int Depth;
        public object? Repeated;
        public Tensor? Untaped;
        public Tensor? Taped;
    }
}
