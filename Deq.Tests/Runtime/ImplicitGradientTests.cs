using Deq.Solvers;
using TorchSharp;
using static TorchSharp.torch;

namespace Deq.Tests.Runtime;

/// <summary>The implicit gradient of hand-written equilibria against dense algebra, golden numbers and unrolled back-propagation.</summary>
public class ImplicitGradientTests
{
    public static TheoryData<string> Names => SolverTests.Names;

    private static EquilibriumOptions Tight(string name) => new()
    {
        Solver = name switch { "picard" => new Picard(), "anderson" => new Anderson(), _ => new Broyden() },
        MaxEvaluations = 1000,
        BackwardMaxEvaluations = 1000,
        Tolerance = 1e-13,
        BackwardTolerance = 1e-13,
    };

    [Theory, MemberData(nameof(Names))]
    public void GradientOfGoldenP1_IsTheGoldenOne(string name)
    {
        using var scope = NewDisposeScope();
        var p = GoldenProblem.P1();
        var x = p.X.clone().requires_grad_();
        var result = Equilibrium.Solve(z => p.F(z, x), p.Start, Tight(name));
        (result.Value * p.LossWeights).sum().backward();
        Assert.Equal(p.Number("grad_x_norm"), x.grad!.norm().item<double>(), 1e-8);
        Assert.All(p.Numbers("grad_x_row0_first5").Zip(Dense.Numbers(x.grad![0])), pair => Assert.Equal(pair.First, pair.Second, 1e-9));
        Assert.Equal(SolveOutcome.Converged, result.Statistics.Backward!.Outcome);
    }

    [Theory, MemberData(nameof(Names))]
    public void Gradient_AgreesWithDenseAlgebraAndUnrolledSteps(string name)
    {
        using var scope = NewDisposeScope();
        manual_seed(3);
        var w = (randn(6, 6, float64) * 0.25).requires_grad_();
        var v = randn(6, 5, float64).requires_grad_();
        var x = randn(3, 5, float64).requires_grad_();
        var c = randn(3, 6, float64);
        Tensor F(Tensor z) => (z.matmul(w.t()) + x.matmul(v.t())).tanh();

        var value = Equilibrium.Solve(F, zeros(3, 6, float64), Tight(name)).Value;
        var got = autograd.grad([(value * c).sum()], [w, v, x]);
        var dense = Dense.ImplicitGradient(F, value, c, w, v, x);
        Assert.InRange(Dense.Distance(got, dense), 0, 1e-11);

        var z = zeros(3, 6, float64);
        for (var k = 0; k < 200; k++) z = F(z);
        var unrolled = autograd.grad([(z * c).sum()], [w, v, x]);
        Assert.InRange(Dense.Distance(got, unrolled), 0, 1e-11);
    }

    [Fact]
    public void Gradient_OfASpectralRadiusAboveOne_IsStillTheImplicitOne()
    {
        using var scope = NewDisposeScope();
        manual_seed(1);
        // A rotation of length 1.5: plain iteration runs away, the equilibrium is unique all the same.
        var w = (tensor(new double[,] { { 0, -1.5 }, { 1.5, 0 } })).requires_grad_();
        var x = randn(4, 2, float64).requires_grad_();
        Tensor F(Tensor z) => z.matmul(w.t()) + x;
        foreach (var name in new[] { "anderson", "broyden" })
        {
            var value = Equilibrium.Solve(F, zeros(4, 2, float64), Tight(name)).Value;
            var got = autograd.grad([value.square().sum()], [w, x]);
            var dense = Dense.ImplicitGradient(F, value, value.detach() * 2, w, x);
            Assert.InRange(Dense.Distance(got, dense), 0, 1e-9);
        }
    }

    [Fact]
    public void ScalingTheLoss_ScalesTheGradient_EvenWhereSquaresUnderflow()
    {
        using var scope = NewDisposeScope();
        var p = GoldenProblem.P1();
        Tensor W = p.W.to(float32), x = p.X.to(float32).requires_grad_(), c = p.LossWeights.to(float32);
        double[] Gradient(float scale)
        {
            var options = new EquilibriumOptions { MaxEvaluations = 100, BackwardMaxEvaluations = 40, Tolerance = 1e-5 };
            var value = Equilibrium.Solve(z => (z.matmul(W.t()) + x).tanh(), zeros(4, 50), options).Value;
            return Dense.Numbers(autograd.grad([(value * c).sum() * scale], [x])[0] / scale);
        }
        var plain = Gradient(1);
        foreach (var exponent in new[] { 20, -20, -80, 60 })
            Assert.Equal(plain, Gradient((float)Math.ScaleB(1, exponent)));
    }

    [Fact]
    public void TwoCallsBeforeOneBackward_AddUp()
    {
        using var scope = NewDisposeScope();
        var p = GoldenProblem.P1();
        var x = p.X.clone().requires_grad_();
        Tensor Call(double shift) => Equilibrium.Solve(z => p.F(z, x + shift), p.Start, Tight("broyden")).Value;
        var first = autograd.grad([Call(0).square().sum()], [x])[0];
        var second = autograd.grad([Call(0.3).sin().sum()], [x])[0];
        (Call(0).square().sum() + Call(0.3).sin().sum()).backward();
        Assert.InRange(Dense.Distance(x.grad!, first + second), 0, 1e-12);
    }

    [Fact]
    public void ARepeatedBackward_GivesTheSameGradientAgain()
    {
        using var scope = NewDisposeScope();
        var p = GoldenProblem.P1();
        var x = p.X.clone().requires_grad_();
        var result = Equilibrium.Solve(z => p.F(z, x), p.Start, Tight("anderson"));
        var loss = result.Value.square().sum();
        var first = autograd.grad([loss], [x], retain_graph: true)[0];
        var evaluations = result.Statistics.Backward!.Evaluations;
        var second = autograd.grad([loss], [x])[0];
        Assert.True(Dense.Same(first, second));
        Assert.Equal(evaluations, result.Statistics.Backward!.Evaluations);
    }

    [Fact]
    public void ASecondDerivative_IsRefusedInWords()
    {
        using var scope = NewDisposeScope();
        var p = GoldenProblem.P1();
        var x = p.X.clone().requires_grad_();
        var result = Equilibrium.Solve(z => p.F(z, x), p.Start, Tight("anderson"));
        var loss = result.Value.square().sum();
        var heard = Warnings.During(() => Assert.ThrowsAny<Exception>(() => loss.backward(create_graph: true)));
        Assert.Contains("cannot be differentiated again", result.Statistics.BackwardFailure!.Message);
        Assert.Single(heard);
    }

    [Fact]
    public void WithoutGradMode_NothingIsRecorded()
    {
        using var scope = NewDisposeScope();
        var p = GoldenProblem.P1();
        var x = p.X.clone().requires_grad_();
        var recorded = Equilibrium.Solve(z => p.F(z, x), p.Start, Tight("anderson")).Value;
        using var untaped = no_grad();
        var plain = Equilibrium.Solve(z => p.F(z, x), p.Start, Tight("anderson")).Value;
        Assert.False(plain.requires_grad);
        Assert.True(recorded.requires_grad);
        Assert.InRange(Dense.Distance(plain, recorded), 0, 1e-15);
    }

    [Fact]
    public void Evaluations_AreCountedOnce_TheRecordedOneNot()
    {
        using var scope = NewDisposeScope();
        var p = GoldenProblem.P1();
        int calls = 0;
        var x = p.X.clone().requires_grad_();
        var result = Equilibrium.Solve(z => { calls++; return p.F(z, x); }, p.Start,
            new() { Solver = new Picard(), MaxEvaluations = 7, Tolerance = 1e-12, BackwardMaxEvaluations = 5, BackwardTolerance = 1e-12 });
        Assert.Equal(7, result.Statistics.Forward!.Evaluations);
        Assert.Equal(8, calls);
        result.Value.sum().backward();
        Assert.Equal(5, result.Statistics.Backward!.Evaluations);
        Assert.Equal(8, calls);
    }

    [Fact]
    public void ASampleThatNeighboursDisturb_KeepsItsGradientToTheBit()
    {
        using var scope = NewDisposeScope();
        var p = GoldenProblem.P1();
        Tensor Gradient(double other)
        {
            var x = p.X.clone();
            if (other != 0) x[2] = full([50], other, float64);
            x.requires_grad_();
            var options = Tight("anderson") with { Tolerance = 1e-6, BackwardTolerance = 1e-6, MaxEvaluations = 30, OnFailure = OnFailure.Report };
            var value = Equilibrium.Solve(z => p.F(z, x), p.Start, options).Value;
            var weights = tensor(new double[] { 1, 1, 0, 1 }, float64).unsqueeze(1);
            return autograd.grad([(where(weights > 0, value, zeros_like(value)) * p.LossWeights).sum()], [x])[0];
        }
        var plain = Gradient(0);
        var mixed = Gradient(-4);
        foreach (var b in new[] { 0, 1, 3 }) Assert.True(Dense.Same(plain[b], mixed[b]));
    }
}
