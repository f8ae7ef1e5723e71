using System.Diagnostics;
using Deq.Samples.Data;
using Deq.Samples.Progress;
using Deq.Samples.Report;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Deq.Samples.Training;

/// <summary>
/// Trains one model, whichever it is: learning rate, clipped gradients, the Jacobian penalty where it is drawn, validation now and then,
/// records of every step, checkpoints, and an orderly end when something goes wrong or somebody asks for it.
/// </summary>
/// <param name="task">The model and its data.</param>
/// <param name="settings">How to train.</param>
/// <param name="view">Shows how it goes.</param>
/// <param name="plan">Where to save; null for nowhere.</param>
/// <param name="stop">Ends the training after the step it is at.</param>
internal sealed class TrainingLoop(TrainingTask task, TrainingSettings settings, ITrainingView view, CheckpointPlan? plan = null, CancellationToken stop = default)
{
    private const double MiB = 1 << 20;

    /// <summary>Products of the power method at a look at the validation data; more than the few digits of a chart need.</summary>
    private const int RadiusIterations = 60;
    private const double RadiusTolerance = 1e-2;

    private readonly IEquilibriumLayer[] layers = [.. task.Model.EquilibriumLayers()];
    private readonly Stopwatch sinceShown = new(), sinceSaved = Stopwatch.StartNew();
    private readonly List<StepRecord> recent = [];
    private readonly StepOptions options = new(task, settings);
    private int savedAt = -1;
    private TimeSpan before;

    /// <returns>The run from its first step, those before a resumption included.</returns>
    /// <exception cref="TrainingFailedException">Loss, gradient or solves are not finite, or the solves diverge. The last checkpoint is as it was.</exception>
    /// <exception cref="TrainingInterruptedException">The training was asked to stop and has written its checkpoint.</exception>
    /// <exception cref="SampleException">All steps would be pre-training.</exception>
    public RunRecord Train()
    {
        Pretraining.Check(task.PretrainSteps, settings.Steps);
        using OptimizerHelper optimizer = task.CreateOptimizer(settings.LearningRate);
        TrainingProgress progress = Begin(optimizer);
        var rate = new LearningRate(settings.LearningRate, settings.WarmUpSteps, settings.Steps, settings.LastShare);
        int between = Math.Max(1, (settings.Steps + settings.Validations - 1) / Math.Max(1, settings.Validations));
        task.Model.train();

        while (progress.Step < settings.Steps)
        {
            if (stop.IsCancellationRequested) Interrupt(optimizer, progress);
            StepRecord record = Step(optimizer, rate.At(progress.Step + 1), progress);
            progress.Steps.Add(record);
            Show(record, progress);
            if (record.Step % between == 0 || record.Step == settings.Steps) Validate(record, progress);
            if (SaveIsDue(record.Step)) Save(optimizer, progress);
        }

        // A model that a failure or a resumption at the last step left untouched is saved already.
        if (plan is not null && savedAt != progress.Step) Save(optimizer, progress);
        return RecordOf(progress);
    }

    private RunRecord RecordOf(TrainingProgress progress) => new(task.Name, progress.Steps, progress.Validations) { Time = progress.Time, TimeBefore = before };

    private TrainingProgress Begin(OptimizerHelper optimizer)
    {
        TrainingProgress progress = new();
        if (plan is { Resume: true } && File.Exists(plan.File))
        {
            progress = TrainingCheckpoint.Load(plan.File, task, settings, optimizer);
            (savedAt, before) = (progress.Step, progress.Time);
            view.Say($"{task.Name}: goes on after step {Format.Count(progress.Step)} of {Format.Count(settings.Steps)}");
        }

        // An optimiser passes over a parameter without gradient, and moves on one whose gradient is zero: which of both a parameter
        // has that a batch does not reach must not depend on whether the training was stopped since it was last reached.
        foreach (Parameter parameter in task.Model.parameters()) parameter.grad = zeros_like(parameter).DetachFromDisposeScope();
        return progress;
    }

    private StepRecord Step(OptimizerHelper optimizer, double rate, TrainingProgress progress)
    {
        int step = progress.Step + 1;
        long began = Stopwatch.GetTimestamp();
        using DisposeScope scope = NewDisposeScope();
        bool solves = task.Solves(step);
        options.Apply(layers, step);
        optimizer.zero_grad();

        BatchLoss batch;
        double penalty = double.NaN;
        try
        {
            batch = task.NextBatch(step);
            Tensor total = batch.Loss;
            if (solves && options.Gamma > 0)
            {
                Tensor drawn = task.Model.JacobianPenalty();
                double value = drawn.ToDouble();
                // Exactly zero where this step drew none.
                if (value != 0) (penalty, total) = (value, total + drawn);
            }

            total.BackwardOrThrow();
        }
        catch (EquilibriumException exception)
        {
            throw Failure(step, exception.Message, progress, exception);
        }

        // Before parameters change: what a checkpoint holds was good.
        double norm = Norm();
        double loss = batch.Loss.ToDouble();
        ThrowUnlessSound(step, loss, norm, solves, progress);
        foreach (optim.ILearningRateController group in optimizer.ParamGroups) group.LearningRate = rate;
        optimizer.step();

        TimeSpan spent = Stopwatch.GetElapsedTime(began);
        progress.Time += spent;
        return Statistics(solves) with
        {
            Step = step,
            Examples = progress.Examples + batch.Examples,
            Loss = loss,
            Score = batch.Score,
            Penalty = penalty,
            GradientNorm = norm,
            LearningRate = rate,
            ExamplesPerSecond = batch.Examples / spent.TotalSeconds,
            Seconds = progress.Time.TotalSeconds,
            Memory = Environment.WorkingSet / MiB,
        };
    }

    private double Norm() => nn.utils.clip_grad_norm_(task.Model.parameters(), double.IsInfinity(settings.Clip) ? double.MaxValue : settings.Clip);

    private StepRecord Statistics(bool solves)
    {
        StepRecord record = new() { Step = 0, Examples = 0, Loss = double.NaN };
        SolveStatistics[] forward = solves ? [.. layers.Select(layer => layer.Statistics.Forward).OfType<SolveStatistics>()] : [];
        SolveStatistics[] backward = solves ? [.. layers.Select(layer => layer.Statistics.Backward).OfType<SolveStatistics>()] : [];
        if (forward.Length > 0) record = record with { ForwardEvaluations = forward.Sum(solve => solve.Evaluations), ForwardResidual = forward.Average(solve => solve.SampleResidual.Average()) };
        if (backward.Length > 0) record = record with { BackwardEvaluations = backward.Sum(solve => solve.Evaluations), BackwardResidual = backward.Average(solve => solve.SampleResidual.Average()) };
        return record;
    }

    private void ThrowUnlessSound(int step, double loss, double norm, bool solves, TrainingProgress progress)
    {
        SolveStatistics? gravest = solves ? SolveWatch.Gravest(layers) : null;
        if (gravest?.Outcome == SolveOutcome.NotFinite) throw Failure(step, SolveWatch.Describe(gravest), progress);
        if (!double.IsFinite(loss) || !double.IsFinite(norm))
            throw Failure(step, $"the loss is {loss} and the norm of its gradient {norm}{(gravest is null ? "" : $"; {SolveWatch.Describe(gravest)}")}", progress);

        progress.Diverged = gravest is not null && SolveWatch.Diverges(gravest) ? progress.Diverged + 1 : 0;
        if (progress.Diverged >= SolveWatch.Patience)
            throw Failure(step, $"{SolveWatch.Describe(gravest!)}; it has diverged for {SolveWatch.Patience} steps one after another", progress);
    }

    private TrainingFailedException Failure(int step, string what, TrainingProgress progress, Exception? inner = null)
    {
        string residuals = string.Join(' ', progress.Steps.TakeLast(5).Select(record => Format.Small(record.ForwardResidual)));
        return new TrainingFailedException(
            step,
            $"{task.Name}: training ended at step {step}: {what.TrimEnd('.')}." +
            (residuals.Trim('-', ' ').Length == 0 ? "" : $" Residuals of the steps before: {residuals}.") +
            $"{Kept()} Try a smaller --learning-rate, a stronger clip, or --gamma above 0.",
            inner)
        {
            Run = RecordOf(progress),
        };
    }

    private string Kept() => plan is null ? "" : File.Exists(plan.File) && savedAt >= 0 ? $" The checkpoint of step {savedAt} is kept: {plan.File}." : " There is no checkpoint yet.";

    private void Show(StepRecord record, TrainingProgress progress)
    {
        recent.Add(record);
        if (sinceShown.IsRunning && sinceShown.Elapsed < view.Interval && record.Step != settings.Steps) return;
        TimeSpan left = progress.Time / record.Step * (settings.Steps - record.Step);
        view.Show(new ProgressRecord(task.Name, task.Solves(record.Step) ? "training" : "pre-training", settings.Steps, StepMeans.Of(recent), left) { Scale = new Scale(task.Measure, task.Unit) });
        recent.Clear();
        sinceShown.Restart();
    }

    private void Validate(StepRecord record, TrainingProgress progress)
    {
        options.Restore(layers);
        var validation = new ValidationRecord(record.Step, record.Examples, task.Evaluate(), Radius());
        progress.Validations.Add(validation);
        view.Validated(task.Name, task.Measure, validation);
    }

    /// <summary>The largest spectral radius over the probe's samples and the layers.</summary>
    private double Radius()
    {
        if (task.Probe is not { } probe || layers.Length == 0) return double.NaN;
        using DisposeScope scope = NewDisposeScope();
        task.Model.eval();
        try
        {
            return layers.Max(layer => SpectralRadius.Of(layer, probe, RadiusIterations, RadiusTolerance).DefaultIfEmpty(double.NaN).Max());
        }
        finally
        {
            task.Model.train();
        }
    }

    private bool SaveIsDue(int step) => plan is not null
        && (sinceSaved.Elapsed >= plan.Interval || (plan.EverySteps > 0 && step % plan.EverySteps == 0));

    /// <exception cref="SampleException">It cannot be written; the one before, if there is one, is as it was.</exception>
    private void Save(OptimizerHelper optimizer, TrainingProgress progress)
    {
        CheckpointPlan place = plan!;
        bool replaces = savedAt < 0 && File.Exists(place.File);
        try
        {
            TrainingCheckpoint.Save(place.File, task, settings, optimizer, progress, replaced: replaces ? place.Previous : null);
        }
        catch (DataFileException exception)
        {
            throw new SampleException(
                $"{task.Name}: the checkpoint of step {progress.Step} could not be written, so the training ended there: {exception.Message.TrimEnd('.')}.{Kept()} " +
                "Make room, or whatever it lacks; the same command with --resume then goes on", exception);
        }

        if (replaces) view.Say($"{task.Name}: the checkpoint of an earlier training was there; it is kept as {place.Previous}");
        savedAt = progress.Step;
        sinceSaved.Restart();
    }

    private void Interrupt(OptimizerHelper optimizer, TrainingProgress progress)
    {
        // A model that no step has changed is nothing to keep, and must not take the place of one that is.
        if (progress.Step == 0) throw new TrainingInterruptedException($"{task.Name}: stopped before its first step, so there is nothing of it to save; the same command with --resume begins there");
        if (plan is not null && savedAt != progress.Step) Save(optimizer, progress);
        throw new TrainingInterruptedException(
            $"{task.Name}: stopped after step {progress.Step} of {settings.Steps}" + (plan is null ? "" : $"; {plan.File} holds it: the same command with --resume goes on"));
    }
}
