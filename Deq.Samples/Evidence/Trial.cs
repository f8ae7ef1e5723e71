using System.Diagnostics;
using Deq.Samples.Report;
using Deq.Samples.Training;
using TorchSharp;

namespace Deq.Samples.Evidence;

/// <summary>One of the trainings that an evidence compares.</summary>
/// <param name="Name">In its tables.</param>
/// <param name="Settings">What decides the model and its data; with <paramref name="Training"/>, all that decides the result.</param>
/// <param name="Training">How to train.</param>
/// <param name="Create">Makes model and data anew.</param>
internal sealed record Trial(string Name, object Settings, TrainingSettings Training, Func<TrainingTask> Create)
{
    /// <summary>Whether the peak memory of a step is measured as well.</summary>
    public bool MeasuresMemory { get; init; }

    /// <summary>Trains it and looks at it, or takes what was kept.</summary>
    /// <param name="run">Of the evidence.</param>
    /// <param name="evidence">Whose trial this is: a process that measures memory finds it by that name.</param>
    /// <param name="examine">What is measured of the trained model, in an order of the evidence's own.</param>
    public TrialResult Do(EvidenceRun run, ITrialEvidence evidence, Func<TrainingTask, double[]> examine) => run.Part(Name, new { Settings, Training }, path =>
    {
        double peak = MeasuresMemory && PeakMemory.CanMeasure
            ? PeakMemory.Of(TrialStep.Kind, evidence.Name, Name, $"{run.Seed}", $"{run.Smoke}")[0]
            : double.NaN;
        using TrainingTask task = Create();
        var watch = Stopwatch.StartNew();
        TimeSpan before = ProcessorTime.Now;
        TrainedRun trained = run.Train(task, Training, path);
        double processors = (ProcessorTime.Now - before) / watch.Elapsed;
        long parameters = task.Model.parameters().Sum(parameter => parameter.numel());
        return new TrialResult(Name, parameters, trained.Run, trained.Failure, trained.Failure is null ? examine(task) : [], peak, processors);
    });
}

/// <summary>What became of a trial.</summary>
/// <param name="Name">The trial's.</param>
/// <param name="Parameters">Of the model.</param>
/// <param name="Run">Every step and every look at the validation data.</param>
/// <param name="Failure">Why it ended early; null where it did not.</param>
/// <param name="Found">What was measured at its end; nothing where it failed.</param>
/// <param name="Peak">MB of a training step; NaN where it was not measured.</param>
/// <param name="Processors">How many processors worked on the training, on average; below the threads where other work ran beside it.</param>
internal sealed record TrialResult(string Name, long Parameters, RunRecord Run, string? Failure, double[] Found, double Peak, double Processors)
{
    /// <summary>Why it ended early, for the page: without the advice and the paths that the person who trains is told; null where it did not.</summary>
    public string? Reason => Failure?.Split(" There is no checkpoint", 2)[0].Split(" The checkpoint of", 2)[0];

    /// <summary>The share of the steps at the end of which means are taken.</summary>
    private const double Last = 0.1;

    /// <summary>NaN where the trial failed.</summary>
    public double At(int index) => index < Found.Length ? Found[index] : double.NaN;

    /// <summary>Mean over the last tenth of the steps that have the quantity.</summary>
    public double AtTheEnd(Func<StepRecord, double> quantity) => Mean(quantity, from: 1 - Last, to: 1);

    /// <summary>Mean over the second tenth: the first one still learns to begin.</summary>
    public double AtTheBeginning(Func<StepRecord, double> quantity) => Mean(quantity, from: Last, to: 2 * Last);

    /// <summary>The spectral radius at the last look; NaN where there was none.</summary>
    public double LastRadius => Run.Validations.Select(validation => validation.SpectralRadius).LastOrDefault(double.IsFinite, double.NaN);

    /// <summary>The spectral radius at the first look.</summary>
    public double FirstRadius => Run.Validations.Select(validation => validation.SpectralRadius).FirstOrDefault(double.IsFinite, double.NaN);

    public long Examples => Run.Steps.Count == 0 ? 0 : Run.Steps[^1].Examples;

    /// <summary>Per second that a processor worked on it: what other work takes away does not slow it down.</summary>
    public double ExamplesPerSecond => Examples / (Run.Time.TotalSeconds * Processors);

    private double Mean(Func<StepRecord, double> quantity, double from, double to)
    {
        double[] known = [.. Run.Steps.Select(quantity).Where(double.IsFinite)];
        int first = (int)(from * known.Length), end = Math.Max(first + 1, (int)(to * known.Length));
        return known.Length == 0 ? double.NaN : known[first..Math.Min(end, known.Length)].Average();
    }
}

/// <summary>An evidence that compares trainings.</summary>
internal interface ITrialEvidence : IEvidence
{
    IReadOnlyList<Trial> Trials(int seed, bool smoke);
}

/// <summary>A training step of a trial, whose memory is measured in a process of its own.</summary>
internal static class TrialStep
{
    public const string Kind = "trial";

    /// <param name="arguments">Evidence, trial, seed, and whether at smoke size.</param>
    /// <param name="output">Where to print the peak, in MB.</param>
    public static void Measure(IReadOnlyList<string> arguments, TextWriter output)
    {
        var evidence = (ITrialEvidence)EvidenceList.Named(arguments[0])[0];
        Trial trial = evidence.Trials(int.Parse(arguments[2], System.Globalization.CultureInfo.InvariantCulture), bool.Parse(arguments[3])).Single(one => one.Name == arguments[1]);
        using TrainingTask task = trial.Create();
        task.Model.train();
        int step = 1;
        while (!task.Solves(step)) step++;
        foreach (IEquilibriumLayer layer in task.Model.EquilibriumLayers())
            layer.Options = trial.Training.Gamma > 0 ? layer.Options with { JacobianGamma = trial.Training.Gamma, JacobianFrequency = 1 } : layer.Options with { JacobianGamma = 0 };
        output.WriteLine(PeakMemory.While(() =>
        {
            using DisposeScope scope = torch.NewDisposeScope();
            torch.Tensor loss = task.NextBatch(step).Loss;
            if (trial.Training.Gamma > 0) loss = loss + task.Model.JacobianPenalty();
            loss.BackwardOrThrow();
            task.Model.zero_grad();
        }).ToString(System.Globalization.CultureInfo.InvariantCulture));
    }
}
