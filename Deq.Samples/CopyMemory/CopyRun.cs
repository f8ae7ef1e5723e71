using System.Diagnostics;
using Deq.Samples.Language;
using Deq.Samples.Progress;
using Deq.Samples.Report;
using Deq.Samples.Training;
using static TorchSharp.torch;

namespace Deq.Samples.CopyMemory;

/// <summary>The whole of <c>copy-memory train</c>: the equilibrium model, then an LSTM of equal parameters and tied layers, side by side.</summary>
internal sealed class CopyRun(string preset, string name, CopySettings settings, ITrainingView view, CancellationToken stop = default)
{
    private static readonly Scale Sequences = new(Measure.CrossEntropy, "sequences") { Extra = ["recalled"] };

    private readonly List<ResultRow> rows = [];
    private readonly List<RunRecord> runs = [];

    /// <param name="command">The command line that repeats the run, for the report.</param>
    /// <param name="lstm">Whether to train the LSTM as well.</param>
    /// <param name="tiedLayers">Applications of the cell in a twin of tied layers; 0 for none.</param>
    /// <returns>A line for each model.</returns>
    public IReadOnlyList<ResultRow> Run(string command, bool lstm, int tiedLayers)
    {
        // Whatever is wrong with settings is said before anything is written.
        OutputFolder.Check(settings.Output);
        settings.Check();
        Pretraining.Check(settings.PretrainSteps, settings.Steps);
        var form = new CopyForm { Body = settings.Body };
        using OutputFolder held = OutputFolder.Hold(settings.Output);
        rows.Add(new ResultRow("no memory") { Test = new CopySequences(settings.Delay, settings.Seed).MemorylessLoss });
        Train(name, form, "model.deq");
        if (lstm) Train("LSTM", OfEqualSize(form), "lstm.deq");
        if (tiedLayers > 0)
        {
            var twin = new TwinPlan(tiedLayers, Tied: true);
            Train(twin.Name, form with { Body = Twin.Tied(settings.Body, tiedLayers) }, twin.File);
        }

        view.Results(rows, Sequences);
        string report = ReportFiles.Write(settings.Output, new ReportContent
        {
            Title = "Copy memory",
            Subtitle = $"Ten symbols, to be said again {settings.Delay} positions later (Bai, Kolter, Koltun 2019, section 4.1). Mean cross-entropy in nats over all {settings.Delay + 20} positions.",
            Command = command,
            Scale = Sequences,
            Results = rows,
            Runs = runs,
            Settings = SettingsTable.Of(preset, ("model", settings.Body), ("trellis", settings.Body.Trellis), ("reversible", settings.Body.Reversible), ("solve", settings.Solve), ("training", settings)),
            Date = DateTimeOffset.UtcNow,
        });
        view.Say($"report: {report}");
        return rows;
    }

    /// <summary>An LSTM with about as many parameters in all.</summary>
    public static CopyForm OfEqualSize(CopyForm form)
    {
        long wanted = Parameters(form);
        // The root of 4 w² + (4 inputs + 8 + alphabet) w + alphabet (inputs + 1) = wanted.
        double slope = 4.0 * form.Body.Width + 8 + CopySequences.Alphabet, missing = wanted - CopySequences.Alphabet * (form.Body.Width + 1.0);
        int width = Math.Max(1, (int)((Math.Sqrt(slope * slope + 16 * missing) - slope) / 8));
        (long below, long above) = (LstmParameters(form.Body.Width, width), LstmParameters(form.Body.Width, width + 1));
        return form with { Lstm = wanted - below <= above - wanted ? width : width + 1 };
    }

    /// <summary>Embedding, four gates with torch's two biases, output.</summary>
    private static long LstmParameters(long inputs, long width) =>
        CopySequences.Alphabet * inputs + 4 * width * (inputs + width + 2) + CopySequences.Alphabet * (width + 1);

    private static long Parameters(CopyForm form)
    {
        using var model = new CopyModel(form);
        return model.ParameterCount;
    }

    private void Train(string model, CopyForm form, string file)
    {
        manual_seed(settings.Seed);
        var watch = Stopwatch.StartNew();
        var description = new CopyDescription(form, settings.Solve, settings.Delay, settings.TrainSequences, settings.Batch, settings.PretrainSteps);
        using var task = new CopyTask(model, description, settings.Seed, settings.Device);
        settings.Solve.Apply(task.CopyModel, settings.Gamma, settings.Frequency);
        view.Say($"{model}: {Format.Count(task.CopyModel.ParameterCount)} parameters; {Format.Count(settings.Steps)} steps of {settings.Batch} sequences of {settings.Delay + 20}");
        var plan = CheckpointPlan.Of(settings.Output, file, settings.Resume, settings.CheckpointEvery, model, view);
        var loop = new TrainingLoop(task, settings.Training, view, plan, stop);
        RunRecord? run = null;
        view.During(() => run = loop.Train());
        task.CopyModel.UseStackedApplications(0);
        CopyFindings findings = task.Examine(settings.TestSequences, stop);
        runs.Add(run!);
        rows.Add(new ResultRow(model)
        {
            Parameters = task.CopyModel.ParameterCount,
            Test = findings.Loss,
            Examples = run!.Steps[^1].Examples,
            ExamplesPerSecond = run.Steps[^1].Examples / run.Time.TotalSeconds,
            Time = run.TimeBefore + watch.Elapsed,
            Extra = [Measure.Accuracy.Write(findings.Recalled)],
        });
    }
}
