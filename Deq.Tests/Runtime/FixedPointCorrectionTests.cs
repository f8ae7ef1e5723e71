using Deq.Gradients;
using Deq.Solvers;
using TorchSharp;
using static TorchSharp.torch;

namespace Deq.Tests.Runtime;

/// <summary>Losses on intermediate states of a solve.</summary>
public class FixedPointCorrectionTests
{
    /// <summary>What is emitted for a layer with [FixedPointCorrection], written by hand.</summary>
    private static EquilibriumResult<Tensor[]> Solve(Func<Tensor, Tensor> cell, Tensor start, EquilibriumOptions options, nn.Module? module = null)
    {
        using var call = EquilibriumCall.Begin(module ?? Nothing, new("test"), new() { CorrectionStates = 1 }, options);
        var point = call.Solve(cell, start, ones(1).requires_grad_());
        var tape = call.Record(cell, point);
        var value = Function.apply(tape.Output, tape.State, call);
        return call.Return([value], null, call.Intermediates<Tensor[]>(cell, z => [z]));
    }

    private static nn.Module Nothing { get; } = nn.Identity();

    private sealed class Function : autograd.SingleTensorFunction<Function>
    {
        public override string Name => "test";

        public override Tensor forward(autograd.AutogradContext ctx, params object[] vars) => ImplicitGradient.Forward(ctx, vars);

        public override List<Tensor> backward(autograd.AutogradContext ctx, Tensor grad_output) => ImplicitGradient.Backward(ctx, grad_output);
    }

    [Fact]
    public void Intermediates_AreSpreadEvenlyOverTheEvaluations_WithTheGradientOfOne()
    {
        using var scope = NewDisposeScope();
        var p = GoldenProblem.P1();
        var x = p.X.clone().requires_grad_();
        var options = new EquilibriumOptions { Solver = new Picard(), MaxEvaluations = 64, Tolerance = 1e-300, CorrectionStates = 3, CorrectionDecay = 0.5 };
        var result = Solve(z => p.F(z, x), p.Start, options);
        // Picard's z_k is f applied k times: evaluation e is at z_(e - 1).
        List<Tensor> iterates = [p.Start];
        for (var k = 0; k < 64; k++) iterates.Add(p.F(iterates[^1], p.X));
        var at = result.Intermediates.Select(i => iterates.FindIndex(z => Dense.Distance(z, i[0]) < 1e-15 || Dense.Same(z, i[0]))).ToArray();
        Assert.Equal(3, at.Length);
        foreach (var (found, wanted) in at.Zip(new[] { 16, 32, 48 })) Assert.InRange(found, wanted - 8, wanted + 8);

        var got = autograd.grad([result.CorrectionLoss(v => v[0].square().sum())], [x])[0];
        Tensor expected = zeros_like(x);
        for (var i = 0; i < 3; i++)
        {
            var value = p.F(iterates[at[i] - 1].detach(), x);
            expected = expected + autograd.grad([value.square().sum()], [x])[0] * Math.Pow(0.5, 3 - i);
        }
        Assert.InRange(Dense.Distance(got, expected), 0, 1e-12);
    }

    public static TheoryData<string> Solvers => Grids.GridSolvers.ForwardNames;

    [Theory, MemberData(nameof(Solvers))]
    public void EverySolversIterates_AreTaken_EvenlyOverEachSamplesOwnEvaluations_HoweverOftenIsLooked(string name)
    {
        using var scope = NewDisposeScope();
        var p = GoldenProblem.P1();
        const int states = 3;
        (Tensor[] Values, List<Tensor> Evaluated, SolveStatistics Forward, Tensor Gradient) Run(int every)
        {
            List<Tensor> evaluated = [];
            var x = p.X.clone().requires_grad_();
            var result = Solve(z =>
            {
                if (!is_grad_enabled()) evaluated.Add(z.clone().DetachFromDisposeScope());
                return p.F(z, x);
            }, p.Start, new() { Solver = Grids.GridSolvers.Forward[name], MaxEvaluations = 200, Tolerance = 1e-5, CheckEvery = every, CorrectionStates = states });
            var gradient = autograd.grad([result.CorrectionLoss(v => (v[0] * p.LossWeights).sum())], [x])[0];
            return ([.. result.Intermediates.Select(v => v[0])], evaluated, result.Statistics.Forward!, gradient);
        }
        var each = Run(1);
        Assert.Equal(SolveOutcome.Converged, each.Forward.Outcome);
        Assert.Equal(states, each.Values.Length);
        for (var b = 0; b < 4; b++)
        {
            var own = each.Forward.SampleEvaluations[b];
            var before = -1;
            for (var i = 0; i < states; i++)
            {
                var at = each.Evaluated.FindIndex(z => Dense.Same(p.F(z)[b], each.Values[i][b]));
                Assert.InRange(at, before, own - 1);
                var target = (i + 1.0) * own / (states + 1) - 1;
                Assert.InRange(Math.Abs(at - target), 0, own / (2.0 * states) + 1);
                before = at;
            }
        }
        foreach (var every in new[] { 2, 3, 7 })
        {
            var some = Run(every);
            foreach (var (a, b) in each.Values.Zip(some.Values)) Assert.True(Dense.Same(a, b));
            Assert.True(Dense.Same(each.Gradient, some.Gradient));
        }
    }

    [Theory, MemberData(nameof(Solvers))]
    public void Intermediates_OfASample_DoNotDependOnItsNeighbours(string name)
    {
        using var scope = NewDisposeScope();
        var p = GoldenProblem.P1();
        foreach (var every in new[] { 1, 4 })
        {
            EquilibriumOptions options = new()
            {
                Solver = Grids.GridSolvers.Forward[name],
                MaxEvaluations = 200,
                Tolerance = 1e-6,
                CorrectionStates = 2,
                CheckEvery = every,
                OnFailure = OnFailure.Report,
            };
            // A sample of zeros is done at once.
            Tensor[] With(Tensor x) => [.. Solve(z => (z.matmul(p.W.t()) + x).tanh() * (1 - 0.9 * (x.abs().max(1, true).values < 1e-3).to(float64)), zeros_like(x), options).Intermediates.Select(v => v[0])];
            var plain = With(p.X);
            foreach (var other in new[] { 0, 3, double.NaN, double.PositiveInfinity })
            {
                var x = p.X.clone();
                x[1] = full([50], other, float64);
                foreach (var (a, b) in plain.Zip(With(x)))
                {
                    foreach (var sample in new[] { 0, 2, 3 }) Assert.True(Dense.Same(a[sample], b[sample]));
                    Assert.True(b.isfinite().all().item<bool>());
                }
            }
        }
    }

    [Theory]
    [InlineData(ScalarType.Float32, 1e-5)]
    [InlineData(ScalarType.BFloat16, 3e-2)]
    public void InANarrowerType_LossAndGradientAreThoseOfFloat64(ScalarType type, double agreement)
    {
        using var scope = NewDisposeScope();
        var p = GoldenProblem.P1();
        (double Loss, Tensor Gradient) Run(ScalarType t)
        {
            Tensor w = p.W.to(ScalarType.BFloat16).to(t), x = p.X.to(ScalarType.BFloat16).to(t).requires_grad_();
            var result = Solve(z => (z.matmul(w.t()) + x).tanh(), zeros(4, 50, t),
                new() { Solver = new Picard(), MaxEvaluations = 12, Tolerance = 1e-300, CorrectionStates = 3, OnFailure = OnFailure.Report });
            Assert.All(result.Intermediates, states => Assert.Equal(t, states[0].dtype));
            var loss = result.CorrectionLoss(v => (v[0] * p.LossWeights.to(t)).sum());
            return (loss.to(float64).item<double>(), autograd.grad([loss], [x])[0]);
        }
        var exact = Run(float64);
        var got = Run(type);
        Assert.Equal(1, got.Loss / exact.Loss, agreement);
        Assert.InRange(Dense.Distance(got.Gradient, exact.Gradient), 0, agreement);
    }

    [Fact]
    public void OfALongSolve_NoMoreIsKeptThanOfAShortOne()
    {
        using var outer = NewDisposeScope();
        long Peak(int evaluations, int states)
        {
            long most = 0;
            Tensor Cell(Tensor z)
            {
                most = Math.Max(most, Tensor.TotalCount);
                return z * 0.999 + 1;
            }
            Solve(Cell, zeros(2, 10), new() { Solver = new Picard(), MaxEvaluations = evaluations, Tolerance = 1e-30, CorrectionStates = states });
            return most;
        }
        Assert.InRange(Peak(400, 3), 0, Peak(30, 3) + 2);
    }

    [Fact]
    public void InEval_AndWithoutThem_ThereAreNone_AndTheLossIsZero()
    {
        using var scope = NewDisposeScope();
        using var module = nn.Identity();
        module.eval();
        var evaluated = Solve(z => z * 0.5 + 1, zeros(2, 3), new() { CorrectionStates = 2 }, module);
        Assert.Empty(evaluated.Intermediates);
        Assert.Equal(0, evaluated.CorrectionLoss(v => v[0].sum()).item<float>());
        Assert.Empty(Solve(z => z * 0.5 + 1, zeros(2, 3), new() { CorrectionStates = 0 }).Intermediates);
    }

    [Fact]
    public void WithoutTheAttribute_TheOptionIsRefused()
    {
        using var scope = NewDisposeScope();
        using var plain = new Plain();
        Assert.Contains("[FixedPointCorrection]", Assert.Throws<EquilibriumException>(() => plain.Solve(randn(2, 3), options: new() { CorrectionStates = 1 })).Message);
    }
}
