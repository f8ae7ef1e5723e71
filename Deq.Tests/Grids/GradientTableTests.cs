using System.Globalization;
using System.Reflection;
using Deq.Solvers;
using Deq.Tests.Runtime;
using TorchSharp;
using static TorchSharp.torch;

namespace Deq.Tests.Grids;

/// <summary>How far each gradient mode is from the true implicit gradient, as docs/gradients.md shows it.</summary>
public class GradientTableTests
{
    private static readonly string[] Problems =
    [
        "golden P1, contraction", "linear, complex pairs, radius 0.9", "linear, complex pairs, radius 0.99", "transformer cell", "two-scale conv cell",
    ];

    private static readonly (string Name, EquilibriumOptions Options)[] Modes =
    [
        ("implicit, anderson, the defaults", new() { Solver = new Anderson() }),
        ("implicit, broyden, the defaults", new() { Solver = new Broyden() }),
        ("implicit, gmres, 12 products", new() { Solver = new Broyden(), BackwardSolver = new Gmres(), BackwardMaxEvaluations = 12 }),
        ("implicit, to 1e-10", new() { Solver = new Broyden(), MaxEvaluations = 400, Tolerance = 1e-10, BackwardSolver = new Gmres(), BackwardMaxEvaluations = 400, BackwardTolerance = 1e-10 }),
        ("phantom, 5 steps, damping 0.5", Approximate(GradientMode.Phantom, 5, 0.5)),
        ("phantom, 5 steps, damping 1", Approximate(GradientMode.Phantom, 5, 1)),
        ("phantom, 20 steps, damping 1", Approximate(GradientMode.Phantom, 20, 1)),
        ("neumann, 5 steps, damping 0.5", Approximate(GradientMode.Neumann, 5, 0.5)),
        ("neumann, 20 steps, damping 1", Approximate(GradientMode.Neumann, 20, 1)),
        ("jacobian_free", Approximate(GradientMode.JacobianFree, 1, 1)),
        ("shine, the defaults", new() { Solver = new Broyden(), Gradient = GradientMode.Shine }),
        ("shine, a solve to 1e-10", new() { Solver = new Broyden(), MaxEvaluations = 400, Tolerance = 1e-10, Gradient = GradientMode.Shine }),
        ("shine, refined by 5 products of gmres", new() { Solver = new Broyden(), Gradient = GradientMode.Shine, GradientRefinement = 5, BackwardSolver = new Gmres() }),
        ("unrolled, 30 evaluations", new() { Solver = new Picard(), Gradient = GradientMode.Unrolled, MaxEvaluations = 30, Tolerance = 1e-300 }),
        ("unrolled, anderson, the defaults", new() { Solver = new Anderson(), Gradient = GradientMode.Unrolled }),
        ("unrolled, broyden, the defaults", new() { Solver = new Broyden(), Gradient = GradientMode.Unrolled }),
        ("reversible, beta 0.8, 15 steps", new() { Beta = 0.8, Steps = 15 }),
    ];

    private static EquilibriumOptions Approximate(GradientMode mode, int steps, double damping) =>
        new() { Solver = new Broyden(), MaxEvaluations = 400, Tolerance = 1e-10, Gradient = mode, GradientSteps = steps, GradientDamping = damping };

    [Fact]
    public void TheDistancesInTheDocumentation_AreMeasured()
    {
        using var scope = NewDisposeScope();
        var page = File.ReadAllLines(Path.Combine(typeof(GradientTableTests).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>()
            .Single(a => a.Key == "ProjectDirectory").Value!, "..", "docs", "gradients.md"));
        var exact = Problems.Select(name => new ExactGradients(GridProblems.Of(name))).ToArray();
        List<string> table = [$"| gradient | {string.Join(" | ", Problems)} |"];
        table.Add($"| spectral radius of J | {string.Join(" | ", exact.Select(e => Dense.SpectralRadius(e.Jacobian).ToString("0.00", CultureInfo.InvariantCulture)))} |");
        var right = table.TrueForAll(page.Contains);
        foreach (var (name, options) in Modes)
        {
            string[] cells = [.. exact.Select(e => Cell(Gradient(e, options), e.Implicit()))];
            table.Add($"| {name} | {string.Join(" | ", cells)} |");
            var shown = page.FirstOrDefault(line => line.StartsWith($"| {name} |", StringComparison.Ordinal))?.Split('|', StringSplitOptions.TrimEntries)[2..^1];
            right &= shown is not null && shown.Length == cells.Length && shown.Zip(cells).All(pair => Agree(pair.First, pair.Second));
        }
        Assert.True(right, $"docs/gradients.md should show:\n{string.Join('\n', table)}");
    }

    private static Tensor Gradient(ExactGradients exact, EquilibriumOptions options)
    {
        var x = exact.X.requires_grad_();
        var settings = options with { OnFailure = OnFailure.Report };
        var value = options.Beta is null
            ? Equilibrium.Solve(z => exact.F(z, x), exact.Start, settings).Value
            : Equilibrium.SolveReversible((z, given) => exact.F(z, given[0]), exact.Start, [x], settings).Value;
        return autograd.grad([(value * exact.Weights).sum()], [x])[0];
    }

    private static string Cell(Tensor gradient, Tensor truth)
    {
        var cosine = (gradient * truth).sum() / (gradient.norm() * truth.norm());
        return string.Create(CultureInfo.InvariantCulture, $"{Dense.Distance(gradient, truth):0.0E-0} ({cosine.item<double>():0.000})");
    }

    // An error near a tolerance depends on the last evaluation; an approximation's is its own.
    private static bool Agree(string shown, string measured)
    {
        static double[] Parts(string cell) => [.. cell.TrimEnd(')').Split(" (").Select(part => double.Parse(part, CultureInfo.InvariantCulture))];
        double[] a = Parts(shown), b = Parts(measured);
        if (Math.Abs(a[1] - b[1]) > 0.01) return false;
        return a[0] > 2e-2 ? Math.Abs(a[0] - b[0]) <= 0.1 * a[0] : b[0] <= Math.Max(5 * a[0], 1e-8);
    }
}
