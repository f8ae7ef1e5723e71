using System.Diagnostics.Metrics;
using Deq.Solvers;
using TorchSharp;
using static TorchSharp.torch;

namespace Deq.Tests.Runtime;

/// <summary>layer.Diagnose: its numbers against known spectra, its advice by doing what it says, and that it leaves no trace.</summary>
public class DiagnosisTests
{
    private static Tensor Input(params long[] shape)
    {
        manual_seed(21);
        return randn(shape, float64);
    }

    private static SolverDiagnosis Row(EquilibriumDiagnosis d, string declaration) => d.Forward.Single(row => row.Declaration == declaration);

    private static string All(EquilibriumDiagnosis d) => string.Join("\n", d.Advice);

    [Fact]
    public void AnEasyCell_IsSaidToBeFine_AndNothingIsToBeChanged()
    {
        using var scope = NewDisposeScope();
        var layer = Given.Linear((0.5, 0), (-0.3, 0), (0.2, 0.3), (0.1, 0));
        var d = layer.Diagnose(Input(3, 5));
        Assert.True(d.IsHealthy, d.ToString());
        Assert.Equal(0.5, d.SpectralRadius, 1e-3);
        Assert.Equal(EquilibriumOptions.Default, d.Recommended);
        Assert.Null(d.RecommendedGamma);
        Assert.Equal("\"anderson\"", d.Best!.Declaration);
        Assert.True(d.Best.IsOwn);
        // A normal matrix: ||J||_F^2 is the sum of the squared eigenvalues.
        Assert.Equal(Math.Sqrt((0.25 + 0.09 + 2 * 0.13 + 0.01) / 5), d.JacobianNorms.Average(), 0.15);
        Assert.Equal(["\"anderson\"", "\"picard\"", "\"picard\", Damping = 0.5", "\"broyden\"", "\"newton_krylov\""], d.Forward.Select(row => row.Declaration));
        Assert.Equal(["anderson", "picard", "broyden", "newton_krylov", "gmres"], d.Adjoint.Select(row => row.Name));
        Assert.Equal(0, d.Noise);
        Assert.InRange(d.DerivativeError!.Value, 0, 1e-7);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void AStateOfOneNumberPerSample_IsDiagnosedAsOneOfRowsIs(bool reversible)
    {
        using var scope = NewDisposeScope();
        var x = Input(4);
        EquilibriumDiagnosis Of(Tensor input)
        {
            IEquilibriumLayer layer = reversible ? new OneNumber() : new Given((z, x) => (z * 0.5 + x).tanh());
            return layer.Diagnose(() => ((nn.Module<Tensor, Tensor>)layer).call(input));
        }
        EquilibriumDiagnosis flat = Of(x), rows = Of(x.unsqueeze(1));
        Assert.Equal(SolveOutcome.Converged, flat.Forward[0].Outcome);
        Assert.Equal(1, flat.StateSize);
        Assert.Equal(rows.SpectralRadii, flat.SpectralRadii);
        Assert.Equal(rows.JacobianNorms, flat.JacobianNorms);
        Assert.Equal(rows.DerivativeError, flat.DerivativeError);
        foreach (var (f, r) in flat.Forward.Concat(flat.Adjoint).Zip(rows.Forward.Concat(rows.Adjoint))) Assert.Equal(r.Residuals, f.Residuals);
        if (reversible) Assert.Equal(rows.InversionLoss, flat.InversionLoss);
    }

    [Fact]
    public void EveryCurve_IsThatOfTheSolversOwnSolve()
    {
        using var scope = NewDisposeScope();
        var p = GoldenProblem.P1();
        var layer = new Given((z, x) => p.F(z, x));
        layer.Options = new() { Tolerance = 1e-6 };
        var d = layer.Diagnose(p.X);
        foreach (var row in d.Forward)
        {
            var solution = FixedPointLoop.Solve(p.F, p.Start, new("the test", row.Solver!, 100, 1e-6, StopMode.Relative, OnFailure.Report));
            Assert.Equal(solution.Statistics.Residuals.Select(r => r.Max()), row.Residuals);
            Assert.Equal(solution.Statistics.Outcome, row.Outcome);
            Assert.Equal(solution.Statistics.Outcome == SolveOutcome.Converged ? solution.Statistics.Evaluations : null, row.EvaluationsToTolerance);
        }
        Assert.Equal(p.Number("spectral_radius_J"), d.SpectralRadius, 1e-2);
    }

    [Fact]
    public void ARadiusAboveOne_SaysSo_AndWhatItRecommendsConverges()
    {
        using var scope = NewDisposeScope();
        manual_seed(1);
        var layer = Given.Linear((-1.3, 0), (0.4, 0), (-0.9, 0), (0.2, 0.5), (0.1, 0));
        layer.Options = new() { Solver = new Picard() };
        var x = Input(3, 6);
        var d = layer.Diagnose(x);
        Assert.False(d.IsHealthy);
        Assert.Equal(1.3, d.SpectralRadius, 1e-3);
        Assert.Contains("Spectral radius 1.30 >= 1: plain iteration does not converge", All(d));
        Assert.Contains("\"picard\", as declared, diverges", All(d));
        Assert.Contains(d.Best!.WithLimit(d.Recommended.MaxEvaluations!.Value), All(d));
        Assert.Equal(1, d.RecommendedGamma);
        Assert.Contains("[JacobianReg(gamma: 1.0", All(d));

        layer.Options = d.Recommended.Over(layer.Options);
        layer.call(x);
        Assert.Equal(SolveOutcome.Converged, layer.Statistics.Forward!.Outcome);
        Assert.InRange(layer.Statistics.Forward.Evaluations, 1, d.Recommended.MaxEvaluations.Value);
        Assert.True(layer.Diagnose(x).Best!.IsOwn);
    }

    [Fact]
    public void AComplexPair_HasItsTrueRadius()
    {
        using var scope = NewDisposeScope();
        var d = Given.Linear((0, 0.9), (0.3, 0), (0.1, 0.2)).Diagnose(Input(2, 5));
        Assert.Equal(0.9, d.SpectralRadius, 1e-3);
        Assert.NotNull(Row(d, "\"picard\"").EvaluationsToTolerance);
    }

    [Fact]
    public void ARadiusNearOne_AsksForATolerance_AndEstimatesWhatThePlainIterationWouldTake()
    {
        using var scope = NewDisposeScope();
        var layer = Given.Linear((0.99, 0), (0.7, 0), (0.2, 0.3), (-0.4, 0));
        var x = Input(3, 5);
        var d = layer.Diagnose(x, new() { Tolerance = 1e-4 });
        Assert.Equal(0.99, d.SpectralRadius, 1e-3);
        // Along the slowest direction the state grows to 100 times x, the residual falls as 0.99^k: relative 1e-4 within some hundreds.
        var plain = Row(d, "\"picard\"");
        Assert.Equal(SolveOutcome.LimitReached, plain.Outcome);
        layer.Options = new() { Solver = new Picard(), MaxEvaluations = 2000, Tolerance = 1e-4 };
        layer.call(x);
        Assert.InRange(plain.Estimate!.Value / (double)layer.Statistics.Forward!.Evaluations, 0.5, 1.5);

        layer.Options = EquilibriumOptions.Default;
        var loose = layer.Diagnose(x);
        Assert.Equal(1e-4, loose.Recommended.Tolerance!.Value, 1e-12);
        Assert.Contains("can hide an error of 10", All(loose));
    }

    [Fact]
    public void ALimitThatIsTooLow_IsRaised()
    {
        using var scope = NewDisposeScope();
        var p = GoldenProblem.P1();
        var layer = new Given((z, x) => p.F(z, x));
        layer.Options = new() { MaxEvaluations = 6, BackwardMaxEvaluations = 3 };
        var d = layer.Diagnose(p.X);
        Assert.Contains("the layer's limit of 6 ends it at", All(d));
        Assert.True(d.Recommended.MaxEvaluations >= d.Best!.EvaluationsToTolerance);
        Assert.True(d.Recommended.BackwardMaxEvaluations >= d.BestAdjoint!.EvaluationsToTolerance);
        layer.Options = d.Recommended.Over(layer.Options);
        var value = layer.call(p.X.clone().requires_grad_());
        value.sum().BackwardOrThrow();
        Assert.Equal(SolveOutcome.Converged, layer.Statistics.Forward!.Outcome);
        Assert.Equal(SolveOutcome.Converged, layer.Statistics.Backward!.Outcome);
    }

    [Fact]
    public void AStiffCell_IsNotSentToDamping()
    {
        using var scope = NewDisposeScope();
        manual_seed(2);
        var layer = Given.Linear((-30, 0), (-5, 0), (0.5, 0), (0.2, 0), (-0.4, 0));
        var d = layer.Diagnose(Input(2, 5));
        Assert.Equal(30, d.SpectralRadius, 0.1);
        Assert.Null(Row(d, "\"picard\", Damping = 0.5").EvaluationsToTolerance);
        Assert.NotNull(d.Best);
        Assert.NotEqual("picard", d.Best.Name);
    }

    [Fact]
    public void GoldenP3_WhichIsNoContraction_GetsASolverThatSolvesIt()
    {
        using var scope = NewDisposeScope();
        var p = GoldenProblem.P3();
        var layer = new Given((z, x) => p.F(z, x));
        layer.Options = new() { Solver = new Picard(), Tolerance = 1e-8 };
        var d = layer.Diagnose(p.X, new() { MaxEvaluations = 400 });
        Assert.False(d.IsHealthy);
        Assert.True(d.SpectralRadius > 0.5);
        Assert.Null(Row(d, "\"picard\"").EvaluationsToTolerance);
        layer.Options = d.Recommended.Over(layer.Options);
        layer.call(p.X);
        Assert.Equal(SolveOutcome.Converged, layer.Statistics.Forward!.Outcome);
    }

    [Fact]
    public void ACellThatIsNotFinite_IsSaid_AndNothingThrows()
    {
        using var scope = NewDisposeScope();
        var layer = new Given((z, x) => (z * 0.5 + x.log()).tanh() / x);
        var some = layer.Diagnose(tensor(new[,] { { 2.0, 3.0 }, { 0.0, 1.0 }, { 5.0, 2.0 } }));
        Assert.Equal([1], some.NotFinite);
        Assert.False(some.IsHealthy);
        Assert.Contains("not finite at the initial state of sample 1", All(some));
        Assert.True(double.IsFinite(some.SpectralRadius));
        Assert.Equal(SolveOutcome.NotFinite, some.Forward[0].Outcome);

        var none = layer.Diagnose(zeros(2, 2, float64));
        Assert.Empty(none.Forward);
        Assert.True(double.IsNaN(none.SpectralRadius));
        Assert.Contains("every sample", none.ToString());
    }

    [Fact]
    public void ACellThatOverflows_IsSaidToDoSo_AndNothingElseIsMadeOfIt()
    {
        using var scope = NewDisposeScope();
        var layer = new Given((z, x) => z * z * 1e38 + x, float32);
        var d = layer.Diagnose(full([2, 3], 1e20f));
        Assert.Empty(d.NotFinite);
        Assert.All(d.Forward, row => Assert.Equal(SolveOutcome.NotFinite, row.Outcome));
        Assert.Contains("overflows from there", Assert.Single(d.Advice));
        Assert.Null(d.Best);
        Assert.Equal(EquilibriumOptions.Default, d.Recommended);
    }

    [Fact]
    public void ACellThatJumps_IsSaidToDoSo()
    {
        using var scope = NewDisposeScope();
        // 0 where z > 0.5, else 1: no fixed point, though its derivative is zero.
        var layer = new Given((z, x) => where(z > 0.5, zeros_like(z), ones_like(z)) + (z + x) * 0.01);
        var d = layer.Diagnose(zeros(2, 3, float64));
        Assert.Null(d.Best);
        Assert.Contains("the cell jumps", All(d));
        // Nor is an adjoint problem at a point that is no fixed point anything to set a solver for.
        Assert.DoesNotContain("Adjoint", All(d));
        Assert.Null(d.Recommended.BackwardSolver);
    }

    [Fact]
    public void ADetachedTerm_AndARandomCell_AreFound()
    {
        using var scope = NewDisposeScope();
        var detached = new Given((z, x) => (z.detach() * 0.5 + x).tanh()).Diagnose(Input(3, 4) * 0.1);
        Assert.InRange(detached.DerivativeError!.Value, 0.9, 1);
        Assert.Contains("disagrees with its finite differences", All(detached));
        var random = new Given((z, x) => z * 0.5 + x + randn_like(z) * 0.1).Diagnose(Input(3, 4));
        Assert.True(random.Noise > 1e-3);
        Assert.Contains("drawn anew", All(random));
    }

    [Fact]
    public void TheRoundingOfTheType_IsNotMistakenForAFailure()
    {
        using var scope = NewDisposeScope();
        var p = GoldenProblem.P1();
        var w = p.W.to(float32);
        var layer = new Given((z, x) => (z.matmul(w.t()) + x).tanh(), float32);
        layer.Options = new() { Tolerance = 1e-9 };
        var d = layer.Diagnose(p.X.to(float32));
        Assert.False(d.IsHealthy, d.ToString());
        Assert.True(All(d).Contains("rounding"), d.ToString());
        Assert.Contains("the rounding of Float32", All(d));
        Assert.InRange(d.Recommended.Tolerance!.Value, 1e-8, 1e-4);
    }

    [Fact]
    public void TuplesArraysAndSeveralInputs_AreDiagnosed()
    {
        using var scope = NewDisposeScope();
        manual_seed(4);
        Tensor x = Input(2, 6) * 0.3, y = Input(2, 3) * 0.3;
        var twins = new Twins();
        var d = twins.Diagnose(x, y);
        Assert.Equal(9, d.StateSize);
        // The states feed each other alone: the Jacobian has them in its off-diagonal blocks.
        var value = twins.call(x, y);
        var start = cat([value.Wide, value.Narrow], 1).detach();
        for (var b = 0; b < 2; b++)
        {
            var (xb, yb) = (x.narrow(0, b, 1), y.narrow(0, b, 1));
            var jacobian = Dense.Jacobian(z =>
            {
                var next = Invoke(twins, z.narrow(1, 0, 6), z.narrow(1, 6, 3), xb, yb);
                return cat([next.Wide, next.Narrow], 1);
            }, start.narrow(0, b, 1));
            Assert.Equal(1, d.SpectralRadii[b] / Dense.SpectralRadius(jacobian), 2e-2);
        }
        Assert.Empty(d.Adjoint);

        var scales = new Scales().Diagnose(x, x * 2);
        Assert.Equal(18, scales.StateSize);
        Assert.Equal("\"broyden\"", scales.Forward[0].Declaration);
        Assert.True(scales.Forward[0].IsOwn);
    }

    private static (Tensor Wide, Tensor Narrow) Invoke(Twins layer, params object[] arguments) =>
        ((Tensor, Tensor))typeof(Twins).GetMethod("Step", System.Reflection.BindingFlags.NonPublic | System.Reflection.BindingFlags.Instance)!.Invoke(layer, arguments)!;

    [Fact]
    public void AReversibleLayer_GetsABetaAndSteps_ThatReachTheTolerance()
    {
        using var scope = NewDisposeScope();
        manual_seed(5);
        var layer = new ReversibleBlock();
        var x = randn(2, 3) * 0.2;
        layer.Options = new() { Beta = 0.8, Steps = 2, Tolerance = 1e-4 };
        var d = layer.Diagnose(x);
        Assert.False(d.IsHealthy, d.ToString());
        Assert.All(d.Forward, row => Assert.NotNull(row.Beta));
        Assert.Empty(d.Adjoint);
        Assert.InRange(d.InversionLoss!.Value, 0, 1e-5);
        Assert.Contains("After the layer's 2 steps", All(d));
        layer.Options = d.Recommended.Over(layer.Options);
        layer.call(x);
        Assert.Equal(SolveOutcome.Converged, layer.Statistics.Forward!.Outcome);
        Assert.Contains("reversible", d.ToString());
        // From a beta that needs more steps it points to another.
        layer.Options = new() { Beta = 0.3, Steps = 100, Tolerance = 1e-4 };
        var slow = layer.Diagnose(x);
        Assert.Equal(0.8, slow.Recommended.Beta);
        Assert.Contains("[Reversible(beta: 0.8, Steps =", All(slow));
    }

    [Theory]
    [InlineData(ScalarType.Float64, ScalarType.Float64, 2)]
    [InlineData(ScalarType.Float64, ScalarType.Float32, 4)]
    [InlineData(ScalarType.Float32, ScalarType.Float32, 1)]
    [InlineData(ScalarType.BFloat16, ScalarType.Float32, 1)]
    public void ReversibleSteps_ThatCannotBeUndone_AreFound_AndKeepEveryIsThatOfTheTypes(ScalarType state, ScalarType cell, int every)
    {
        using var scope = NewDisposeScope();
        var layer = new ReversibleBlock().to(cell);
        var x = randn(2, 3, cell);
        layer.Options = new() { Beta = 0.9, Steps = 64, KeepEvery = 0, StateType = state };
        var d = layer.Diagnose(x);
        Assert.False(d.InversionLoss <= 1e-3);
        Assert.Contains(FormattableString.Invariant($"KeepEvery = {every}, which loses "), All(d));
        Assert.Equal(state != ScalarType.Float64, All(d).Contains("StateType = Float64"));
        // As advised, which is the default too, it is not advised again.
        foreach (var advised in new int?[] { every, null })
        {
            layer.Options = layer.Options with { KeepEvery = advised };
            var then = layer.Diagnose(x);
            Assert.True(then.InversionLoss < d.InversionLoss || double.IsNaN(d.InversionLoss!.Value));
            Assert.DoesNotContain("KeepEvery =", All(then));
        }
    }

    [Fact]
    public void ANarrowType_IsDiagnosed_WithoutDifferencesThatItHasNoDigitsFor()
    {
        using var scope = NewDisposeScope();
        var p = GoldenProblem.P1();
        var w = (p.W * 0.5).to(bfloat16);
        var layer = new Given((z, x) => (z.matmul(w.t()) + x).tanh(), bfloat16);
        layer.Options = new() { Tolerance = 3e-2, BackwardTolerance = 3e-2 };
        var d = layer.Diagnose(p.X.to(bfloat16));
        Assert.Null(d.DerivativeError);
        Assert.Equal(bfloat16, d.Type);
        Assert.NotNull(d.Best!.EvaluationsToTolerance);
        Assert.NotNull(d.BestAdjoint!.EvaluationsToTolerance);
        Assert.InRange(d.SpectralRadius, 0.3, 0.6);
    }

    [Fact]
    public void AWarmStart_IsDiagnosedFromThere()
    {
        using var scope = NewDisposeScope();
        manual_seed(10);
        var layer = new Started();
        var x = randn(2, 3, float64);
        var value = layer.call(x).detach();
        var cold = layer.Diagnose(x);
        var warm = layer.Diagnose(() => layer.Solve(x, initial: value));
        Assert.All(cold.Forward.Zip(warm.Forward), pair => Assert.True(pair.Second.EvaluationsToTolerance < pair.First.EvaluationsToTolerance));
        Assert.Equal(1, warm.Forward[0].EvaluationsToTolerance);
    }

    [Fact]
    public void AGradientThatLeavesMuchOut_IsToldFromTheRadius()
    {
        using var scope = NewDisposeScope();
        manual_seed(11);
        var layer = Given.Linear((0.95, 0), (0.2, 0.3), (-0.4, 0));
        layer.Options = new() { Gradient = GradientMode.Neumann };
        var d = layer.Diagnose(Input(2, 4));
        // Five terms of damping 0.5 leave (0.5 * 0.95 + 0.5)^5 = 88 % of the slowest direction.
        Assert.Contains("leaves out up to 88", All(d));
        Assert.Empty(d.Adjoint);
    }

    [Fact]
    public void ASolverOfOnesOwn_IsTheFirstRow()
    {
        using var scope = NewDisposeScope();
        var p = GoldenProblem.P1();
        var layer = new Given((z, x) => p.F(z, x));
        layer.Options = new() { Solver = new Damped(), BackwardSolver = new Gmres { Memory = 20 } };
        var d = layer.Diagnose(p.X);
        Assert.Equal("typeof(Damped)", d.Forward[0].Declaration);
        Assert.True(d.Forward[0].IsOwn);
        Assert.Equal("\"gmres\", Memory = 20", d.Adjoint[0].Declaration);
        Assert.Equal(6, d.Forward.Count);
    }

    [Fact]
    public void ARefinedShine_IsAdvisedASolver_AndNoLimit_WhichItsProductsAre()
    {
        using var scope = NewDisposeScope();
        var layer = new Given((z, x) => z * -1.3 + x);
        layer.Options = new() { Solver = new Broyden(), Gradient = GradientMode.Shine, GradientRefinement = 3, BackwardSolver = new Picard() };
        var x = randn(2, 4, float64);
        var d = layer.Diagnose(x);
        var said = Assert.Single(d.Advice, sentence => sentence.StartsWith("Adjoint: \"picard\"", StringComparison.Ordinal));
        Assert.Contains($"set [BackwardSolver({SolverDeclaration.Of(d.Recommended.BackwardSolver!)})].", said);
        Assert.Null(d.Recommended.BackwardMaxEvaluations);
        layer.Options = d.Recommended.Over(layer.Options);
        Assert.Empty(Warnings.During(() => layer.call(x)));
        // A solver that serves is left as it is.
        Assert.DoesNotContain(layer.Diagnose(x).Advice, sentence => sentence.StartsWith("Adjoint", StringComparison.Ordinal));
    }

    [Fact]
    public void ALayerInAModel_IsDiagnosedWhereItStands()
    {
        using var scope = NewDisposeScope();
        manual_seed(6);
        var nested = new Nested(8);
        var x = randn(2, 3, 8, float64) * 0.3;
        Assert.Equal("Nested", nested.Diagnose(x).Layer);
        var inner = nested.Inner.Diagnose(() => nested.call(x));
        Assert.Equal("Block", inner.Layer);
        Assert.Equal("\"broyden\"", inner.Forward[0].Declaration);
        Assert.Contains("ran no solve", Assert.Throws<EquilibriumException>(() => nested.Diagnose(() => { })).Message);
        Assert.Contains("model.EquilibriumLayers()", Assert.Throws<EquilibriumException>(() => nn.Linear(3, 3).Diagnose(randn(2, 3))).Message);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void NothingIsLeftBehind_AlsoWhereTheCellThrows(bool throws)
    {
        using var scope = NewDisposeScope();
        manual_seed(7);
        var count = 0;
        var nested = new Nested(8);
        var broken = new Given((z, x) => ++count > 9 ? throw new InvalidOperationException("the cell's own") : (z * 0.5 + x).tanh());
        nn.Module<Tensor, Tensor> layer = throws ? broken : nested;
        var equilibrium = (IEquilibriumLayer)layer;
        var x = randn(2, 3, 8, float64) * 0.3;
        if (!throws)
        {
            // A mode of its own is to survive.
            nested.Inner.eval();
            nested.Options = new() { JacobianGamma = 0 };
            layer.call(x);
        }
        var options = equilibrium.Options = new() { MaxEvaluations = 17 };
        var statistics = layer.EquilibriumLayers().Select(each => each.Statistics).ToArray();
        var modes = layer.modules().Prepend(layer).Select(m => m.training).ToArray();
        foreach (var parameter in layer.parameters()) parameter.grad = full_like(parameter, 3);
        var numbers = layer.parameters().Select(Dense.Numbers).ToArray();
        var heard = 0;
        using var listener = new MeterListener { InstrumentPublished = (instrument, self) => { if (instrument.Meter.Name == "Deq") self.EnableMeasurementEvents(instrument); } };
        listener.SetMeasurementEventCallback<int>((_, _, tags, _) => { foreach (var tag in tags) if (tag.Value is string s && s.EndsWith(equilibrium.State.Name)) heard++; });
        listener.Start();
        manual_seed(8);
        var expected = randn(3);
        manual_seed(8);

        if (throws) Assert.Equal("the cell's own", Assert.Throws<InvalidOperationException>(() => layer.Diagnose(x)).Message);
        else layer.Diagnose(x);

        Assert.True(Dense.Same(expected, randn(3)));
        Assert.Same(options, equilibrium.Options);
        Assert.Equal(statistics, layer.EquilibriumLayers().Select(each => each.Statistics));
        Assert.Equal(modes, layer.modules().Prepend(layer).Select(m => m.training));
        Assert.All(layer.parameters(), parameter => Assert.Equal(3, parameter.grad!.min().item<double>()));
        Assert.Equal(numbers, layer.parameters().Select(Dense.Numbers));
        Assert.True(is_grad_enabled());
        Assert.Null(equilibrium.State.Diagnosis);
        Assert.Equal(0, heard);
    }

    [Fact]
    public void ADiagnosis_KeepsNoTensor()
    {
        using var scope = NewDisposeScope();
        manual_seed(9);
        var block = new Block(8, 2, dropout: 0.2);
        var x = randn(2, 3, 8, float64);
        block.Diagnose(x);
        var before = scope.DisposablesCount;
        block.Diagnose(x);
        Assert.Equal(before, scope.DisposablesCount);
    }

    [Fact]
    public void TheReport_HasATableAndTheAdvice()
    {
        using var scope = NewDisposeScope();
        manual_seed(1);
        var layer = Given.Linear((-1.3, 0), (0.4, 0), (-0.9, 0), (0.2, 0.5), (0.1, 0));
        var d = layer.Diagnose(Input(3, 6));
        var report = d.ToString();
        Assert.Contains("Given: 3 samples of 6 numbers in Float64; to a residual of 0.001 within 100 evaluations", report);
        Assert.Contains("spectral radius 1.30", report);
        foreach (var row in d.Forward.Concat(d.Adjoint)) Assert.Contains(row.Declaration, report);
        Assert.All(d.Advice, advice => Assert.Contains("- " + advice, report));
        Assert.All(report.Split('\n'), line => Assert.True(line.StartsWith('-') || line.Length < 130, line));
    }

    private sealed record Damped : FixedPointSolver
    {
        public override string Name => "damped";

        public override SolverState Begin(Tensor start, FixedPointProblem problem) => new Picard { Damping = 0.8 }.Begin(start, problem);
    }
}
