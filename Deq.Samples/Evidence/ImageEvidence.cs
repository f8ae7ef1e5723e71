using System.Globalization;
using Deq.Samples.Images;
using Deq.Samples.Mdeq;
using Deq.Samples.Report;
using Deq.Samples.RevDeq;
using Deq.Samples.Training;

namespace Deq.Samples.Evidence;

/// <summary>Image models side by side at equal images: both cells with and without the penalty, reversible, explicit.</summary>
internal sealed class ImageEvidence : ITrialEvidence
{
    private const string Single = "single convolution", SinglePenalty = "single convolution, gamma 4", Residual = "residual cell", ResidualPenalty = "residual cell, gamma 1",
        JacobianFree = "single convolution, gamma 4, Jacobian-free", Phantom = "single convolution, gamma 4, phantom, 5 steps",
        Reversible = "reversible", Tied = "single convolution, 8 tied applications", Stacked = "4 stacked layers, equal parameters";

    public string Name => "images";

    public string Title => "Image classifiers";

    public string Claim => "On CIFAR-10 a multiscale equilibrium of 10 M parameters reaches 93.6% at 17 evaluations, with the penalty 93.1% at 6, a ResNet-18 93.0% (JR table 2); the penalty holds the spectral radius down, which grows without it (JR figure 7). The reversible one reaches 94.4% with fewer evaluations and without the penalty (RevDEQ).";

    public TimeSpan Expected => TimeSpan.FromMinutes(25);

    public IReadOnlyList<Trial> Trials(int seed, bool smoke)
    {
        ImageSettings standard = MdeqPresets.All.Single(preset => preset.Name == "quick").Training with { Seed = seed, Images = smoke ? 64 : 64_000, PretrainSteps = smoke ? 0 : 100, Output = "", Gamma = 0 };
        ImageSettings penalised = standard with { Gamma = 4, Frequency = 0.4 };
        MdeqSettings single = new(), residual = single with { Cell = CellKind.Residual };
        return
        [
            .. new[]
            {
                Mdeq(Single, single, standard),
                Mdeq(SinglePenalty, single, penalised),
                Mdeq(JacobianFree, single, penalised with { Solve = penalised.Solve with { Gradient = GradientMode.JacobianFree } }),
                Mdeq(Phantom, single, penalised with { Solve = penalised.Solve with { Gradient = GradientMode.Phantom, GradientSteps = 5 } }),
                Mdeq(Residual, residual, standard),
                Mdeq(ResidualPenalty, residual, standard with { Gamma = 1, Frequency = 0.4 }),
                ImageTrials.Of(Reversible, "revdeq", new RevDeqSettings(), standard with { PretrainSteps = 0, LearningRate = RevDeqPresets.All[0].Training.LearningRate }, smoke),
                Mdeq(Tied, single.Explicit(8, tied: true), standard),
                Mdeq(Stacked, single.Explicit(4, tied: false), standard),
            }.Select((trial, i) => trial with { MeasuresMemory = !smoke || i == 0 }),
        ];

        Trial Mdeq(string name, MdeqSettings form, ImageSettings settings) => ImageTrials.Of(name, "mdeq", form, settings, smoke);
    }

    public Section Gather(EvidenceRun run)
    {
        ImageData data = ImageTrials.Data(run.Smoke);
        TrialResult[] trials = [.. Trials(run.Seed, run.Smoke).Select(trial => trial.Do(run, this, task => task is ImageTask<MdeqSettings> mdeq ? ImageTrials.Test(mdeq, run) : ImageTrials.Test((ImageTask<RevDeqSettings>)task, run)))];
        TrialResult Of(string name) => trials.Single(trial => trial.Name == name);
        string Rate(string name) => Format.Small(Trials(run.Seed, run.Smoke).Single(trial => trial.Name == name).Training.LearningRate);
        // The stacked layers have the parameters of the single convolution, and of none of the others.
        TrialResult best = new[] { Single, SinglePenalty }.Select(Of).MaxBy(trial => trial.At(0))!;
        return new Section
        {
            Setting = $"{data.Name}, {Format.Count(trials[0].Examples)} images each, batch 32, one seed, AdamW at {Rate(Single)}, the reversible model at {Rate(Reversible)} (their presets' rates), cosine to 2%, no augmentation, the first {(run.Smoke ? 0 : 100)} steps of the multiscale equilibria with two stacked applications, the penalty on 0.4 of the steps; two scales of 16 and 32 channels at 14 x 14 and 7 x 7, Anderson with limits 8 and 6 and a tolerance of 1e-2; reversible: b = 0.8, four steps a stage, two stages. Memory is the peak of a training step in a process of its own, with the penalty where there is one; residual and evaluations are means over the last tenth of the training steps.",
            Tables =
            [
                new SectionTable("", ["", "parameters", "test accuracy", "spectral radius at the end", "residual at the end", "evaluations forward, backward", "images per processor second", "memory, MB"],
                    [.. trials.Select(Row)]),
            ],
            Charts =
            [
                TrialCharts.OfValidations("accuracy", "Accuracy on validation images", "share classified right", false, "images", trials, look => look.Score),
                TrialCharts.OfValidations("radius", "Spectral radius", "of the Jacobian at the equilibrium, the largest of eight images", false, "images", trials, look => look.SpectralRadius),
            ],
            Verdicts =
            [
                Held(Single, SinglePenalty), Held(Residual, ResidualPenalty),
                Gains(Single, SinglePenalty), Gains(Residual, ResidualPenalty),
                Cheaper(JacobianFree), Cheaper(Phantom),
                new Verdict(Of(Reversible).At(0) >= Math.Max(Of(SinglePenalty).At(0), Of(ResidualPenalty).At(0)), $"The reversible model is at least as good as the implicit ones with the penalty, without one of its own: {Percent(Of(Reversible))} beside {Percent(Of(SinglePenalty))} and {Percent(Of(ResidualPenalty))}. It is another architecture, of {Format.Count(Of(Reversible).Parameters)} parameters beside {Format.Count(Of(SinglePenalty).Parameters)} and {Format.Count(Of(ResidualPenalty).Parameters)}."),
                new Verdict(best.At(0) >= Of(Stacked).At(0), $"The equilibrium is at least as good as stacked layers of equal parameters: {Percent(best)} ({best.Name}) and {Percent(Of(Stacked))}, which are {Format.Decimal(Of(Stacked).ExamplesPerSecond / best.ExamplesPerSecond)} times as fast."),
            ],
            Notes = [.. TrialCells.Failures(trials)],
        };

        // A training that failed has no radius: without the penalty that is the claim, with it the contrary.
        Verdict Held(string without, string with) => new(
            Of(with).Failure is null && !(Of(with).LastRadius >= Of(without).LastRadius),
            string.Create(CultureInfo.InvariantCulture, $"The penalty holds the spectral radius down ({without}): {Of(with).LastRadius:0.00} at the end with it and {Of(without).LastRadius:0.00} without, and the residual {Format.Small(Of(with).AtTheEnd(step => step.ForwardResidual))} and {Format.Small(Of(without).AtTheEnd(step => step.ForwardResidual))}."));

        Verdict Cheaper(string gradient) => new(
            Of(gradient).ExamplesPerSecond > Of(SinglePenalty).ExamplesPerSecond && Of(gradient).At(0) >= Of(SinglePenalty).At(0) - 0.01,
            string.Create(CultureInfo.InvariantCulture, $"{gradient[(SinglePenalty.Length + 2)..]}: faster than the implicit gradient, and at most a point worse: {Of(gradient).ExamplesPerSecond / Of(SinglePenalty).ExamplesPerSecond:0.00} times the images per second, {Percent(Of(gradient))} and {Percent(Of(SinglePenalty))}."));

        Verdict Gains(string without, string with) => new(
            Of(with).Failure is null && !(Of(with).At(0) < Of(without).At(0) - 0.005),
            $"The penalty costs no accuracy ({without}): {Percent(Of(with))} with it, {(Of(without).Failure is null ? Percent(Of(without)) : "no trained model")} without.");
    }

    private static string[] Row(TrialResult trial) =>
    [
        trial.Name, Format.Count(trial.Parameters), trial.Failure is null ? Percent(trial) : $"failed at step {trial.Run.Steps.Count + 1}", TrialCells.Radius(trial),
        Format.Small(trial.AtTheEnd(step => step.ForwardResidual)),
        TrialCells.Evaluations(trial), TrialCells.Speed(trial), Format.Decimal(trial.Peak),
    ];

    private static string Percent(TrialResult trial) => Measure.Accuracy.Write(trial.At(0));
}
