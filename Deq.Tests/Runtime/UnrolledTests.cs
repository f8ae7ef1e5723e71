using Deq.Solvers;
using TorchSharp;
using static TorchSharp.torch;

namespace Deq.Tests.Runtime;

/// <summary>The unrolled gradient against finite differences of the value that the solver computed, in float64.</summary>
public class UnrolledTests
{
    public static TheoryData<string> Solvers => [.. All.Keys];

    private static readonly Dictionary<string, FixedPointSolver> All = new()
    {
        ["picard"] = new Picard(),
        ["picard, damping 0.6"] = new Picard { Damping = 0.6 },
        ["anderson"] = new Anderson(),
        ["anderson, memory 3, damping 0.8"] = new Anderson { Memory = 3, Damping = 0.8 },
        ["anderson, memory 1"] = new Anderson { Memory = 1 },
        ["broyden"] = new Broyden(),
        ["broyden, memory 3"] = new Broyden { Memory = 3 },
        ["broyden, damping 0.7"] = new Broyden { Damping = 0.7 },
        ["broyden, memory 3, damping 0.5"] = new Broyden { Memory = 3, Damping = 0.5 },
    };

    private static EquilibriumOptions Options(FixedPointSolver solver, int evaluations, double tolerance = 1e-300) =>
        new() { Solver = solver, Gradient = GradientMode.Unrolled, MaxEvaluations = evaluations, Tolerance = tolerance };

    // Anderson's weights amplify rounding by up to the root of its regulariser's inverse, 1e5, and a difference divides it by h.
    private const double Noise = 1e-5;

    /// <summary>A map that is no contraction everywhere, of a matrix, an input and a start that all want gradients.</summary>
    private static (Func<Tensor, Tensor> F, Tensor Start, Tensor[] Leaves) Problem()
    {
        manual_seed(31);
        var w = (randn(7, 7, float64) * 0.35).requires_grad_();
        var x = randn(3, 7, float64).requires_grad_();
        var start = (randn(3, 7, float64) * 0.5).requires_grad_();
        return (z => (z.matmul(w.t()) + x).tanh() + z.sin() * 0.2, start, [w, x, start]);
    }

    private static double Difference(Func<double> value, Tensor leaf, Tensor direction)
    {
        const double h = 1e-6;
        using var untaped = no_grad();
        double At(double step)
        {
            leaf.add_(direction, step);
            var found = value();
            leaf.sub_(direction * step);
            return found;
        }
        return (At(h) - At(-h)) / (2 * h);
    }

    [Theory]
    [MemberData(nameof(Solvers))]
    public void TheGradient_IsTheDerivativeOfWhatTheSolverComputed(string name)
    {
        using var scope = NewDisposeScope();
        var (f, start, leaves) = Problem();
        var c = randn(3, 7, float64);
        // Far from converged: what is differentiated is the iterate, whatever it is worth.
        foreach (var evaluations in new[] { 1, 2, 3, 5, 9 })
        {
            double Value() => (Equilibrium.Solve(f, start, Options(All[name], evaluations)).Value * c).sum().item<double>();
            var gradients = autograd.grad([(Equilibrium.Solve(f, start, Options(All[name], evaluations)).Value * c).sum()], leaves);
            for (var i = 0; i < leaves.Length; i++)
                for (var k = 0; k < 3; k++)
                {
                    var direction = randn_like(leaves[i]).detach();
                    var expected = Difference(Value, leaves[i], direction);
                    Assert.InRange(Math.Abs((gradients[i] * direction).sum().item<double>() - expected) / Math.Max(1, Math.Abs(expected)), 0, Noise);
                }
        }
    }

    [Theory]
    [MemberData(nameof(Solvers))]
    public void TheValue_IsThatOfTheUntapedSolve_ToTheBit(string name)
    {
        using var scope = NewDisposeScope();
        foreach (var p in new[] { GoldenProblem.P1(), GoldenProblem.P3() })
        {
            var x = p.X.clone().requires_grad_();
            var taped = Equilibrium.Solve(z => p.F(z, x), p.Start, Options(All[name], 20, 1e-4));
            using var untaped = no_grad();
            var plain = Equilibrium.Solve(p.F, p.Start, Options(All[name], 20, 1e-4));
            Assert.True(Dense.Same(taped.Value, plain.Value));
            Assert.Equal(plain.Statistics.Forward!.Residuals, taped.Statistics.Forward!.Residuals);
        }
    }

    [Theory]
    [MemberData(nameof(Solvers))]
    public void SamplesThatEndEarly_AndAtOnce_HaveTheirOwnFiniteGradient(string name)
    {
        using var scope = NewDisposeScope();
        manual_seed(32);
        var w = randn(6, 6, float64) * 0.2;
        var inputs = randn(4, 6, float64);
        // Its fixed point is the start: a residual of exactly zero, and no direction anywhere.
        inputs[1] = zeros(6, float64);
        Tensor Gradient(Tensor rows)
        {
            var x = rows.clone().requires_grad_();
            var value = Equilibrium.Solve(z => (z.matmul(w) + x).tanh(), zeros_like(rows), Options(All[name], 60, 1e-6)).Value;
            return autograd.grad([value.square().sum() + value.sum()], [x])[0];
        }
        var all = Gradient(inputs);
        Assert.True(all.isfinite().all().item<bool>());
        for (var b = 0; b < 4; b++) Assert.InRange(Dense.Distance(all[b], Gradient(inputs.narrow(0, b, 1))[0]), 0, 1e-10);
    }

    [Theory]
    [InlineData("picard")]
    [InlineData("picard, damping 0.6")]
    [InlineData("anderson")]
    [InlineData("anderson, memory 3, damping 0.8")]
    [InlineData("broyden")]
    [InlineData("broyden, damping 0.7")]
    public void AtConvergence_ItIsTheImplicitGradient(string name)
    {
        using var scope = NewDisposeScope();
        var p = GoldenProblem.P1();
        var x = p.X.clone().requires_grad_();
        var evaluations = name.StartsWith("picard", StringComparison.Ordinal) ? 700 : 150;
        var value = Equilibrium.Solve(z => p.F(z, x), p.Start, Options(All[name], evaluations, 1e-9)).Value;
        var got = autograd.grad([(value * p.LossWeights).sum()], [x])[0];
        Assert.Equal(1, got.norm().item<double>() / p.Number("grad_x_norm"), 1e-4);
    }

    // f(z) = z + v: every secant equation is singular, no factor is ever used, and after n evaluations the value is z_0 + n t v (the last step is whole: f).
    [Theory]
    [InlineData(1.0)]
    [InlineData(0.5)]
    public void WhereEverySecantIsSingular_TheGradientIsThatOfPlainSteps(double damping)
    {
        using var scope = NewDisposeScope();
        manual_seed(33);
        var v = randn(3, 5, float64).requires_grad_();
        const int evaluations = 6;
        var value = Equilibrium.Solve(z => z + v, zeros(3, 5, float64), Options(new Broyden { Damping = damping }, evaluations)).Value;
        var expected = (evaluations - 1) * damping + 1;
        Assert.InRange(Dense.Distance(value, v * expected), 0, 1e-12);
        Assert.InRange(Dense.Distance(autograd.grad([value.sum()], [v])[0], full_like(v, expected)), 0, 1e-12);
    }

    [Fact]
    public void ASecondDerivative_PassesThroughTheMixingWeights()
    {
        using var scope = NewDisposeScope();
        var (f, start, leaves) = Problem();
        foreach (var solver in new FixedPointSolver[] { new Anderson(), new Broyden(), new Broyden { Damping = 0.6 } })
        {
            Tensor First(bool again) => autograd.grad([Equilibrium.Solve(f, start, Options(solver, 5)).Value.square().sum()], [leaves[1]], retain_graph: again, create_graph: again)[0];
            var direction = randn_like(leaves[1]).detach();
            var second = autograd.grad([(First(true) * direction).sum()], [leaves[1]])[0];
            var along = randn_like(leaves[1]).detach();
            const double h = 1e-5;
            double At(double step)
            {
                using (no_grad()) leaves[1].add_(along, step);
                var found = (First(false) * direction).sum().item<double>();
                using (no_grad()) leaves[1].sub_(along * step);
                return found;
            }
            var expected = (At(h) - At(-h)) / (2 * h);
            Assert.Equal(expected, (second * along).sum().item<double>(), 1e-5 * Math.Max(1, Math.Abs(expected)));
        }
    }

    [Fact]
    public void Float32Cells_HaveTheGradientThatFloat64Says()
    {
        using var scope = NewDisposeScope();
        var p = GoldenProblem.P1();
        foreach (var solver in new FixedPointSolver[] { new Anderson(), new Broyden() })
        {
            Tensor Gradient(ScalarType type)
            {
                Tensor x = p.X.to(type).clone().requires_grad_(), w = p.W.to(type);
                var value = Equilibrium.Solve(z => (z.matmul(w.t()) + x).tanh(), zeros_like(x), Options(solver, 8)).Value;
                return autograd.grad([(value * p.LossWeights.to(type)).sum()], [x])[0];
            }
            Assert.InRange(Dense.Distance(Gradient(float32), Gradient(float64)), 0, 1e-3);
        }
    }

    [Fact]
    public void WhatTakesStepsByTrial_IsRefusedInWords()
    {
        using var scope = NewDisposeScope();
        var x = randn(2, 3).requires_grad_();
        string Refusal(FixedPointSolver solver) => Assert.Throws<EquilibriumException>(() =>
            Equilibrium.Solve(z => (z * 0.5 + x).tanh(), zeros_like(x), Options(solver, 5))).Message;
        Assert.Contains("\"newton_krylov\" cannot be unrolled", Refusal(new NewtonKrylov()));
        Assert.Contains("LineSearch = true cannot be unrolled", Refusal(new Broyden { LineSearch = true }));
    }
}
