using System.Diagnostics.Metrics;
using Deq.Benchmarks.Solvers;
using Deq.Tests.Ground;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Deq.Tests.Runtime;

/// <summary>What a reversible layer says of its steps, where it ends them, and what they cost.</summary>
public class ReversibleStepsTests
{
    private const double Beta = 0.7;

    /// <summary>The steps by hand, and per step the relative residual of every sample at z before it.</summary>
    private static (Tensor Value, List<double[]> Residuals) Steps(Func<Tensor, Tensor> f, Tensor start, int steps)
    {
        Tensor y = start, z = start;
        List<double[]> residuals = [];
        for (var n = 0; n < steps; n++)
        {
            var image = f(z);
            residuals.Add(Dense.Numbers((image - z).flatten(1).norm(1) / image.flatten(1).norm(1)));
            y = y * (1 - Beta) + image * Beta;
            z = z * (1 - Beta) + f(y) * Beta;
        }
        return (z, residuals);
    }

    private sealed class Watcher : ISolveObserver
    {
        public List<(string Subject, int Evaluation, double[] Residuals)> Seen { get; } = [];
        public List<SolveStatistics> Ended { get; } = [];

        public void OnEvaluation(string subject, int evaluation, IReadOnlyList<double> residuals) => Seen.Add((subject, evaluation, [.. residuals]));

        public void OnEnd(SolveStatistics statistics) => Ended.Add(statistics);
    }

    private static void AssertClose(IEnumerable<double> expected, IEnumerable<double> got) =>
        Assert.All(expected.Zip(got, (e, g) => (e, g)), pair => Assert.Equal(pair.e, pair.g, 1e-12));

    [Fact]
    public void StatisticsAndObserver_TellTheResidualBeforeEveryStep()
    {
        using var scope = NewDisposeScope();
        var p = GoldenProblem.P1();
        var watcher = new Watcher();
        var result = Equilibrium.SolveReversible((z, x) => p.F(z, x[0]), p.Start, [p.X], new() { Beta = Beta, Steps = 6, Observer = watcher });
        var (value, residuals) = Steps(p.F, p.Start, 6);
        var forward = result.Statistics.Forward!;
        Assert.InRange(Dense.Distance(result.Value, value), 0, 1e-14);
        Assert.Equal((12, "reversible", 6), (forward.Evaluations, forward.Solver, forward.Residuals.Count));
        for (var n = 0; n < 6; n++) AssertClose(residuals[n], forward.Residuals[n]);
        AssertClose(residuals[^1], forward.SampleResidual);
        Assert.All(forward.Outcomes, outcome => Assert.Equal(SolveOutcome.LimitReached, outcome));
        Assert.Contains("took all its steps", forward.Message);
        Assert.Contains("Steps", forward.Message);

        Assert.Same(forward, Assert.Single(watcher.Ended));
        Assert.Equal(Enumerable.Range(0, 6).Select(n => 2 * n + 1), watcher.Seen.Select(seen => seen.Evaluation));
        Assert.All(watcher.Seen, seen => Assert.Equal(forward.Subject, seen.Subject));
        Assert.Equal(forward.Residuals.Select(r => r.ToArray()), watcher.Seen.Select(seen => seen.Residuals));
    }

    [Fact]
    public void TheMeter_CountsTheSteps()
    {
        using var scope = NewDisposeScope();
        List<(string Name, double Value, string? Outcome)> heard = [];
        void Hear(Instrument instrument, double value, ReadOnlySpan<KeyValuePair<string, object?>> tags)
        {
            var of = tags.ToArray().ToDictionary(t => t.Key, t => t.Value);
            Assert.Equal("reversible", of["deq.solver"]);
            heard.Add((instrument.Name, value, (string?)of.GetValueOrDefault("deq.outcome")));
        }
        using var listener = new MeterListener { InstrumentPublished = (i, l) => { if (i.Meter.Name == "Deq") l.EnableMeasurementEvents(i); } };
        listener.SetMeasurementEventCallback<int>((i, value, tags, _) => Hear(i, value, tags));
        listener.SetMeasurementEventCallback<double>((i, value, tags, _) => Hear(i, value, tags));
        listener.Start();
        var p = GoldenProblem.P1();
        var forward = Equilibrium.SolveReversible((z, x) => p.F(z, x[0]), p.Start, [p.X], new() { Beta = Beta, Steps = 3 }).Statistics.Forward!;
        Assert.Equal([("deq.solve.evaluations", 6, null), ("deq.solve.residual", forward.Residual, null), ("deq.solve.samples", 4, "LimitReached")], heard);
    }

    [Fact]
    public void ATolerance_EndsASampleAtTheFirstStepWhoseResidualMeetsIt()
    {
        using var scope = NewDisposeScope();
        var p = GoldenProblem.P1();
        const double tolerance = 3e-2;
        var result = Equilibrium.SolveReversible((z, x) => p.F(z, x[0]), p.Start, [p.X], new() { Beta = Beta, Steps = 60, Tolerance = tolerance });
        var (_, residuals) = Steps(p.F, p.Start, 60);
        var forward = result.Statistics.Forward!;
        Assert.Equal(SolveOutcome.Converged, forward.Outcome);
        for (var b = 0; b < 4; b++)
        {
            var taken = residuals.FindIndex(1, r => r[b] <= tolerance);
            Assert.Equal(2 * taken + 1, forward.SampleEvaluations[b]);
            Assert.Equal(residuals[taken][b], forward.SampleResidual[b], 1e-12);
            var (value, _) = Steps(p.F, p.Start, taken);
            Assert.InRange(Dense.Distance(result.Value[b], value[b]), 0, 1e-13);
        }
        Assert.Equal(forward.SampleEvaluations.Max(), forward.Evaluations);
    }

    // f(0; 0) = 0 of a sample that is padding, or a warm start that is exact: no step would be no gradient.
    [Theory]
    [InlineData(null, 8)]
    [InlineData(1e-3, 1)]
    public void AStartThatIsTheFixedPoint_GivesTheGradientOfItsSteps(double? tolerance, int taken)
    {
        using var scope = NewDisposeScope();
        manual_seed(1);
        var w = randn(5, 5, float64) * 0.3;
        var x = zeros(2, 5, float64).requires_grad_();
        var c = randn(2, 5, float64);
        Tensor F(Tensor z, Tensor at) => (z.matmul(w) + at).tanh();
        var value = Equilibrium.SolveReversible((z, inputs) => F(z, inputs[0]), zeros(2, 5, float64), [x], new() { Beta = Beta, Steps = 8, Tolerance = tolerance }).Value;
        var got = autograd.grad([(value * c).sum()], [x])[0];
        var (expected, _) = Steps(z => F(z, x), zeros(2, 5, float64), taken);
        Assert.InRange(Dense.Distance(got, autograd.grad([(expected * c).sum()], [x])[0]), 0, 1e-12);
    }

    [Fact]
    public void ALastStepThatOverflows_IsFound()
    {
        using var scope = NewDisposeScope();
        var x = ones(3, 2, float64);
        x[1] = full([2], 1e200, float64);
        x.requires_grad_();
        // Finite at z_0 = 0, not at y_1.
        Tensor F(Tensor z, Tensor[] inputs) => z.square() * 0.1 + inputs[0] * 0.1;
        EquilibriumOptions options = new() { Beta = 0.5, Steps = 1, OnFailure = OnFailure.Report };
        Assert.Contains("sample 1", Assert.Throws<EquilibriumSolveException>(() => Equilibrium.SolveReversible(F, zeros_like(x), [x], options with { OnFailure = OnFailure.ThrowIfNotFinite })).Message);
        var reported = Equilibrium.SolveReversible(F, zeros_like(x), [x], options);
        Assert.Equal([SolveOutcome.LimitReached, SolveOutcome.NotFinite, SolveOutcome.LimitReached], reported.Statistics.Forward!.Outcomes);
        Assert.True(reported.Value.isfinite().all().item<bool>());
        reported.Value.sum().BackwardOrThrow();
        Assert.All(Dense.Numbers(x.grad![1]), v => Assert.Equal(0, v));
        Assert.All(Dense.Numbers(x.grad[0]), v => Assert.NotEqual(0, v));
    }

    [Theory]
    [InlineData(null, null)]
    [InlineData(0, null)]
    [InlineData(1, null)]
    [InlineData(null, 1e-3)]
    public void ASampleThatFails_HasZeroGradient_AndTheOthersTheirsToTheBit(int? keepEvery, double? tolerance)
    {
        using var scope = NewDisposeScope();
        manual_seed(31);
        using var linear = nn.Linear(5, 5, dtype: float64);
        Tensor given = randn(4, 5, float64), weights = randn(4, 5, float64);
        (Tensor Value, Tensor[] Gradients, IReadOnlyList<SolveOutcome> Outcomes) Run(double second, double weight)
        {
            var x = given.clone().requires_grad_();
            var start = zeros(4, 5, float64);
            start[1] = full([5], second, float64);
            start.requires_grad_();
            var c = weights.clone();
            c[1] = full([5], weight, float64);
            linear.zero_grad();
            var result = Equilibrium.SolveReversible((z, inputs) => linear.call(z).tanh() * 0.5 + inputs[0] * 0.1 + z.pow(5) * 1e-3, start, [x],
                new() { Beta = 0.6, Steps = 12, OnFailure = OnFailure.Report, KeepEvery = keepEvery, Tolerance = tolerance }, linear);
            (result.Value * c).sum().BackwardOrThrow();
            return (result.Value, [x.grad!, start.grad!, .. linear.parameters().Select(p => p.grad!.clone())], result.Statistics.Forward!.Outcomes);
        }
        // The second sample runs away; beside it, one that does not and whose loss has no weight.
        var (value, gradients, outcomes) = Run(50, double.NaN);
        var (calm, expected, _) = Run(0.1, 0);
        Assert.Equal([1], Enumerable.Range(0, 4).Where(b => outcomes[b] == SolveOutcome.NotFinite));
        foreach (var b in new long[] { 0, 2, 3 }) Assert.True(Dense.Same(value[b], calm[b]));
        Assert.All(gradients.Zip(expected), pair => Assert.True(Dense.Same(pair.First, pair.Second)));
        Assert.All(Dense.Numbers(gradients[0][1]), v => Assert.Equal(0, v));
    }

    [Fact]
    public void AGradientThatIsNotFinite_IsSaidToComeFromWhereItComes()
    {
        using var scope = NewDisposeScope();
        var x = ones(3, 2, float64).requires_grad_();
        string Refusal(Func<Tensor, Tensor[], Tensor> cell, Func<Tensor, Tensor> loss, EquilibriumOptions options)
        {
            var message = "";
            Warnings.During(() => message = Assert.Throws<EquilibriumBackwardException>(() => loss(Equilibrium.SolveReversible(cell, zeros_like(x), [x], options).Value).BackwardOrThrow()).Message);
            return message;
        }
        var beside = tensor(new[] { 1, double.NaN, double.PositiveInfinity }, [3, 1], float64);
        var ofLoss = Refusal((z, inputs) => (z * 0.5 + inputs[0]).tanh(), value => (value * beside).sum(), new() { Beta = 0.5 });
        Assert.Contains("dL/dz is not finite for samples 1, 2", ofLoss);
        Assert.DoesNotContain("KeepEvery", ofLoss);
        var ofCell = Refusal((z, inputs) => (z * 0.5).square().sqrt() * 0.5 + inputs[0] * 0, value => value.sum(), new() { Beta = 0.5 });
        Assert.Contains("the cell's derivative is not finite", ofCell);
        Assert.DoesNotContain("KeepEvery", ofCell);
        var ofUndoing = Refusal((z, inputs) => z * 0.9 + z.pow(3) * 0.01 + inputs[0] * 0.01, value => value.sum(), new() { Beta = 0.9, Steps = 64, KeepEvery = 0 });
        Assert.Contains("undoing the reversible steps gave states that are not finite. Set KeepEvery to 2 or less, or take a Beta nearer to 0.5.", ofUndoing);
    }

    [Fact]
    public void ASecondDerivative_IsRefusedInWords()
    {
        using var scope = NewDisposeScope();
        var x = randn(2, 3, float64).requires_grad_();
        var result = Equilibrium.SolveReversible((z, inputs) => (z * 0.5 + inputs[0]).tanh(), zeros_like(x), [x], new() { Beta = Beta });
        Warnings.During(() => Assert.ThrowsAny<Exception>(() => autograd.backward(result.Value.square().sum(), create_graph: true)));
        Assert.Contains("cannot be differentiated again", result.Statistics.BackwardFailure!.Message);
    }

    [Fact]
    public void InEvalModeTheGradientIsTheSame_AndWithoutGradModeNothingIsKept()
    {
        using var scope = NewDisposeScope();
        manual_seed(9);
        using var layer = new ReversibleTwoScale();
        var x = randn(2, 2, 4, float64).requires_grad_();
        Tensor[] Gradient()
        {
            var value = layer.Solve(x, options: new() { JacobianGamma = 0 }).Value;
            return [.. autograd.grad([value.High.sin().sum() + value.Low.sum()], [x, .. layer.parameters()])];
        }
        var training = Gradient();
        layer.eval();
        foreach (var (a, b) in training.Zip(Gradient())) Assert.True(Dense.Same(a, b));
        var taped = layer.Solve(x).Value;
        using var untaped = no_grad();
        var before = Tensor.TotalCount;
        var plain = layer.Solve(x).Value;
        var left = Tensor.TotalCount - before;
        Assert.False(plain.High.requires_grad || plain.Low.requires_grad);
        Assert.True(Dense.Same(taped.High, plain.High) && Dense.Same(taped.Low, plain.Low));
        Assert.InRange(left, 0, 4);
    }

    // Of the two tensors of 16 kB in float64 that a pair is, one is kept every 13, 5 or 4 steps under a cell in float32.
    [Theory]
    [InlineData(0.5, 19)]
    [InlineData(0.8, 51)]
    [InlineData(0.9, 63)]
    public void At256Steps_MemoryIsUnderATenthOfWhatUnrollingTakes(double beta, long pairs)
    {
        using var scope = NewDisposeScope();
        manual_seed(4);
        using var block = new Block(32, 2, dtype: float32);
        var x = randn(4, 16, 32).requires_grad_();
        long idle = 0, most = 0, calls = 0;
        Tensor Cell(Tensor z, Tensor at)
        {
            if (++calls % 64 == 0) most = Math.Max(most, Held() - idle);
            return block.Step(z, at);
        }
        long Above(Func<Tensor> value)
        {
            (idle, most, calls) = (Held(), 0, 0);
            using var inner = NewDisposeScope();
            var z = value();
            most = Math.Max(most, Held() - idle);
            z.square().sum().BackwardOrThrow();
            Assert.True(calls > 500);
            return most;
        }
        // The bytes of tensors where the ground counts them, else those of all native code.
        static long Held()
        {
            var native = ResidentMemory.Bytes();
            return TensorMemory.IsCounted ? TensorMemory.Read().Live : native;
        }
        Tensor Unrolled()
        {
            Tensor y = zeros_like(x).to(float64), z = y;
            for (var n = 0; n < 256; n++)
            {
                y = y * (1 - beta) + Cell(z.to(float32), x).to(float64) * beta;
                z = z * (1 - beta) + Cell(y.to(float32), x).to(float64) * beta;
            }
            return z.to(float32);
        }
        long Reversible(int steps, int? keepEvery)
        {
            EquilibriumOptions options = new() { Beta = beta, Steps = steps, KeepEvery = keepEvery };
            Tensor value = null!;
            return Above(() =>
            {
                Warnings.During(() => value = Equilibrium.SolveReversible((z, inputs) => Cell(z, inputs[0]), zeros_like(x), [x], options, block).Value);
                return value;
            });
        }
        Reversible(256, null);
        long kept = Reversible(256, null), none = Reversible(256, 0), unrolled = Above(Unrolled);
        Assert.True(kept < unrolled / 10, $"{kept >> 10} kB at the defaults, {none >> 10} kB with nothing kept, {unrolled >> 10} kB unrolled");
        Assert.InRange(none, 0, unrolled / 20);
        Assert.InRange(kept - none, pairs * 16384, pairs * 4 * 16384);
    }

    [Fact]
    public void SeveralStates_HaveTheGradientAndThePenaltyOfTheirSteps()
    {
        using var scope = NewDisposeScope();
        manual_seed(5);
        using var layer = new ReversibleTwoScale();
        var x = randn(3, 2, 4, float64).requires_grad_();
        Tensor ch = randn(3, 2, 4, float64), cl = randn(3, 3, float64);
        manual_seed(6);
        var result = layer.Solve(x);
        Tensor[] leaves = [x, .. layer.parameters()];
        var got = autograd.grad([(result.Value.High * ch).sum() + (result.Value.Low * cl).sum()], leaves, retain_graph: true);

        (Tensor High, Tensor Low) Mixed((Tensor High, Tensor Low) a, (Tensor High, Tensor Low) b) =>
            (a.High * (1 - 0.8) + b.High * 0.8, a.Low * (1 - 0.8) + b.Low * 0.8);
        var (y, z) = (ReversibleTwoScale.Start(x), ReversibleTwoScale.Start(x));
        for (var n = 0; n < 8; n++)
        {
            y = Mixed(y, layer.Step(z.High, z.Low, x));
            z = Mixed(z, layer.Step(y.High, y.Low, x));
        }
        Assert.InRange(Dense.Distance([result.Value.High, result.Value.Low], [z.High, z.Low]), 0, 1e-13);
        var expected = autograd.grad([(z.High * ch).sum() + (z.Low * cl).sum()], leaves);
        Assert.InRange(Dense.Distance(got, expected), 0, 1e-9);

        // gamma/(M d) ||eps^T J||^2, d the 11 numbers that the states of a sample have together, the mean over the batch.
        manual_seed(6);
        var probe = randn(3, 11, float64);
        Tensor Joined(Tensor rows)
        {
            var (high, low) = layer.Step(rows.narrow(1, 0, 8).reshape(3, 2, 4), rows.narrow(1, 8, 3), x);
            return cat([high.flatten(1), low], 1);
        }
        var at = cat([z.High.flatten(1), z.Low], 1).detach();
        var jacobian = Dense.Jacobian(Joined, at);
        var penalty = 2.0 * probe.reshape(1, 33).matmul(jacobian).square().sum().item<double>() / 33;
        Assert.Equal(1, result.JacobianPenalty!.item<double>() / penalty, 1e-9);
        var gradient = autograd.grad([result.JacobianPenalty], [.. layer.parameters()]);
        var byDefinition = autograd.grad([JacobianPenaltyAt(Joined, at, probe)], [.. layer.parameters()]);
        Assert.InRange(Dense.Distance(gradient, byDefinition), 0, 1e-9);
    }

    /// <summary>gamma/(M d) ||eps^T J||^2 with a graph, J z column by column out of differences that are exact to 1e-10.</summary>
    private static Tensor JacobianPenaltyAt(Func<Tensor, Tensor> f, Tensor at, Tensor probe)
    {
        const double h = 1e-5;
        var n = at.numel();
        List<Tensor> along = [];
        for (long i = 0; i < n; i++)
        {
            var step = zeros(n, float64);
            step[i] = tensor(h, float64);
            var move = step.view(at.shape);
            along.Add(((f(at + move) - f(at - move)) * probe).sum() / (2 * h));
        }
        return stack([.. along]).square().sum() * 2.0 / n;
    }

    [Fact]
    public void ThePenaltyThroughTheState_IsTheTotalGradientOfLossAndPenalty()
    {
        using var scope = NewDisposeScope();
        manual_seed(7);
        using var layer = new ReversibleTwoScale();
        layer.Options = new() { JacobianThroughState = true };
        var x = randn(2, 2, 4, float64).requires_grad_();
        Tensor Total()
        {
            manual_seed(8);
            var result = layer.Solve(x, options: new() { Steps = 5 });
            return result.Value.High.sin().sum() + result.Value.Low.square().sum() + result.JacobianPenalty!;
        }
        var gradient = autograd.grad([Total()], [x])[0];
        var numbers = Dense.Numbers(x);
        var differences = new double[numbers.Length];
        for (var i = 0; i < numbers.Length; i++)
        {
            double At(double h)
            {
                using var inner = NewDisposeScope();
                double[] moved = [.. numbers];
                moved[i] += h;
                using (no_grad()) x.copy_(tensor(moved, float64).view(x.shape));
                return Total().item<double>();
            }
            differences[i] = (At(1e-5) - At(-1e-5)) / 2e-5;
        }
        Assert.InRange(Dense.Distance(gradient, tensor(differences).view(x.shape)), 0, 1e-7);
    }
}

/// <summary>A reversible layer of two states of different shapes, with parameters and a penalty.</summary>
// The penalty's extra evaluation is what the test wants.
#pragma warning disable DEQ044
[EquilibriumLayer, Reversible(beta: 0.8), JacobianReg(gamma: 2)]
internal sealed partial class ReversibleTwoScale : nn.Module<Tensor, (Tensor High, Tensor Low)>
#pragma warning restore DEQ044
{
    private readonly Linear high, down, low, up;

    public ReversibleTwoScale() : base(nameof(ReversibleTwoScale))
    {
        (high, down) = (nn.Linear(8, 8, dtype: float64), nn.Linear(8, 3, dtype: float64));
        (low, up) = (nn.Linear(3, 3, dtype: float64), nn.Linear(3, 8, dtype: float64));
        RegisterComponents();
    }

    [Cell]
    internal (Tensor High, Tensor Low) Step(Tensor high, Tensor low, Tensor x)
    {
        var flat = high.flatten(1);
        return (
            (this.high.call(flat) * 0.5 + up.call(low) * 0.3 + x.flatten(1)).tanh().view(high.shape),
            (this.low.call(low) * 0.4 + down.call(flat) * 0.4).tanh());
    }

    [InitialState]
    internal static (Tensor High, Tensor Low) Start(Tensor x) => (zeros_like(x), x.new_zeros(x.shape[0], 3));
}
