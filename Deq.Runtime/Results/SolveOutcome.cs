namespace Deq;

/// <summary>How a solve ended, for one sample; for a whole solve, the gravest of its samples. In order of gravity.</summary>
public enum SolveOutcome
{
    /// <summary>The residual met the tolerance.</summary>
    Converged,

    /// <summary>The limit of evaluations was reached while the residual was still falling.</summary>
    LimitReached,

    /// <summary>The limit was reached, and the best residual had not improved over the last third of the evaluations.</summary>
    Stagnated,

    /// <summary>The limit was reached with ||f(z) - z|| above ten times the first one.</summary>
    Diverged,

    /// <summary>The iterate or f of it was not finite.</summary>
    NotFinite,
}
