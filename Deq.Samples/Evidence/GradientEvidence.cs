using Deq.Samples.Report;
using Deq.Solvers;
using TorchSharp;
using static TorchSharp.torch;

namespace Deq.Samples.Evidence;

/// <summary>How far each gradient is from the true one and from that of unrolled iterations, over evaluations.</summary>
internal sealed class GradientEvidence : IEvidence
{
    private const double Beta = 0.8;

    /// <summary>Below any float64 residual: every solve takes its whole budget.</summary>
    private const double Never = 1e-30, ShineTolerance = 1e-10;

    private const string Implicit = "implicit", Phantom = "phantom, 5 steps", JacobianFree = "Jacobian-free", Shine = "SHINE", Unrolled = "unrolled", Reversible = "reversible";
    private static readonly string[] Methods = [Implicit, Phantom, JacobianFree, Shine, Unrolled, Reversible];

    public string Name => "gradients";

    public string Title => "Gradients against the true one";

    public string Claim => "The implicit gradient is that of the equilibrium itself, whatever found it, without a trace of the iterations (DEQ theorem 1); the reversible one equals back-propagation through the steps taken (RevDEQ). Phantom, Jacobian-free and SHINE gradients save the adjoint solve and are approximations.";

    public TimeSpan Expected => TimeSpan.FromMinutes(1);

    public Section Gather(EvidenceRun run)
    {
        int[] budgets = run.Smoke ? [2, 8, 64] : [2, 4, 8, 16, 32, 64];
        (int batch, int width, int side) = run.Smoke ? (2, 16, 4) : (8, 64, 8);
        Errors[] problems =
        [
            run.Part("map", new { batch, width, budgets }, () => Measure(GradientProblem.Map(run.Seed, batch, width), budgets)),
            run.Part("convolutions", new { batch, side, budgets }, () => Measure(GradientProblem.Convolutions(run.Seed, batch, side), budgets)),
        ];
        return new Section
        {
            Setting = "||got - reference|| / ||reference|| of dL/dx in float64, everything from z = 0, after k evaluations of f; implicit has as many products in its adjoint solve (Anderson both), SHINE takes the inverse of a Broyden solve of k or fewer that ends at 1e-10, the others need no products. Unrolled is back-propagation through k plain iterations. The true gradient comes from a dense solve with the whole Jacobian at a fixed point found by Newton's method, with nothing of the library's; \"against unrolled\" is against a plain loop of k taped evaluations, \"against its own steps\" against a taped loop of the reversible iteration.",
            Tables =
            [
                .. problems.SelectMany(problem => new[]
                {
                    Table($"**{problem.Name}**, spectral radius {Format.Decimal(problem.Radius, "0.00")}: error against the true gradient", problem.AgainstTruth, budgets),
                    Table($"**{problem.Name}**: error against unrolled", problem.AgainstUnrolled, budgets, ["reversible, against its own steps unrolled", .. problem.ReversibleAgainstItself.Select(Format.Small)]),
                }),
            ],
            Charts =
            [
                .. problems.Select((problem, i) => new Chart($"truth-{i + 1}", $"Error against the true gradient: {problem.Name}", "relative, both axes logarithmic", true,
                    [.. Methods.Select((method, color) => new ChartSeries(method, color + 1, [.. budgets.Select(budget => (double)budget)], problem.AgainstTruth[color], "points"))], "evaluations of f") { LogarithmicX = true }),
            ],
            Verdicts = [.. Verdicts(problems, budgets)],
            Notes = ["`docs/gradients.md` has the same question for more problems and for limits as they are used."],
        };
    }

    private static IEnumerable<Verdict> Verdicts(Errors[] problems, int[] budgets)
    {
        const double exact = 1e-8, rounding = 1e-6;
        yield return new(problems.All(problem => Last(problem, Implicit) < exact), $"The implicit gradient becomes the true one: {Each(Implicit)} after {budgets[^1]} evaluations and products.");
        yield return new(problems.All(problem => problem.ReversibleAgainstItself.Max() < rounding), $"The reversible gradient equals back-propagation through its own steps: it differs by {string.Join(" and ", problems.Select(problem => Format.Small(problem.ReversibleAgainstItself.Max())))} at most, rounding that grows as steps are undone.");
        yield return new(problems.All(problem => new[] { Phantom, JacobianFree, Shine }.All(method => Last(problem, method) > 1e3 * Math.Max(Last(problem, Implicit), 1e-16))), $"Phantom, Jacobian-free and SHINE gradients stay approximations however many evaluations the forward solve has: {Each(Phantom)}, {Each(JacobianFree)} and {Each(Shine)}.");
        yield return new(problems.All(problem => problem.AgainstTruth[Array.IndexOf(Methods, Implicit)].Zip(problem.AgainstTruth[Array.IndexOf(Methods, Unrolled)], (solved, unrolled) => solved <= unrolled).TakeLast(2).All(better => better)), $"At equal evaluations the implicit gradient is nearer to the true one than the unrolled one, which is {Each(Unrolled)} off after {budgets[^1]}.");

        string Each(string method) => string.Join(" and ", problems.Select(problem => Format.Small(Last(problem, method))));
    }

    private static double Last(Errors problem, string method) => problem.AgainstTruth[Array.IndexOf(Methods, method)][^1];

    private static SectionTable Table(string caption, double[][] errors, int[] budgets, params string[][] others) => new(
        caption, ["", .. budgets.Select(budget => $"k = {budget}")], [.. Methods.Select((method, i) => (string[])[method, .. errors[i].Select(Format.Small)]), .. others]);

    private static Errors Measure(GradientProblem problem, int[] budgets)
    {
        using DisposeScope scope = NewDisposeScope();
        (Tensor truth, double radius) = problem.Truth();
        double[][] againstTruth = [.. Methods.Select(_ => new double[budgets.Length])], againstUnrolled = [.. Methods.Select(_ => new double[budgets.Length])];
        var againstItself = new double[budgets.Length];
        for (int k = 0; k < budgets.Length; k++)
        {
            int budget = budgets[k];
            Tensor unrolled = Gradient(problem, x => Iterated(problem, x, budget));
            for (int method = 0; method < Methods.Length; method++)
            {
                Tensor gradient = Gradient(problem, x => Solved(problem, Methods[method], x, budget));
                againstTruth[method][k] = Distance(gradient, truth);
                againstUnrolled[method][k] = Distance(gradient, unrolled);
                if (Methods[method] == Reversible) againstItself[k] = Distance(gradient, Gradient(problem, x => Coupled(problem, x, Math.Max(1, budget / 2))));
            }
        }

        return new Errors(problem.Name, radius, againstTruth, againstUnrolled, againstItself);
    }

    private static Tensor Solved(GradientProblem problem, string method, Tensor x, int budget)
    {
        Tensor start = zeros_like(x);
        if (method == Reversible)
            return Equilibrium.SolveReversible((z, inputs) => problem.Cell(z, inputs[0]), start, [x], new EquilibriumOptions { Beta = Beta, Steps = Math.Max(1, budget / 2), Tolerance = Never, OnFailure = OnFailure.Report }).Value;

        var options = new EquilibriumOptions { MaxEvaluations = budget, Tolerance = Never, OnFailure = OnFailure.Report };
        options = method switch
        {
            Implicit => options with { Solver = new Anderson(), BackwardMaxEvaluations = budget, BackwardTolerance = Never },
            Phantom => options with { Solver = new Anderson(), Gradient = GradientMode.Phantom },
            JacobianFree => options with { Solver = new Anderson(), Gradient = GradientMode.JacobianFree },
            // Its inverse goes on changing once there are only rounding errors left to learn from.
            Shine => options with { Solver = new Broyden(), Gradient = GradientMode.Shine, Tolerance = ShineTolerance },
            _ => options with { Solver = new Picard(), Gradient = GradientMode.Unrolled },
        };
        return Equilibrium.Solve(z => problem.Cell(z, x), start, options).Value;
    }

    private static Tensor Iterated(GradientProblem problem, Tensor x, int times)
    {
        Tensor z = zeros_like(x);
        for (int i = 0; i < times; i++) z = problem.Cell(z, x);
        return z;
    }

    /// <summary>The reversible iteration as a plain taped loop.</summary>
    private static Tensor Coupled(GradientProblem problem, Tensor x, int steps)
    {
        Tensor y = zeros_like(x), z = zeros_like(x);
        for (int i = 0; i < steps; i++)
        {
            y = (1 - Beta) * y + Beta * problem.Cell(z, x);
            z = (1 - Beta) * z + Beta * problem.Cell(y, x);
        }

        return z;
    }

    private static Tensor Gradient(GradientProblem problem, Func<Tensor, Tensor> solve)
    {
        Tensor x = problem.Input.detach().clone().requires_grad_();
        (solve(x) * problem.Weights).sum().BackwardOrThrow();
        return x.grad!;
    }

    private static double Distance(Tensor got, Tensor reference) => ((got - reference).norm() / reference.norm()).ToDouble();

    /// <summary>By method, then by budget.</summary>
    private sealed record Errors(string Name, double Radius, double[][] AgainstTruth, double[][] AgainstUnrolled, double[] ReversibleAgainstItself);
}
