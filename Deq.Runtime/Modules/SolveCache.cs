using TorchSharp;
using static TorchSharp.torch;

namespace Deq.Modules;

/// <summary>
/// A tensor computed once per solve, on every thread its own: once untaped, for the solve, and once on the tape, for the recorded
/// evaluation. Outside a solve nothing is kept.
/// </summary>
internal sealed class SolveCache
{
    private readonly ThreadLocal<Session> sessions = new(() => new());

    /// <summary>Whether a solve is under way on this thread.</summary>
    public bool InSolve => sessions.Value!.Depth > 0;

    /// <param name="constant">What <see cref="GetConstant"/> gives in this solve, where an earlier one has drawn it.</param>
    public void Begin(Tensor? constant = null)
    {
        var session = sessions.Value!;
        if (session.Depth++ == 0 && constant is not null) session.Untaped = constant.alias().DetachFromDisposeScope();
    }

    /// <summary>What <see cref="GetConstant"/> gave in this solve; it outlives the solve.</summary>
    public Tensor? Constant => sessions.Value!.Untaped?.alias().DetachFromDisposeScope();

    public void End()
    {
        var session = sessions.Value!;
        // The solves of a layer inside another's cell are part of the outer one's: what it fixed stays fixed.
        if (--session.Depth > 0) return;
        session.Untaped?.Dispose();
        session.Taped?.Dispose();
        (session.Untaped, session.Taped) = (null, null);
    }

    /// <summary>The tensor that <paramref name="compute"/> gives, computed once for each of the two.</summary>
    public Tensor Get(Func<Tensor> compute)
    {
        var session = sessions.Value!;
        if (session.Depth == 0) return compute();
        // Kept over many evaluations, whose scopes would dispose it.
        if (is_grad_enabled()) return session.Taped ??= compute().DetachFromDisposeScope();
        return session.Untaped ??= compute().DetachFromDisposeScope();
    }

    /// <summary>The tensor of this solve, taped or not: for what has no gradient, as a mask.</summary>
    public Tensor GetConstant(Func<Tensor> compute)
    {
        var session = sessions.Value!;
        if (session.Depth == 0) return compute();
        using var untaped = no_grad();
        return session.Untaped ??= compute().DetachFromDisposeScope();
    }

    private sealed class Session
    {
        public int Depth;
        public Tensor? Untaped;
        public Tensor? Taped;
    }
}
