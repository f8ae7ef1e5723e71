using System.Globalization;
using System.Reflection;
using Deq.Solvers;
using TorchSharp;
using static TorchSharp.torch;

namespace Deq.Tests.Runtime;

/// <summary>The evaluation counts that docs/choosing-a-solver.md shows are those that are measured.</summary>
public class SolverTableTests
{
    private const int Limit = 1000;

    private static readonly (string Name, FixedPointSolver Solver)[] Solvers =
    [
        ("picard", new Picard()),
        ("picard, damping 0.7", new Picard { Damping = 0.7 }),
        ("anderson", new Anderson()),
        ("broyden", new Broyden()),
        ("broyden, memory 6", new Broyden { Memory = 6 }),
        ("newton_krylov", new NewtonKrylov()),
    ];

    private static IEnumerable<(string Name, Func<Tensor, Tensor> F, Tensor Start, double Tolerance)> Problems()
    {
        GoldenProblem p1 = GoldenProblem.P1(), p3 = GoldenProblem.P3();
        yield return ("tanh map, contraction, radius 0.93, to 1e-3", p1.F, p1.Start, 1e-3);
        yield return ("the same, to 1e-10", p1.F, p1.Start, 1e-10);
        yield return ("tanh map, no contraction, to 1e-10", p3.F, p3.Start, 1e-10);

        manual_seed(1);
        var random = randn(4, 20, 20, float64);
        var c = randn(4, 20, float64);
        foreach (var rho in new[] { 0.9, 0.99, 2.0 })
        {
            var a = stack([.. Enumerable.Range(0, 4).Select(b => random[b] * (rho / Dense.SpectralRadius(random[b])))]);
            yield return (string.Create(CultureInfo.InvariantCulture, $"linear, 20 numbers, complex pairs, radius {rho}, to 1e-8"),
                z => a.matmul(z.unsqueeze(2)).squeeze(2) + c, zeros_like(c), 1e-8);
        }

        manual_seed(2);
        var block = new Block(32, 4);
        block.eval();
        var x = randn(4, 8, 32, float64);
        yield return ("transformer block, width 32, untrained, to 1e-3", z => block.Step(z, x), zeros_like(x), 1e-3);
        yield return ("the same block, to 1e-8", z => block.Step(z, x), zeros_like(x), 1e-8);
    }

    private static string Measure(Func<Tensor, Tensor> f, Tensor start, double tolerance, FixedPointSolver solver)
    {
        using var untaped = no_grad();
        var statistics = FixedPointLoop.Solve(f, start, new("the table", solver, Limit, tolerance, StopMode.Relative, OnFailure.Report)).Statistics;
        return statistics.Outcome == SolveOutcome.Converged ? statistics.Evaluations.ToString(CultureInfo.InvariantCulture) : "-";
    }

    // Counts depend a little on the machine's rounding; those of a long, irregular solve wholly, so of them only that they are long is held.
    private static bool Agree(string shown, string measured)
    {
        if (shown == measured) return true;
        if (!int.TryParse(shown, out var a)) return false;
        if (!int.TryParse(measured, out var b)) return a >= 300;
        return a >= 300 ? b >= 150 : Math.Abs(a - b) <= Math.Max(3, 0.3 * a);
    }

    [Fact]
    public void TheCountsInTheDocumentation_AreMeasured()
    {
        using var scope = NewDisposeScope();
        var page = File.ReadAllLines(Path.Combine(typeof(SolverTableTests).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>()
            .Single(a => a.Key == "ProjectDirectory").Value!, "..", "docs", "choosing-a-solver.md"));
        List<string> table = [$"| problem | {string.Join(" | ", Solvers.Select(s => s.Name))} |"];
        var right = page.Contains(table[0]);
        foreach (var (name, f, start, tolerance) in Problems())
        {
            string[] cells = [.. Solvers.Select(s => Measure(f, start, tolerance, s.Solver))];
            table.Add($"| {name} | {string.Join(" | ", cells)} |");
            var shown = page.FirstOrDefault(line => line.StartsWith($"| {name} |", StringComparison.Ordinal))?.Split('|', StringSplitOptions.TrimEntries)[2..^1];
            right &= shown is not null && shown.Length == cells.Length && shown.Zip(cells).All(pair => Agree(pair.First, pair.Second));
        }
        Assert.True(right, $"docs/choosing-a-solver.md should show:\n{string.Join('\n', table)}");
    }
}
