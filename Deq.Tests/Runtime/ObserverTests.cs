using System.Diagnostics.Metrics;
using Deq.Solvers;
using TorchSharp;
using static TorchSharp.torch;

namespace Deq.Tests.Runtime;

public class ObserverTests
{
    private sealed class Watcher : ISolveObserver
    {
        public List<(string Subject, int Evaluation, double[] Residuals)> Seen { get; } = [];
        public List<SolveStatistics> Ended { get; } = [];

        public void OnEvaluation(string subject, int evaluation, IReadOnlyList<double> residuals) => Seen.Add((subject, evaluation, [.. residuals]));

        public void OnEnd(SolveStatistics statistics) => Ended.Add(statistics);
    }

    [Theory]
    [InlineData("gmres")]
    [InlineData("anderson")]
    [InlineData("newton_krylov")]
    public void AnObserver_SeesEveryEvaluationOfForwardAndAdjoint(string adjoint)
    {
        using var scope = NewDisposeScope();
        var p = GoldenProblem.P1();
        var x = p.X.clone().requires_grad_();
        var watcher = new Watcher();
        Solver backward = adjoint switch { "gmres" => new Gmres(), "anderson" => new Anderson(), _ => new NewtonKrylov() };
        var result = Equilibrium.Solve(z => p.F(z, x), p.Start, new() { Observer = watcher, BackwardSolver = backward });
        result.Value.sum().BackwardOrThrow();

        SolveStatistics forward = result.Statistics.Forward!, after = result.Statistics.Backward!;
        Assert.Equal([forward, after], watcher.Ended);
        foreach (var statistics in watcher.Ended)
        {
            var seen = watcher.Seen.Where(s => s.Subject == statistics.Subject).ToArray();
            Assert.Equal(Enumerable.Range(1, statistics.Evaluations), seen.Select(s => s.Evaluation));
            Assert.Equal(statistics.Residuals.Select(r => r.ToArray()), seen.Select(s => s.Residuals));
        }
    }

    [Fact]
    public void AnObserver_IsToldOfASolveThatThrows()
    {
        using var scope = NewDisposeScope();
        var watcher = new Watcher();
        Assert.Throws<EquilibriumSolveException>(() => Equilibrium.Solve(z => z * double.NaN, ones(2, 3), new() { Observer = watcher }));
        Assert.Equal(SolveOutcome.NotFinite, Assert.Single(watcher.Ended).Outcome);
    }

    [Fact]
    public void AnObserverOfALayer_IsHeardUnderTheOptionsOfACall()
    {
        Watcher below = new(), above = new();
        EquilibriumOptions layer = new() { Observer = below };
        Assert.Same(below, new EquilibriumOptions { MaxEvaluations = 3 }.Over(layer).Observer);
        Assert.Same(above, new EquilibriumOptions { Observer = above }.Over(layer).Observer);
    }

    [Fact]
    public void TheMeter_CountsEvaluationsResidualsAndOutcomes()
    {
        using var scope = NewDisposeScope();
        const string subject = "The forward solve of ObserverTests' own";
        List<(string Name, double Value, string? Outcome)> heard = [];
        void Hear(Instrument instrument, double value, ReadOnlySpan<KeyValuePair<string, object?>> tags)
        {
            var of = tags.ToArray().ToDictionary(t => t.Key, t => t.Value);
            // Other tests solve at the same time.
            if ((string?)of["deq.subject"] == subject) heard.Add((instrument.Name, value, (string?)of.GetValueOrDefault("deq.outcome")));
        }
        using var listener = new MeterListener { InstrumentPublished = (i, l) => { if (i.Meter.Name == "Deq") l.EnableMeasurementEvents(i); } };
        listener.SetMeasurementEventCallback<int>((i, value, tags, _) => Hear(i, value, tags));
        listener.SetMeasurementEventCallback<double>((i, value, tags, _) => Hear(i, value, tags));
        listener.Start();

        var start = tensor(new double[,] { { 1 }, { double.NaN }, { 2 } });
        var found = FixedPointLoop.Solve(z => z * 0.5, start, new(subject, new Picard(), 100, 1e-9, StopMode.Absolute, OnFailure.Report));
        Assert.Contains(("deq.solve.evaluations", found.Statistics.Evaluations, null), heard);
        Assert.Contains(("deq.solve.residual", found.Statistics.Residual, null), heard);
        Assert.Contains(("deq.solve.samples", 2, "Converged"), heard);
        Assert.Contains(("deq.solve.samples", 1, "NotFinite"), heard);
        Assert.Equal(4, heard.Count);
    }
}
