using System.Globalization;
using Deq.Samples.Images;
using Deq.Samples.Mdeq;
using Deq.Samples.Report;
using Deq.Samples.Training;

namespace Deq.Samples.Evidence;

/// <summary>Accuracy of image models whose solves are stopped early, over gamma, limit and tolerance.</summary>
internal sealed class EarlyStopEvidence : ITrialEvidence
{
    /// <summary>Below any residual that a solve of float32 has: the limit ends it.</summary>
    private const double Never = 1e-9;

    private const int LargestLimit = 30, Seeds = 3;

    /// <summary>"Costs little" is held to this: two points.</summary>
    private const double LittleLoss = 0.02;

    private static readonly double[] Gammas = [0, 0.5, 1, 2, 4];
    private static readonly int[] Limits = [1, 2, 3, 4, 5, 6];
    private static readonly double[] Tolerances = [0.3, 0.1, 0.03, 0.01];

    public string Name => "early-stop";

    public string Title => "Stopping the solve early";

    public string Claim => "A model that was trained with the penalty loses little when its solve is stopped after few evaluations: on CIFAR-10 after one evaluation 82.4% at gamma 0.1 and 85.8% at 0.6, after six 92.9% and 93.1% (JR, appendix; 89.1% at six without the penalty, table 2). Tolerance and limit trade time against quality (DEQ figure 3).";

    public TimeSpan Expected => TimeSpan.FromMinutes(38);

    /// <summary>All seeds of a gamma, then those of the next.</summary>
    public IReadOnlyList<Trial> Trials(int seed, bool smoke)
    {
        ImageSettings settings = MdeqPresets.All.Single(preset => preset.Name == "quick").Training with { Images = smoke ? 64 : 64_000, PretrainSteps = smoke ? 0 : 100, Output = "" };
        return
        [
            .. from gamma in Gammas
               from one in Enumerable.Range(seed, smoke ? 2 : Seeds)
               select ImageTrials.Of(string.Create(CultureInfo.InvariantCulture, $"gamma {gamma}, seed {one}"), "mdeq", new MdeqSettings(), settings with { Gamma = gamma, Seed = one }, smoke),
        ];
    }

    public Section Gather(EvidenceRun run)
    {
        ImageData data = ImageTrials.Data(run.Smoke);
        // Half the test images tell accuracies apart by a point; all of them would double the time.
        ImageSplit images = data.Test.Slice(0, Math.Max(1, data.Test.Count / 2));
        IReadOnlyList<Trial> trials = Trials(run.Seed, run.Smoke);
        TrialResult[] results = [.. trials.Select(trial => trial.Do(run, this, task => Grid((ImageTask<MdeqSettings>)task, data, images, run.Stop)))];
        Trained[] all = [.. Gammas.Zip(results.Chunk(results.Length / Gammas.Length), (gamma, models) => new Trained(gamma, models))];
        Trained without = all[0], strongest = all[^1];
        Trained[] with = all[1..];
        Spread SixToTwo(Trained trained) => trained.Of(model => model.At(5) - model.At(1));
        Spread[] early = [.. with.Select(trained => trained.Of(model => model.At(1)))];
        double[] lost = [.. with.Select(trained => SixToTwo(trained).Median)], atSix = [.. with.Select(trained => trained.Of(model => model.At(5)).Median)];
        int last = Limits.Length + 2 * (Tolerances.Length - 1), seeds = without.Models.Length;
        int pairs = with.Sum(trained => trained.Models.Length);
        int better = Pairs((one, other) => one.At(1) > other.At(1)), cheaper = Pairs((one, other) => one.At(5) - one.At(1) < other.At(5) - other.At(1)), steadier = Pairs((one, other) => Further(one) > Further(other));
        return new Section
        {
            Setting = $"{data.Name}: the single-convolution cell of `mdeq` quick ({Format.Count(results[0].Parameters)} parameters) trained on {Format.Count(results[0].Examples)} images for each gamma, AdamW at {Format.Small(trials[0].Training.LearningRate)}, the first {(run.Smoke ? 0 : 100)} steps with two stacked applications, the penalty on {trials[0].Training.Frequency.ToString(CultureInfo.InvariantCulture)} of the steps, Anderson with a limit of 8; tested on {Format.Count(images.Count)} test images under other limits than it was trained with. Medians of {seeds} seeds; a model with the penalty is compared with the one without of the same seed.",
            Tables =
            [
                new SectionTable("Accuracy in per cent when the solve ends after so many evaluations, the least and the most of the seeds in parentheses:", ["", .. Limits.Select(limit => $"{limit}"), "spectral radius"],
                    [.. all.Select(trained => (string[])[trained.Name, .. Limits.Select((_, i) => trained.Of(model => 100 * model.At(i)).Text("0.0")), trained.Of(model => model.LastRadius).Text("0.00")])]),
                new SectionTable($"Accuracy, and evaluations in parentheses, when it ends at a relative residual, with at most {LargestLimit} evaluations:", ["", .. Tolerances.Select(tolerance => tolerance.ToString(CultureInfo.InvariantCulture))],
                    [.. all.Select(trained => (string[])[trained.Name, .. Tolerances.Select((_, i) => $"{Percent(trained.Of(model => model.At(Limits.Length + 2 * i)).Median)} ({Evaluations(trained, Limits.Length + 2 * i)})")])]),
            ],
            Charts =
            [
                new Chart("limits", "Accuracy after few evaluations", "share of the test images classified right", false, [.. all.Select((trained, i) => new ChartSeries(trained.Name, i + 1, [.. Limits.Select(limit => (double)limit)], [.. Limits.Select((_, at) => trained.Of(model => model.At(at)).Median)], "points"))], "evaluations"),
            ],
            Verdicts =
            [
                new Verdict(Most(better), $"After two evaluations the models with the penalty are better than those without: {better} of {pairs} are, with {Percent(early.Max(found => found.Median))}% at the best gamma and {Percent(early.Min(found => found.Median))}% at the worst; without {Percent(without.Of(model => model.At(1)).Median)}%."),
                new Verdict(Most(cheaper), $"The penalty makes stopping cheaper: from six evaluations to two {cheaper} of {pairs} models with it lose less than those without, {Percent(lost.Min())} to {Percent(lost.Max())} points; without {Percent(SixToTwo(without).Median)}."),
                new Verdict(atSix.All(found => found >= without.Of(model => model.At(5)).Median - LittleLoss), $"It costs little at six evaluations: {Percent(atSix.Min())} to {Percent(atSix.Max())}% with it, {Percent(without.Of(model => model.At(5)).Median)}% without."),
                new Verdict(Most(steadier), $"It keeps the accuracy where a solve goes on further than in training, to {Tolerances[^1]} or {LargestLimit} evaluations: from six evaluations to there {strongest.Name} changes by {Points(strongest.Of(Further).Median)} points, gamma 0 by {Points(without.Of(Further).Median)}; {steadier} of {pairs} models with the penalty fare better than those without."),
                new Verdict(results.All(model => model.At(last + 1) >= model.At(Limits.Length + 1)), $"A smaller tolerance takes more evaluations, in every model: without the penalty {Evaluations(without, Limits.Length)} at {Tolerances[0]} and {Evaluations(without, last)} at {Tolerances[^1]}, with {strongest.Name} {Evaluations(strongest, Limits.Length)} and {Evaluations(strongest, last)}."),
            ],
            Notes = [.. TrialCells.Failures(results)],
        };

        double Further(TrialResult model) => model.At(last) - model.At(Limits.Length - 1);

        int Pairs(Func<TrialResult, TrialResult, bool> holds) => with.Sum(trained => trained.Models.Zip(without.Models).Count(pair => holds(pair.First, pair.Second)));

        // What shows in half of the pairs is chance.
        bool Most(int count) => 4 * count >= 3 * pairs;

        // Those of the tolerance whose accuracy has this index.
        string Evaluations(Trained trained, int index) => Format.Decimal(trained.Of(model => model.At(index + 1)).Median);
    }

    /// <summary>Accuracy at each limit, then accuracy and evaluations at each tolerance.</summary>
    private static double[] Grid(ImageTask<MdeqSettings> task, ImageData data, ImageSplit images, CancellationToken stop) =>
    [
        .. Limits.Select(limit => ImageTrials.TestUnder(task.Classifier, data, images, limit, Never, stop).Accuracy),
        .. Tolerances.Select(tolerance => ImageTrials.TestUnder(task.Classifier, data, images, LargestLimit, tolerance, stop)).SelectMany(found => new[] { found.Accuracy, found.Evaluations }),
    ];

    private static string Points(double share) => (100 * share).ToString("+0.0;-0.0", CultureInfo.InvariantCulture);

    private static string Percent(double share) => Format.Decimal(100 * share);

    /// <summary>The models of one gamma, one for each seed.</summary>
    private sealed record Trained(double Gamma, TrialResult[] Models)
    {
        public string Name => string.Create(CultureInfo.InvariantCulture, $"gamma {Gamma}");

        public Spread Of(Func<TrialResult, double> quantity) => new([.. Models.Select(quantity)]);
    }
}
