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

    private const int LargestLimit = 30;

    private static readonly double[] Gammas = [0, 0.5, 1, 2, 4];
    private static readonly int[] Limits = [1, 2, 3, 4, 5, 6];
    private static readonly double[] Tolerances = [0.3, 0.1, 0.03, 0.01];

    public string Name => "early-stop";

    public string Title => "Stopping the solve early";

    public string Claim => "A model that was trained with the penalty loses little when its solve is stopped after few evaluations: on CIFAR-10 after one evaluation 82.4% at gamma 0.1 and 85.8% at 0.6, after six 92.9% and 93.1% (JR, appendix; 89.1% at six without the penalty, table 2). Tolerance and limit trade time against quality (DEQ figure 3).";

    public TimeSpan Expected => TimeSpan.FromMinutes(14);

    public IReadOnlyList<Trial> Trials(int seed, bool smoke)
    {
        ImageSettings settings = MdeqPresets.All.Single(preset => preset.Name == "quick").Training with { Seed = seed, Images = smoke ? 64 : 64_000, PretrainSteps = smoke ? 0 : 100, Output = "" };
        return [.. Gammas.Select(gamma => ImageTrials.Of(string.Create(CultureInfo.InvariantCulture, $"gamma {gamma}"), "mdeq", new MdeqSettings(), settings with { Gamma = gamma }, smoke))];
    }

    public Section Gather(EvidenceRun run)
    {
        ImageData data = ImageTrials.Data(run.Smoke);
        // Half the test images tell accuracies apart by a point; all of them would double the time.
        ImageSplit images = data.Test.Slice(0, Math.Max(1, data.Test.Count / 2));
        TrialResult[] trials = [.. Trials(run.Seed, run.Smoke).Select(trial => trial.Do(run, this, task => Grid((ImageTask<MdeqSettings>)task, data, images, run.Stop)))];
        Trial first = Trials(run.Seed, run.Smoke)[0];
        double[] Row(TrialResult trial) => [.. Limits.Select((_, i) => trial.At(i))];
        double Lost(TrialResult trial, int limit) => trial.At(Limits.Length - 1) - trial.At(limit - 1);
        TrialResult without = trials[0], strongest = trials[^1], best = trials.Skip(1).MaxBy(trial => trial.At(1))!;
        int from = 2 * Tolerances.Length;
        return new Section
        {
            Setting = $"{data.Name}: the single-convolution cell of `mdeq` quick ({Format.Count(trials[0].Parameters)} parameters) trained on {Format.Count(trials[0].Examples)} images for each gamma, AdamW at {Format.Small(first.Training.LearningRate)}, the first {(run.Smoke ? 0 : 100)} steps with two stacked applications, the penalty on {first.Training.Frequency.ToString(CultureInfo.InvariantCulture)} of the steps, Anderson with a limit of 8; tested on {Format.Count(images.Count)} test images under other limits than it was trained with. One seed.",
            Tables =
            [
                new SectionTable("Accuracy in per cent when the solve ends after so many evaluations:", ["", .. Limits.Select(limit => $"{limit}"), "spectral radius"],
                    [.. trials.Select(trial => (string[])[trial.Name, .. Row(trial).Select(Percent), TrialCells.Radius(trial)])]),
                new SectionTable($"Accuracy, and evaluations in parentheses, when it ends at a relative residual, with at most {LargestLimit} evaluations:", ["", .. Tolerances.Select(tolerance => tolerance.ToString(CultureInfo.InvariantCulture))],
                    [.. trials.Select(trial => (string[])[trial.Name, .. Tolerances.Select((_, i) => $"{Percent(trial.At(Limits.Length + 2 * i))} ({Format.Decimal(trial.At(Limits.Length + 2 * i + 1))})")])]),
            ],
            Charts =
            [
                new Chart("limits", "Accuracy after few evaluations", "share of the test images classified right", false, [.. trials.Select((trial, i) => new ChartSeries(trial.Name, i + 1, [.. Limits.Select(limit => (double)limit)], Row(trial), "points"))], "evaluations"),
            ],
            Verdicts =
            [
                new Verdict(best.At(1) > without.At(1), $"After two evaluations a model with the penalty is better than one without: {Percent(best.At(1))}% ({best.Name}) and {Percent(without.At(1))}%."),
                new Verdict(Lost(strongest, 2) < Lost(without, 2), $"The penalty makes stopping cheaper: from six evaluations to two, {strongest.Name} loses {Percent(Lost(strongest, 2))} points and gamma 0 loses {Percent(Lost(without, 2))}."),
                new Verdict(trials.Skip(1).Max(trial => trial.At(5)) >= without.At(5) - 0.005, $"It costs nothing at six evaluations: {Percent(trials.Skip(1).Max(trial => trial.At(5)))}% at best with it, {Percent(without.At(5))}% without."),
                new Verdict(trials.All(trial => trial.At(Limits.Length + from - 1) >= trial.At(Limits.Length + 1)), $"A smaller tolerance takes more evaluations, in every model: without the penalty {Format.Decimal(without.At(Limits.Length + 1))} at {Tolerances[0]} and {Format.Decimal(without.At(Limits.Length + from - 1))} at {Tolerances[^1]}, with {strongest.Name} {Format.Decimal(strongest.At(Limits.Length + 1))} and {Format.Decimal(strongest.At(Limits.Length + from - 1))}."),
            ],
            Notes = [.. trials.Where(trial => trial.Failure is not null).Select(trial => $"{trial.Name}: {trial.Reason}")],
        };
    }

    /// <summary>Accuracy at each limit, then accuracy and evaluations at each tolerance.</summary>
    private static double[] Grid(ImageTask<MdeqSettings> task, ImageData data, ImageSplit images, CancellationToken stop) =>
    [
        .. Limits.Select(limit => ImageTrials.TestUnder(task.Classifier, data, images, limit, Never, stop).Accuracy),
        .. Tolerances.Select(tolerance => ImageTrials.TestUnder(task.Classifier, data, images, LargestLimit, tolerance, stop)).SelectMany(found => new[] { found.Accuracy, found.Evaluations }),
    ];

    private static string Percent(double share) => Format.Decimal(100 * share);
}
