using Deq.Solvers;

namespace Deq.Tests.Grids;

/// <summary>The solvers of the grids, by the names that the table of problems uses.</summary>
internal static class GridSolvers
{
    /// <summary>What is added to the name of a solver whose residuals are read at every fourth evaluation.</summary>
    public const string Seldom = ", every 4";

    /// <summary>Those of a forward solve, which serve the adjoint too.</summary>
    public static readonly Dictionary<string, FixedPointSolver> Forward = new()
    {
        ["picard"] = new Picard(),
        ["picard" + Seldom] = new Picard(),
        ["picard, damping 0.7"] = new Picard { Damping = 0.7 },
        ["anderson"] = new Anderson(),
        ["anderson" + Seldom] = new Anderson(),
        ["anderson, damping 0.7"] = new Anderson { Memory = 10, Damping = 0.7 },
        ["broyden"] = new Broyden(),
        ["broyden" + Seldom] = new Broyden(),
        ["broyden, memory 6"] = new Broyden { Memory = 6 },
        ["broyden, damping 0.7"] = new Broyden { Damping = 0.7 },
        ["broyden, line search"] = new Broyden { LineSearch = true },
        ["broyden, line search from 0.7"] = new Broyden { LineSearch = true, Damping = 0.7 },
        ["newton_krylov"] = new NewtonKrylov(),
        ["newton_krylov, autograd"] = new NewtonKrylov { Products = JacobianProducts.Autograd },
    };

    /// <summary>Those of an adjoint solve.</summary>
    public static readonly Dictionary<string, Solver> Adjoint = new(Forward.Select(s => new KeyValuePair<string, Solver>(s.Key, s.Value)))
    {
        ["gmres"] = new Gmres(),
        ["gmres, memory 10"] = new Gmres { Memory = 10 },
    };

    /// <summary>Those of an adjoint solve after a forward solve by Broyden's method, whose inverse they use.</summary>
    public static readonly Dictionary<string, Solver> Preconditioned = new()
    {
        ["gmres, preconditioned"] = new Gmres { Precondition = true },
        ["gmres, memory 10, preconditioned"] = new Gmres { Memory = 10, Precondition = true },
    };

    public static TheoryData<string> ForwardNames => [.. Forward.Keys];

    public static TheoryData<string> AdjointNames => [.. Adjoint.Keys];

    /// <summary>How often a row of the grid reads its residuals.</summary>
    public static int CheckEvery(string name) => name.EndsWith(Seldom, StringComparison.Ordinal) ? 4 : 1;

    /// <summary>The name under which a problem says how the solver fails there: how often is looked changes nothing.</summary>
    public static string Plain(string name) => name.Replace(Seldom, "", StringComparison.Ordinal);
}
