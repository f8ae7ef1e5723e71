using System.Globalization;
using Deq.Samples.Progress;
using Deq.Samples.Report;
using Deq.Samples.Training;
using static TorchSharp.torch;

namespace Deq.Samples.Synthetic;

/// <summary>All that decides a run of <c>synthetic train</c>.</summary>
internal sealed record SyntheticSettings
{
    public IReadOnlyList<double> Gammas { get; init; } = [0, 1, 2, 4];

    public LinearTerm Term { get; init; } = LinearTerm.Minus;

    public int Hidden { get; init; } = CubicLayer.PaperHidden;

    public int Epochs { get; init; } = 30;

    public int Batch { get; init; } = 64;

    public double LearningRate { get; init; } = 5e-3;

    public double Frequency { get; init; } = 0.4;

    /// <summary>
    /// Most evaluations of a solve, and products of the adjoint's. Twice the paper's: at this learning rate the paper's six lose the equilibrium of a steep f
    /// now and then, and what is learnt from such a value leads away from the fit (of seeds 1 to 5, two at gamma 1 and two at gamma 2).
    /// </summary>
    public int Limit { get; init; } = 12;

    /// <summary>Largest norm of the gradient; without a limit, the models without penalty run away now and then.</summary>
    public double Clip { get; init; } = 1;

    public int Seed { get; init; } = 1;

    public string Output { get; init; } = Path.Combine("runs", "synthetic");

    public bool Resume { get; init; }

    public int CheckpointEvery { get; init; }

    public Device Device { get; init; } = CPU;

    /// <summary>
    /// The paper's: 50 epochs at 1e-3, gradients as they are, six evaluations. They come to no fit here. From weights of 0.1 so small a rate needs five times as
    /// many epochs (at gamma 4, seed 1, 12 evaluations and clipped: an error of 0.127 after 50, 0.057 after 250); on the way f is so steep, |J| near 1, that six
    /// evaluations often miss the equilibrium, and where gradients are not clipped one such step undoes what was learnt. Whatever the paper does
    /// otherwise, it does not print.
    /// </summary>
    public static SyntheticSettings Paper { get; } = new() { Epochs = 50, LearningRate = 1e-3, Clip = double.PositiveInfinity, Limit = CubicLayer.PaperLimit };

    public int Steps => Epochs * (CubicPairs.Training / Batch);

    public TrainingSettings Training(double gamma) => new()
    {
        Seed = Seed,
        Steps = Steps,
        LearningRate = LearningRate,
        LastShare = 0,
        Clip = Clip,
        Gamma = gamma,
        Frequency = Frequency,
    };
}

/// <summary>The whole of <c>synthetic train</c>: the same regression once for each gamma, and their surfaces side by side.</summary>
internal sealed class SyntheticRun(SyntheticSettings settings, ITrainingView view, CancellationToken stop = default)
{
    private static readonly Scale Pairs = new(Measure.SquaredError, "pairs") { Extra = ["mean |J|", "iterations to 1e-3"] };

    /// <returns>One row for each gamma.</returns>
    /// <exception cref="TrainingFailedException">A training diverged. The others are trained, and the report written of them, all the same.</exception>
    public IReadOnlyList<ResultRow> Run(string command, IReadOnlyList<KeyValuePair<string, string>> described)
    {
        using OutputFolder held = OutputFolder.Hold(settings.Output);
        var rows = new List<ResultRow>();
        var runs = new List<RunRecord>();
        var drawings = new List<Drawing>();
        TrainingFailedException? failure = null;
        foreach (double gamma in settings.Gammas)
        {
            // The same start for each: only gamma differs.
            manual_seed(settings.Seed);
            using var task = new CubicTask(new CubicDescription(settings.Hidden, settings.Term, settings.Batch, gamma, settings.Limit), settings.Seed, settings.Device);
            var plan = CheckpointPlan.Of(settings.Output, $"{task.Name.Replace(' ', '-')}.deq", settings.Resume, settings.CheckpointEvery, task.Name, view);
            var loop = new TrainingLoop(task, settings.Training(gamma), view, plan, stop);
            RunRecord? run = null;
            try
            {
                view.During(() => run = loop.Train());
            }
            catch (TrainingFailedException exception) when (settings.Gammas.Count > 1)
            {
                // That it happens without the penalty is what the others are compared with.
                view.Say(exception.Message);
                failure ??= exception;
                if (exception.Run is { Steps.Count: > 0 } begun) runs.Add(begun);
                rows.Add(new ResultRow($"{task.Name}, stopped at step {exception.Step}")
                {
                    Parameters = task.Layer.parameters().Sum(parameter => parameter.numel()),
                    Test = double.NaN,
                });
                continue;
            }

            TrainingInterruptedException.ThrowWhileEvaluating(stop);
            CubicFindings findings = task.Examine();
            runs.Add(run!);
            rows.Add(new ResultRow(task.Name)
            {
                Parameters = task.Layer.parameters().Sum(parameter => parameter.numel()),
                Test = findings.Error,
                Examples = run!.Steps[^1].Examples,
                ExamplesPerSecond = run.Steps[^1].Examples / run.Time.TotalSeconds,
                Time = run.Time,
                Extra = [findings.Slope.ToString("0.000", CultureInfo.InvariantCulture), findings.Iterations.ToString("0.0", CultureInfo.InvariantCulture)],
            });
            drawings.Add(SurfaceDrawing.Of(task.Name, Surface.Of(task), findings));
            TrainingInterruptedException.ThrowWhileEvaluating(stop);
        }

        view.Results(rows, Pairs);
        string report = ReportFiles.Write(settings.Output, new ReportContent
        {
            Title = "A regression by an equilibrium",
            Subtitle = $"y = 1.5 x³ + x² {(settings.Term == LinearTerm.Minus ? "-" : "+")} 5x + 2 sin x - 3 + noise, learnt as z* = f(z*; x) with {settings.Hidden} hidden units (Bai, Koltun, Kolter 2021, section 5.1): the Jacobian penalty flattens f along z. The noise alone has a mean square of 0.05.",
            Command = command,
            Scale = Pairs,
            Results = rows,
            Runs = runs,
            Settings = described,
            Drawings = drawings,
            Date = DateTimeOffset.UtcNow,
        });
        view.Say($"report: {report}");
        return failure is null ? rows : throw failure;
    }
}
