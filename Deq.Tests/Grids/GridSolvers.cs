using Deq.Solvers;

namespace Deq.Tests.Grids;

/// <summary>The solvers of the grids, by the names that the table of problems uses.</summary>
internal static class GridSolvers
{
    /// <summary>Those of a forward solve, which serve the adjoint too.</summary>
    public static readonly Dictionary<string, FixedPointSolver> Forward = new()
    {
        ["picard"] = new Picard(),
        ["picard, damping 0.7"] = new Picard { Damping = 0.7 },
        ["anderson"] = new Anderson(),
        ["anderson, damping 0.7"] = new Anderson { Memory = 10, Damping = 0.7 },
        ["broyden"] = new Broyden(),
        ["broyden, memory 6"] = new Broyden { Memory = 6 },
        ["newton_krylov"] = new NewtonKrylov(),
    };

    /// <summary>Those of an adjoint solve.</summary>
    public static readonly Dictionary<string, Solver> Adjoint = new(Forward.Select(s => new KeyValuePair<string, Solver>(s.Key, s.Value)))
    {
        ["gmres"] = new Gmres(),
        ["gmres, memory 10"] = new Gmres { Memory = 10 },
    };

    public static TheoryData<string> ForwardNames => [.. Forward.Keys];

    public static TheoryData<string> AdjointNames => [.. Adjoint.Keys];
}
