using Deq.Solvers;
using Deq.Tests.Infrastructure;
using TorchSharp;
using static TorchSharp.torch;

namespace Deq.Tests.Runtime;

/// <summary>What uses the inverse of the forward Broyden solve: SHINE and the preconditioner of GMRES.</summary>
public class ForwardInverseTests
{
    private const int Batch = 3, Size = 8;

    private readonly Tensor w, x, g;

    public ForwardInverseTests()
    {
        manual_seed(5);
        w = randn(Size, Size, float64) * 0.3;
        x = randn(Batch, Size, float64);
        g = randn(Batch, Size, float64);
    }

    private Tensor F(Tensor z, Tensor input) => (z.matmul(w.t()) + input).tanh();

    private static EquilibriumOptions Shine(int evaluations, int? memory = null, double damping = 1) => new()
    {
        Solver = new Broyden { Memory = memory, Damping = damping },
        Gradient = GradientMode.Shine,
        MaxEvaluations = evaluations,
        Tolerance = 1e-10,
    };

    /// <summary>The gradient of sum(g * value), and what u = -H^T g of the given H makes of it.</summary>
    private (Tensor Got, Tensor Expected, SolveStatistics Forward) Both(EquilibriumOptions options, Func<int, int, Tensor> inverse)
    {
        var input = x.clone().requires_grad_();
        var result = Equilibrium.Solve(z => F(z, input), zeros_like(x), options);
        var got = autograd.grad([(result.Value * g).sum()], [input])[0];
        var made = result.Statistics.Forward!.SampleEvaluations;
        var u = stack([.. Enumerable.Range(0, Batch).Select(b => -inverse(b, made[b]).t().mv(g[b]))]);
        // f(z*) is the value, and z* the iterate before: near the end they are the same.
        var again = x.clone().requires_grad_();
        var expected = autograd.grad([F(result.Value.detach(), again)], [again], [u])[0];
        return (got, expected, result.Statistics.Forward);
    }

    [Theory]
    [InlineData(60, null, 1.0)]
    [InlineData(60, 5, 1.0)]
    [InlineData(60, 8, 1.0)]
    [InlineData(90, null, 0.7)]
    [InlineData(90, 8, 0.7)]
    [InlineData(90, 5, 0.6)]
    public void Shine_TakesTheInverseOfItsOwnForwardSolve(int evaluations, int? memory, double damping)
    {
        using var scope = NewDisposeScope();
        var (got, expected, forward) = Both(Shine(evaluations, memory, damping),
            (b, made) => TextbookBroyden.Inverse(z => F(z.unsqueeze(0), x[b]).squeeze(0), zeros(Size, dtype: float64), made, memory ?? int.MaxValue, damping));
        // The samples end at different evaluations, so some inverses have outlived what came after.
        Assert.True(forward.SampleEvaluations.Distinct().Count() > 1, string.Join(", ", forward.SampleEvaluations));
        Assert.InRange(Dense.Distance(got, expected), 0, 1e-5);
    }

    [Theory]
    [InlineData(1.0)]
    [InlineData(0.6)]
    public void Shine_OfASolveThatEndsAtItsLimit_IsThatOfAllItsSecants(double damping)
    {
        using var scope = NewDisposeScope();
        foreach (var evaluations in new[] { 1, 2, 6 })
        {
            var input = x.clone().requires_grad_();
            using var cells = NewDisposeScope();
            using var untaped = no_grad();
            FixedPointLoop.Solve(z => F(z, x), zeros_like(x), new("the test", new Broyden { Damping = damping }, evaluations, 1e-12, OnFailure: OnFailure.Report), Keep.Iterate,
                taped: false, keepInverse: true, out var inverse);
            for (var b = 0; b < Batch; b++)
            {
                var h = TextbookBroyden.Inverse(z => F(z.unsqueeze(0), x[b]).squeeze(0), zeros(Size, dtype: float64), evaluations, damping: damping);
                Assert.InRange(Dense.Distance(inverse!.TransposedTimes(g)[b], -h.t().mv(g[b])), 0, 1e-10);
                Assert.InRange(Dense.Distance(inverse.Times(g)[b], -h.mv(g[b])), 0, 1e-10);
            }
        }
    }

    [Fact]
    public void TheInverseAfterALineSearch_SatisfiesItsLastSecantEquation()
    {
        using var scope = NewDisposeScope();
        using var untaped = no_grad();
        var strong = w * 4;
        foreach (var (evaluations, memory, longest) in new[] { (6, 100, 1), (14, 100, 1), (14, 6, 1), (12, 12, 1), (14, 100, 0.7), (14, 6, 0.7) })
        {
            List<Tensor> points = [], residuals = [];
            FixedPointLoop.Solve(z =>
            {
                var image = (z.matmul(strong.t()) + x).tanh();
                points.Add(z.clone().DetachFromDisposeScope());
                residuals.Add((image - z).DetachFromDisposeScope());
                return image;
            }, zeros_like(x), new("the test", new Broyden { LineSearch = true, Memory = memory, Damping = longest }, evaluations, 1e-12, OnFailure: OnFailure.Report), Keep.Iterate,
                taped: false, keepInverse: true, out var inverse);
            for (var b = 0; b < Batch; b++)
            {
                // The step began at one of the points before; which one, the search knows.
                var off = Enumerable.Range(0, points.Count - 1).Select(k =>
                    Dense.Distance(-inverse!.Times(residuals[^1] - residuals[k])[b], (points[^1] - points[k])[b]));
                Assert.InRange(off.Min(), 0, 1e-8);
            }
        }
    }

    [Fact]
    public void ARefinedShine_ComesCloserToTheImplicitGradient_WithItsProducts()
    {
        using var scope = NewDisposeScope();
        var value = Equilibrium.Solve(z => F(z, x), zeros_like(x), new() { MaxEvaluations = 300, Tolerance = 1e-14 }).Value;
        var leaf = x.clone().requires_grad_();
        var exact = Dense.ImplicitGradient(z => F(z, leaf), value, g, leaf)[0];
        foreach (Solver backward in new Solver[] { new Picard(), new Broyden(), new Gmres(), new Gmres { Precondition = true } })
        {
            double Off(int products)
            {
                var input = x.clone().requires_grad_();
                var result = Equilibrium.Solve(z => F(z, input), zeros_like(x), (Shine(60) with { Tolerance = 1e-6, GradientRefinement = products, BackwardSolver = backward, BackwardTolerance = 1e-12, OnFailure = OnFailure.Throw }).ForItsGradient());
                var got = autograd.grad([(result.Value * g).sum()], [input])[0];
                Assert.Equal(products, result.Statistics.Backward?.Evaluations ?? 0);
                return Dense.Distance(got, exact);
            }
            double none = Off(0), few = Off(3), more = Off(7);
            Assert.True(few < none && more < few / 2, $"{backward.Name}: {none:G2}, {few:G2}, {more:G2}");
        }
    }

    [Fact]
    public void APreconditionedGmres_NeedsFewerProductsOnAStiffProblem()
    {
        using var scope = NewDisposeScope();
        manual_seed(7);
        // Eigenvalues of J from 0.999 down to -40, some hundred of the former's lengths apart.
        const int n = 40;
        var q = linalg.qr(randn(n, n, float64)).Q;
        var spectrum = cat([linspace(-40, -5, 8, float64), linspace(-0.5, 0.6, n - 10, float64), tensor(new[] { 0.99, 0.999 }, float64)]);
        var a = q.matmul(diag(spectrum)).matmul(q.t());
        var input = randn(2, n, float64);
        var weights = randn(2, n, float64);
        int Products(bool precondition, out Tensor gradient)
        {
            var leaf = input.clone().requires_grad_();
            var result = Equilibrium.Solve(z => z.matmul(a.t()) + leaf, zeros(2, n, float64), new()
            {
                Solver = new Broyden(),
                MaxEvaluations = 200,
                Tolerance = 1e-9,
                BackwardSolver = new Gmres { Precondition = precondition },
                BackwardTolerance = 1e-8,
                BackwardMaxEvaluations = 200,
            });
            gradient = autograd.grad([(result.Value * weights).sum()], [leaf])[0];
            Assert.Equal(SolveOutcome.Converged, result.Statistics.Forward!.Outcome);
            Assert.Equal(SolveOutcome.Converged, result.Statistics.Backward!.Outcome);
            return result.Statistics.Backward.Evaluations;
        }
        int plain = Products(false, out var first), preconditioned = Products(true, out var second);
        var exact = linalg.solve((eye(n, dtype: float64) - a).t(), weights.t()).t();
        Assert.InRange(Dense.Distance(first, exact), 0, 1e-5);
        Assert.InRange(Dense.Distance(second, exact), 0, 1e-5);
        Assert.True(preconditioned <= 0.75 * plain, $"{preconditioned} against {plain}");
    }

    [Fact]
    public void APreconditionedGmres_ReportsTheResidualOfTheProblemItself()
    {
        using var scope = NewDisposeScope();
        Tensor Product(Tensor v) => v.matmul(w);
        FixedPointLoop.Solve(z => z.matmul(w.t()) + x, zeros_like(x), new("the test", new Broyden(), 6, 1e-12, OnFailure: OnFailure.Report), Keep.Iterate,
            taped: false, keepInverse: true, out var inverse);
        foreach (var memory in new int?[] { null, 3 })
        {
            var found = GmresSolve.Solve(Product, g, new("the test", new Gmres { Precondition = true, Memory = memory }, 5, 1e-12, OnFailure: OnFailure.Report), inverse);
            // What is returned is A u + g; what is said is ||A u + g - u|| / ||A u + g||.
            var u = linalg.solve(w.t(), (found.Value - g).t()).t();
            var measured = Dense.Numbers((found.Value - u).norm(1) / found.Value.norm(1));
            for (var b = 0; b < Batch; b++) Assert.Equal(1, measured[b] / found.Statistics.SampleResidual[b], 1e-6);
        }
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void WithoutABroydenForwardSolve_BothAreRefusedInWords(bool shine)
    {
        using var scope = NewDisposeScope();
        var options = new EquilibriumOptions
        {
            Solver = new Anderson(),
            Gradient = shine ? GradientMode.Shine : GradientMode.Implicit,
            BackwardSolver = shine ? null : new Gmres { Precondition = true },
        };
        var input = x.clone().requires_grad_();
        var message = Assert.Throws<EquilibriumException>(() => Equilibrium.Solve(z => F(z, input), zeros_like(x), options)).Message;
        Assert.Contains("anderson", message);
        Assert.Contains("broyden", message);
    }

    [Fact]
    public void ANeighbourThatIsNotFinite_LeavesShineAlone()
    {
        using var scope = NewDisposeScope();
        Tensor Gradient(double other)
        {
            var input = x.clone();
            if (other != 0) input[1] = full([Size], other, float64);
            input.requires_grad_();
            var value = Equilibrium.Solve(z => F(z, input), zeros_like(x), Shine(60, memory: 6) with { OnFailure = OnFailure.Report }).Value;
            return autograd.grad([(value * g).sum()], [input])[0];
        }
        Tensor plain = Gradient(0), mixed = Gradient(-4);
        foreach (var b in new[] { 0, 2 }) Assert.True(Dense.Same(plain[b], mixed[b]));
    }

    [Fact]
    public void TheInverse_GoesWithTheGraph()
    {
        manual_seed(1);
        using var outer = NewDisposeScope();
        var wide = randn(4, 50_000).requires_grad_();
        var options = Shine(20) with { Tolerance = 1e-30, OnFailure = OnFailure.Report };
        long Resident(Action step) => Ground.ResidentMemory.LeastGrowth(3, () => { for (var k = 0; k < 6; k++) step(); });
        void Step(bool retain)
        {
            using var scope = NewDisposeScope();
            var loss = Equilibrium.Solve(z => (z * 0.9 + wide).tanh(), zeros(4, 50_000), options).Value.square().mean();
            if (retain)
            {
                var first = autograd.grad([loss], [wide], retain_graph: true)[0];
                Assert.True(Dense.Same(first, autograd.grad([loss], [wide])[0]));
            }
            else autograd.grad([loss], [wide]);
        }
        Step(true);
        // A history is 20 x 4 x 50,000 floats, 16 MB; six kept would be 96.
        Assert.InRange(Resident(() => Step(false)), long.MinValue, 24L << 20);
        Assert.InRange(Resident(() => Step(true)), long.MinValue, 24L << 20);
    }
}
