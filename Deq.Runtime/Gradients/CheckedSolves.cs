namespace Deq.Gradients;

/// <summary>
/// A gradient check under way on this thread. Every solve in it is held to tolerances that leave nothing to compare: that of the checked equilibrium
/// and, tighter still, those of layers and calls in its cell, whose errors are noise in the cell's values.
/// </summary>
internal sealed class CheckedSolves : IDisposable
{
    // What float64 resolves can lie above the tolerance asked for.
    private const double Solved = 1e-10;

    private static readonly EquilibriumOptions Checked = Tight(1e-12, 1e-11), Within = Tight(1e-13, 1e-12);

    // Reversible steps have no limits of a solve.
    private static readonly EquilibriumOptions Reversible = new() { OnFailure = OnFailure.ThrowIfNotFinite, JacobianGamma = 0 };

    [ThreadStatic] private static CheckedSolves? current;

    private readonly CheckedSolves? around = current;
    private readonly Dictionary<object, EquilibriumStatistics> latest = [];

    public CheckedSolves() => current = this;

    /// <summary>The options of a call: as they are outside a check, tightened in one.</summary>
    /// <param name="options">What the call was given.</param>
    /// <param name="identity">Whose call it is.</param>
    /// <param name="statistics">What its solvers will have done.</param>
    /// <param name="isWithin">Whether it runs in another one's cell.</param>
    public static EquilibriumOptions Apply(EquilibriumOptions options, object identity, EquilibriumStatistics statistics, bool isWithin)
    {
        if (current is not { } check) return options;
        check.latest[identity] = statistics;
        return (options.Beta is not null ? Reversible : isWithin ? Within : Checked).Over(options);
    }

    /// <summary>What is wrong with the latest solve of each; null for nothing.</summary>
    public string? Unsolved
    {
        get
        {
            foreach (var solve in latest.Values.SelectMany(statistics => new[] { statistics.Forward, statistics.Backward }))
                // A reversible layer is differentiated wherever its steps end.
                if (solve is { Residual: > Solved } && solve.Solver != SolveMessage.Reversible) return $"{solve.Message} Away from a fixed point there is no gradient to compare with.";
            return null;
        }
    }

    public void Dispose() => current = around;

    private static EquilibriumOptions Tight(double tolerance, double backward) => new()
    {
        MaxEvaluations = 1000,
        InferenceMaxEvaluations = 1000,
        Tolerance = tolerance,
        InferenceTolerance = tolerance,
        StopMode = StopMode.Relative,
        BackwardMaxEvaluations = 1000,
        BackwardTolerance = backward,
        BackwardStopMode = StopMode.Relative,
        OnFailure = OnFailure.ThrowIfNotFinite,
        JacobianGamma = 0,
    };
}
