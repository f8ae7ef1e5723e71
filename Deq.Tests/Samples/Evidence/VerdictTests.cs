using Deq.Samples.Baselines;
using Deq.Samples.CopyMemory;
using Deq.Samples.Evidence;
using Deq.Samples.Progress;
using Deq.Samples.Report;
using Deq.Samples.Synthetic;

namespace Deq.Tests.Samples.Evidence;

/// <summary>
/// Every verdict on made-up figures: shown where the claim holds in them, not shown where one of them says otherwise, on both sides of what the verdict
/// allows. Nothing is trained: the figures stand where an interrupted evidence would have left its own.
/// </summary>
public sealed class VerdictTests : IDisposable
{
    private readonly TemporaryFolder folder = new();
    private int gathered;

    public void Dispose() => folder.Dispose();

    [Fact]
    public void Growth()
    {
        var holds = new Dictionary<string, Made>
        {
            ["post-LN"] = new([100], Begin: 10, End: 20, FirstRadius: 0.9, LastRadius: 1.5, Peak: 100),
            ["post-LN, gamma 2"] = new([100], Begin: 10, End: 12, FirstRadius: 0.9, LastRadius: 0.8, Peak: 130),
            ["pre-LN"] = new([], Failure: "it diverges"),
            ["pre-LN, gamma 2"] = new([105]),
            ["post-LN, weight decay 1e-6"] = new([100], LastRadius: 1.5),
            ["post-LN, no weight norm"] = new([], Failure: "it diverges"),
            ["post-LN, 5 evaluations"] = new([150]),
        };

        Check(new GrowthEvidence(), holds,
            ("the evaluations grow", "post-LN", made => made with { End = 10.9 }, false),
            ("the evaluations grow", "post-LN", made => made with { End = 11.1 }, true),
            ("the spectral radius grows", "post-LN", made => made with { LastRadius = 0.98 }, false),
            ("the spectral radius grows", "post-LN", made => made with { LastRadius = 1.0 }, true),
            ("The penalty holds both down", "post-LN, gamma 2", made => made with { LastRadius = 1.4 }, false),
            ("The penalty holds both down", "post-LN, gamma 2", made => made with { LastRadius = 1.3 }, true),
            ("The penalty holds both down", "post-LN, gamma 2", made => made with { End = 18.5 }, false),
            ("The penalty holds both down", "post-LN, gamma 2", made => made with { Failure = "it diverges" }, false),
            ("Pre-LN does not train", "pre-LN", _ => new([190]), false),
            ("Pre-LN does not train", "pre-LN", _ => new([210]), true),
            ("Pre-LN trains with", "pre-LN, gamma 2", made => made with { Failure = "it diverges" }, false),
            ("Pre-LN trains with", "pre-LN, gamma 2", _ => new([125]), false),
            ("Pre-LN trains with", "pre-LN, gamma 2", _ => new([115]), true),
            ("Weight decay", "post-LN, weight decay 1e-6", made => made with { LastRadius = 1.3 }, false),
            ("Weight decay", "post-LN, weight decay 1e-6", made => made with { LastRadius = 1.4 }, true),
            ("Without weight norm", "post-LN, no weight norm", _ => new([190]), false),
            ("Without weight norm", "post-LN, no weight norm", _ => new([210]), true),
            ("With too few evaluations", "post-LN, 5 evaluations", _ => new([105]), false),
            ("With too few evaluations", "post-LN, 5 evaluations", _ => new([115]), true),
            ("With too few evaluations", "post-LN, 5 evaluations", _ => new([], Failure: "it diverges"), true),
            ("little more memory", "post-LN, gamma 2", made => made with { Peak = 136 }, false),
            ("little more memory", "post-LN, gamma 2", made => made with { Peak = 134 }, true));
    }

    [Fact]
    public void Images()
    {
        const string single = "single convolution", penalty = "single convolution, gamma 4", free = penalty + ", Jacobian-free", phantom = penalty + ", phantom, 5 steps";
        var holds = new Dictionary<string, Made>
        {
            [single] = new([0.80, 8], LastRadius: 1.5),
            [penalty] = new([0.82, 6], LastRadius: 0.8, Speed: 100),
            [free] = new([0.815, 6], Speed: 150),
            [phantom] = new([0.815, 6], Speed: 120),
            ["residual cell"] = new([0.80, 8], LastRadius: 2),
            ["residual cell, gamma 1"] = new([0.80, 6], LastRadius: 0.9),
            ["reversible"] = new([0.85, 8]),
            ["single convolution, 8 tied applications"] = new([0.5, double.NaN]),
            ["4 stacked layers, equal parameters"] = new([0.81, double.NaN], Speed: 300),
        };

        Check(new ImageEvidence(), holds,
            ("spectral radius down (single convolution)", penalty, made => made with { LastRadius = 1.6 }, false),
            ("spectral radius down (single convolution)", penalty, made => made with { Failure = "it diverges" }, false),
            ("spectral radius down (single convolution)", single, _ => new([], Failure: "it diverges", LastRadius: double.NaN), true),
            ("spectral radius down (residual cell)", "residual cell, gamma 1", made => made with { LastRadius = 2.1 }, false),
            ("costs no accuracy (single convolution)", penalty, made => made with { Found = [0.794, 6] }, false),
            ("costs no accuracy (single convolution)", penalty, made => made with { Found = [0.796, 6] }, true),
            ("costs no accuracy (residual cell)", "residual cell, gamma 1", made => made with { Found = [0.79, 6] }, false),
            ("Jacobian-free: faster", free, made => made with { Speed = 99 }, false),
            ("Jacobian-free: faster", free, made => made with { Found = [0.809, 6] }, false),
            ("Jacobian-free: faster", free, made => made with { Found = [0.811, 6] }, true),
            ("phantom, 5 steps: faster", phantom, made => made with { Speed = 99 }, false),
            ("phantom, 5 steps: faster", phantom, made => made with { Found = [0.80, 6] }, false),
            ("The reversible model is at least as good", "reversible", made => made with { Found = [0.81, 8] }, false),
            ("The reversible model is at least as good", "residual cell, gamma 1", made => made with { Found = [0.86, 6] }, false),
            ("at least as good as stacked layers", "4 stacked layers, equal parameters", made => made with { Found = [0.83, double.NaN] }, false));
    }

    [Fact]
    public void Language()
    {
        var holds = new Dictionary<string, Made>
        {
            ["implicit"] = new([100, 8, 1], Begin: 8, End: 8, Peak: 100, Speed: 100),
            ["implicit, pre-LN"] = new([90, 12, 1], Begin: 12, End: 12),
            ["implicit, gamma 0.5"] = new([102, 5, 1], Begin: 5, End: 5),
            ["Jacobian-free"] = new([103, 8, 1], Speed: 150),
            ["phantom, 5 steps"] = new([103, 8, 1], Speed: 140),
            ["reversible"] = new([105, 8, 1]),
            ["12 tied applications"] = new([98, double.NaN, 1], Peak: 200),
            ["2 stacked layers, equal parameters"] = new([98, double.NaN, 1]),
        };

        Check(new LanguageEvidence(), holds,
            ("matches stacked layers", "2 stacked layers, equal parameters", _ => new([97, 0, 1]), false),
            ("matches back-propagation", "12 tied applications", made => made with { Found = [97, 0, 1] }, false),
            ("less memory than they do", "12 tied applications", made => made with { Peak = 99 }, false),
            ("within 10%", "reversible", _ => new([111, 8, 1]), false),
            ("within 10%", "reversible", _ => new([109, 8, 1]), true),
            ("The Jacobian-free gradient", "Jacobian-free", made => made with { Found = [106, 8, 1] }, false),
            ("The Jacobian-free gradient", "Jacobian-free", made => made with { Found = [104, 8, 1] }, true),
            ("The Jacobian-free gradient", "Jacobian-free", made => made with { Speed = 99 }, false),
            ("The phantom, 5 steps gradient", "phantom, 5 steps", made => made with { Speed = 99 }, false),
            ("The penalty saves evaluations", "implicit, gamma 0.5", made => made with { Begin = 5, End = 9 }, false),
            ("The penalty saves evaluations", "implicit, gamma 0.5", made => made with { Found = [106, 5, 1] }, false));
    }

    [Fact]
    public void LanguageFull()
    {
        double trigram = CountModels.Measure(LanguageTrials.Of(smoke: true))[^1].Test;
        Dictionary<string, Made> World(double post, double reversible, double stacked, double tied) => new()
        {
            ["implicit, post-LN"] = new([post * trigram, 8, 1]),
            ["implicit, pre-LN"] = new([trigram, 8, 1]),
            ["reversible"] = new([reversible * trigram, 8, 1]),
            ["2 stacked layers, equal parameters"] = new([stacked * trigram, double.NaN, 1]),
            ["12 tied applications"] = new([tied * trigram, double.NaN, 1]),
        };
        var evidence = new FullLanguageEvidence();

        Assert.All(Gather(evidence, World(0.99, 1.08, 0.97, 0.97)).Verdicts, verdict => Assert.True(verdict.Shown, verdict.Statement));
        Assert.All(Gather(evidence, World(1.01, 1.12, 0.97, 0.97)).Verdicts, verdict => Assert.False(verdict.Shown, verdict.Statement));
    }

    [Fact]
    public void EarlyStop()
    {
        Made without = new([0.3, 0.5, 0.6, 0.7, 0.78, 0.80, 0.7, 3, 0.75, 5, 0.78, 8, 0.70, 12]), with = new([0.5, 0.7, 0.75, 0.8, 0.81, 0.81, 0.8, 2, 0.81, 4, 0.81, 6, 0.815, 9]);
        double[] gammas = [0, 0.5, 1, 2, 4];
        var holds = gammas.SelectMany(gamma => new[] { 1, 2 }, (gamma, seed) => (Gamma: gamma, Seed: seed)).ToDictionary(
            model => string.Create(System.Globalization.CultureInfo.InvariantCulture, $"gamma {model.Gamma}, seed {model.Seed}"), model => model.Gamma == 0 ? without : with);
        static Made At(Made made, int index, double value) => made with { Found = [.. made.Found.Select((found, i) => i == index ? value : found)] };
        var evidence = new EarlyStopEvidence();
        Dictionary<string, Made> But(int index, double value, params string[] names) => holds.ToDictionary(pair => pair.Key, pair => names.Contains(pair.Key) ? At(pair.Value, index, value) : pair.Value);

        Check(evidence, holds,
            ("It costs little at six evaluations", "gamma 4, seed 1", made => At(made, 5, 0.74), false),
            ("It costs little at six evaluations", "gamma 4, seed 1", made => At(made, 5, 0.76), true),
            ("A smaller tolerance takes more evaluations", "gamma 1, seed 1", made => At(made, 13, 1), false),
            // One of eight may be chance.
            ("After two evaluations the models", "gamma 1, seed 1", made => At(made, 1, 0.45), true),
            ("makes stopping cheaper", "gamma 1, seed 1", made => At(made, 1, 0.45), true),
            ("It keeps the accuracy", "gamma 1, seed 1", made => At(made, 12, 0.6), true));
        string[] two = ["gamma 1, seed 1", "gamma 2, seed 2"], three = [.. two, "gamma 4, seed 1"];
        foreach ((int index, double value, string statement) in new[] { (1, 0.45, "After two evaluations the models"), (1, 0.45, "makes stopping cheaper"), (12, 0.6, "It keeps the accuracy") })
        {
            Assert.True(Of(Gather(evidence, But(index, value, two)), statement));
            Assert.False(Of(Gather(evidence, But(index, value, three)), statement));
        }

        // Of one seed all are better than of the other: those of a seed are compared, and not the seeds.
        var apart = holds.ToDictionary(pair => pair.Key, pair => pair.Key.EndsWith('2') ? At(pair.Value, 1, pair.Value.Found[1] + 0.28) : pair.Value);
        Assert.True(Of(Gather(evidence, apart), "After two evaluations the models"));
    }

    /// <summary>At the smoke size's delay a model without memory has a loss of 10 ln 8 / 30 = 0.69.</summary>
    [Fact]
    public void CopyMemory()
    {
        var holds = new Dictionary<string, Made>
        {
            ["DEQ-Transformer"] = new([0.01, 0.99]),
            ["LSTM, parameters of the Transformer"] = new([0.4, 0.4]),
            ["DEQ-TrellisNet"] = new([0.02, 0.98]),
            ["LSTM, parameters of the TrellisNet"] = new([0.4, 0.4]),
            ["DEQ-TrellisNet, dilation 1"] = new([0.5, 0.2]),
        };

        Check(new CopyMemoryEvidence(), holds,
            ("The DEQ-Transformer remembers", "DEQ-Transformer", _ => new([0.41, 0.4]), false),
            ("The DEQ-Transformer remembers", "LSTM, parameters of the Transformer", _ => new([0.009, 1]), false),
            ("The DEQ-Transformer remembers", "DEQ-Transformer", _ => new([0.36, 0.5]), false),
            ("The DEQ-Transformer remembers", "DEQ-Transformer", _ => new([0.34, 0.5]), true),
            ("The DEQ-TrellisNet remembers", "LSTM, parameters of the TrellisNet", _ => new([0.019, 1]), false),
            ("The DEQ-TrellisNet remembers", "DEQ-TrellisNet", _ => new([0.36, 0.5]), false),
            ("The DEQ-TrellisNet remembers", "DEQ-TrellisNet", _ => new([0.34, 0.5]), true));
    }

    /// <summary>Depths 2 and 16 of a state of 0.262 MB.</summary>
    [Fact]
    public void Memory()
    {
        Dictionary<string, double[]> holds = MemoryStep.Methods.ToDictionary(method => method, method => method == MemoryStep.Unrolled ? new[] { 3.0, 20 } : [2, 2.1]);
        Section Gathered(string method, params double[] peaks)
        {
            EvidenceRun run = NewRun();
            foreach (string known in MemoryStep.Methods)
                run.Part(known, new { samples = 16, places = 8, width = 512, depths = (int[])[2, 16] }, () => known == method ? peaks : holds[known]);
            return Gather(new MemoryEvidence(), run, MemoryStep.Methods.Count);
        }

        Assert.All(Gathered("").Verdicts, verdict => Assert.True(verdict.Shown, verdict.Statement));
        Assert.False(Of(Gathered(MemoryStep.Anderson, 2, 2.6), "does not grow with the depth"));
        Assert.True(Of(Gathered(MemoryStep.Anderson, 2, 2.5), "does not grow with the depth"));
        Assert.False(Of(Gathered(MemoryStep.Anderson, 4.2, 4.2), "less than unrolled"));
        Assert.True(Of(Gathered(MemoryStep.Anderson, 3.8, 3.8), "less than unrolled"));
        Assert.False(Of(Gathered(MemoryStep.ReversibleAlone, 2, 2.3), "that keeps no pair"));
        Assert.False(Of(Gathered(MemoryStep.Reversible, 2, 2.3), "With the pairs that are kept"));
        Assert.True(Of(Gathered(MemoryStep.Reversible, 2, 2.2), "With the pairs that are kept"));
    }

    [Fact]
    public void Penalty()
    {
        (double, double, double)[] few = [(1.0, 0.9, 50), (0.06, 0.5, 20), (0.06, 0.4, 10), (0.06, 0.2, 5)], many = [(0.055, 0.9, 50), (0.056, 0.5, 20), (0.058, 0.4, 10), (0.060, 0.2, 5)];
        Section Gathered(int limit = 0, int gamma = 0, double? error = null, double? slope = null, double? iterations = null, string? failure = null)
        {
            var settings = new SyntheticSettings { Seed = 1, Epochs = 1 };
            EvidenceRun run = NewRun();
            foreach ((int evaluations, (double, double, double)[] rows) in new[] { (6, few), (12, many) })
            {
                for (int i = 0; i < rows.Length; i++)
                {
                    (double Error, double Slope, double Iterations) row = rows[i];
                    string? why = null;
                    if (evaluations == limit && i == gamma) (row, why) = ((error ?? row.Error, slope ?? row.Slope, iterations ?? row.Iterations), failure);
                    SyntheticSettings one = settings with { Limit = evaluations };
                    run.Part(FormattableString.Invariant($"gamma {one.Gammas[i]} limit {evaluations} seed 1"),
                        new { one.Term, one.Hidden, one.Limit, drawn = evaluations == 12, training = one.Training(one.Gammas[i]) },
                        () => new { row.Error, row.Slope, row.Iterations, Solved = 1.0, Failure = why, Surface = (Drawing?)null });
                }
            }

            return Gather(new PenaltyEvidence(), run, 8);
        }

        Assert.All(Gathered().Verdicts, verdict => Assert.True(verdict.Shown, verdict.Statement));
        Assert.False(Of(Gathered(12, 2, slope: 0.6), "the flatter f"));
        Assert.False(Of(Gathered(6, 3, slope: 0.45), "the flatter f"));
        Assert.False(Of(Gathered(12, 1, iterations: 60), "the fewer iterations"));
        Assert.False(Of(Gathered(6, 3, iterations: 11), "the fewer iterations"));
        Assert.False(Of(Gathered(12, 3, error: 0.070), "costs the fit little"));
        Assert.True(Of(Gathered(12, 3, error: 0.068), "costs the fit little"));
        Assert.False(Of(Gathered(6, 0, error: 0.10), "Six evaluations are enough"));
        Assert.True(Of(Gathered(6, 0, error: 0.12), "Six evaluations are enough"));
        Assert.False(Of(Gathered(6, 3, error: 0.12), "Six evaluations are enough"));
        // A training that failed is counted as none that fits, however small its error on the way.
        Assert.True(Of(Gathered(6, 0, error: 0.05, failure: "it diverges"), "Six evaluations are enough"));
        Assert.False(Of(Gathered(6, 3, failure: "it diverges"), "Six evaluations are enough"));
    }

    [Fact]
    public void Gradients()
    {
        // Implicit, phantom, Jacobian-free, SHINE, unrolled and reversible, at 2, 8 and 64 evaluations.
        double[][] holds = [[0.1, 1e-4, 1e-12], [0.2, 0.1, 0.1], [0.3, 0.3, 0.3], [0.1, 0.05, 0.05], [0.5, 0.2, 1e-3], [0.5, 0.2, 1e-3]];
        Section Gathered(int method = 0, double[]? errors = null, double itself = 1e-9, bool second = true)
        {
            double[][] changed = [.. holds.Select((row, i) => i == method && errors is not null ? errors : row)];
            EvidenceRun run = NewRun();
            int[] budgets = [2, 8, 64];
            run.Part("map", new { batch = 2, width = 16, budgets }, () => new { Name = "map", Radius = 0.8, AgainstTruth = second ? holds : changed, AgainstUnrolled = holds, ReversibleAgainstItself = (double[])[1e-16, second ? 1e-9 : itself, 1e-10] });
            run.Part("convolutions", new { batch = 2, side = 4, budgets }, () => new { Name = "convolutions", Radius = 0.8, AgainstTruth = second ? changed : holds, AgainstUnrolled = holds, ReversibleAgainstItself = (double[])[1e-16, 1e-10, second ? itself : 1e-9] });
            return Gather(new GradientEvidence(), run, 2);
        }

        Assert.All(Gathered().Verdicts, verdict => Assert.True(verdict.Shown, verdict.Statement));
        foreach (bool second in new[] { false, true })
        {
            Assert.False(Of(Gathered(0, [0.1, 1e-4, 2e-8], second: second), "becomes the true one"));
            Assert.False(Of(Gathered(itself: 2e-6, second: second), "equals back-propagation through its own steps"));
            foreach (int approximation in new[] { 1, 2, 3 }) Assert.False(Of(Gathered(approximation, [0.1, 1e-3, 1e-10], second: second), "stay approximations"));
            Assert.False(Of(Gathered(4, [0.5, 1e-5, 1e-3], second: second), "nearer to the true one than the unrolled one"));
            Assert.True(Of(Gathered(4, [0.01, 0.2, 1e-3], second: second), "nearer to the true one than the unrolled one"));
        }
    }

    [Fact]
    public void Rate()
    {
        Section Gathered(double above = -0.1, double? rate = null)
        {
            EvidenceRun run = NewRun();
            foreach (double k in new[] { 0.3, 0.6, 0.9 })
            {
                foreach (double beta in new[] { 0.5, 0.8 })
                {
                    double bound = Math.Abs(1 - beta) + beta * k;
                    double[] rates = [bound - 0.1, bound - 0.1, k == 0.6 ? rate ?? bound + above : bound - 0.2, bound - 0.1];
                    run.Part(FormattableString.Invariant($"k {k} b {beta}"), new { width = 32, From = 8, To = 16 }, () => new { K = k, Beta = beta, Bound = bound, Rates = rates });
                }
            }

            return Gather(new RateEvidence(), run, 6);
        }

        Assert.All(Gathered().Verdicts, verdict => Assert.True(verdict.Shown, verdict.Statement));
        Assert.False(Of(Gathered(above: 1e-6), "above the bound"));
        Assert.True(Of(Gathered(above: 0), "above the bound"));
        Assert.False(Of(Gathered(rate: 1), "It converges in the whole range"));
    }

    /// <summary>What a trial was made to be like; speed is in examples per second of a processor, of which half worked on it.</summary>
    private sealed record Made(double[] Found, double Begin = 5, double End = 5, double FirstRadius = 1, double LastRadius = 1, double Peak = 100, double Speed = 100, string? Failure = null)
    {
        public TrialResult Result(string name)
        {
            StepRecord[] steps = [.. Enumerable.Range(1, 10).Select(step => new StepRecord { Step = step, Examples = 100 * step, Loss = 1, ForwardEvaluations = step <= 5 ? Begin : End, BackwardEvaluations = 3, ForwardResidual = 0.01, BackwardResidual = 0.01 })];
            ValidationRecord[] looks = [new(1, 100, 1, FirstRadius), new(10, 1000, 1, LastRadius)];
            return new TrialResult(name, 1000, new RunRecord(name, steps, looks) { Time = TimeSpan.FromSeconds(1000 / (0.5 * Speed)) }, Failure, Failure is null ? Found : [], Peak, Processors: 0.5);
        }
    }

    private void Check(ITrialEvidence evidence, Dictionary<string, Made> holds, params (string Statement, string Trial, Func<Made, Made> Change, bool Shown)[] cases)
    {
        Assert.All(Gather(evidence, holds).Verdicts, verdict => Assert.True(verdict.Shown, verdict.Statement));
        foreach ((string statement, string trial, Func<Made, Made> change, bool shown) in cases)
        {
            var changed = new Dictionary<string, Made>(holds) { [trial] = change(holds[trial]) };
            Section section = Gather(evidence, changed);
            Assert.True(Of(section, statement) == shown, section.Verdicts.Single(verdict => verdict.Statement.Contains(statement, StringComparison.Ordinal)).Statement);
        }

        // Each can be either.
        Assert.All(Gather(evidence, holds).Verdicts, verdict => Assert.Contains(cases, one => verdict.Statement.Contains(one.Statement, StringComparison.Ordinal)));
    }

    private Section Gather(ITrialEvidence evidence, Dictionary<string, Made> made)
    {
        EvidenceRun run = NewRun();
        IReadOnlyList<Trial> trials = evidence.Trials(run.Seed, run.Smoke);
        Assert.Equal(trials.Select(trial => trial.Name).Order(), made.Keys.Order());
        foreach (Trial trial in trials) run.Part(trial.Name, new { trial.Settings, trial.Training }, () => made[trial.Name].Result(trial.Name));
        return Gather(evidence, run, trials.Count);
    }

    /// <summary>And nothing is measured beside what was made up.</summary>
    private Section Gather(IEvidence evidence, EvidenceRun run, int parts)
    {
        string kept = folder.File($"kept-{gathered}");
        Assert.Equal(parts, Directory.GetFiles(kept).Length);
        Section section = evidence.Gather(run);
        Assert.Equal(parts, Directory.GetFiles(kept).Length);
        return section;
    }

    private EvidenceRun NewRun() => new(new KeptResults(folder.File($"kept-{++gathered}")), seed: 1, smoke: true, new PlainView(TextWriter.Null));

    private static bool Of(Section section, string statement) => section.Verdicts.Single(verdict => verdict.Statement.Contains(statement, StringComparison.Ordinal)).Shown;
}
