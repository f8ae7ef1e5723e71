using System.Diagnostics;
using Deq.Samples.Data;
using Deq.Samples.Progress;
using Deq.Samples.Report;
using TorchSharp;
using static TorchSharp.torch;

namespace Deq.Samples.Transformer;

/// <summary>
/// Trains one model: Adam with warm-up and cosine, clipped gradients, first some steps of shallow pre-training,
/// the Jacobian penalty where it is drawn, validation now and then.
/// </summary>
internal sealed class Trainer(string name, LanguageModel model, TransformerSettings settings, ITrainingView view)
{
    // The papers' for Transformers (Vaswani et al. 2017, section 5.3).
    private const double Beta1 = 0.9, Beta2 = 0.98;

    /// <summary>Applications of the block in pre-training (DEQ paper, appendix).</summary>
    private const int PretrainApplications = 2;

    /// <summary>
    /// While training, the validation split is looked at so often, at so many stretches of so many words spread over it:
    /// a look at all of it takes as long as many steps, and its beginning alone is one author's text.
    /// </summary>
    private const int Validations = 10, Stretches = 8, StretchWords = 2048;

    private readonly int steps = settings.TotalSteps;

    // The twin has no equilibrium: nothing to pre-train and no Jacobian to penalise.
    private readonly int pretrainSteps = model.Equilibrium is null ? 0 : settings.PretrainSteps;
    private readonly double gamma = model.Equilibrium is null ? 0 : settings.Gamma;

    /// <exception cref="SampleException">The loss is no longer finite.</exception>
    public RunRecord Train(Corpus corpus)
    {
        var records = new List<StepRecord>(steps);
        var validations = new List<ValidationRecord>();
        var recent = new List<StepRecord>();
        int[] glimpse = Glimpse(corpus.Validation);
        int between = (steps + Validations - 1) / Validations;

        using optim.Optimizer optimizer = optim.Adam(model.parameters(), settings.LearningRate, Beta1, Beta2);
        var rate = new LearningRate(settings.LearningRate, settings.WarmUpSteps, steps);
        var sinceShown = Stopwatch.StartNew();
        var training = new Stopwatch();
        model.train();

        using IEnumerator<Segment> segments =
            Segments.Shuffled(corpus.Train, settings.Batch, model.Sequence, settings.Seed).GetEnumerator();
        for (int step = 1; step <= steps && segments.MoveNext(); step++)
        {
            SetPhase(step);
            training.Start();
            TimeSpan before = training.Elapsed;
            StepRecord record = Step(optimizer, rate.At(step), segments.Current, step);
            training.Stop();
            record = record with
            {
                Tokens = (records.LastOrDefault()?.Tokens ?? 0) + segments.Current.Tokens,
                TokensPerSecond = segments.Current.Tokens / (training.Elapsed - before).TotalSeconds,
            };
            records.Add(record);
            recent.Add(record);

            if (sinceShown.Elapsed >= view.Interval || step == 1 || step == steps)
            {
                view.Show(new ProgressRecord(name, Phase(step), steps, StepMeans.Of(recent), Left(training.Elapsed, step)));
                recent.Clear();
                sinceShown.Restart();
            }

            if (step % between == 0 || step == steps)
            {
                var validation = new ValidationRecord(
                    step, record.Tokens, Evaluation.Measure(model, glimpse).Perplexity);
                validations.Add(validation);
                view.Validated(name, validation);
            }
        }

        return new RunRecord(name, records, validations) { Time = training.Elapsed };
    }

    private static int[] Glimpse(int[] text) => text.Length <= Stretches * StretchWords
        ? text
        : [.. Enumerable.Range(0, Stretches).SelectMany(stretch => text.Skip((int)((long)text.Length * stretch / Stretches)).Take(StretchWords))];

    private string Phase(int step) => step <= pretrainSteps ? "pre-training" : "training";

    private void SetPhase(int step)
    {
        if (model.Equilibrium is { } equilibrium)
            equilibrium.StackedApplications = step <= pretrainSteps ? PretrainApplications : 0;
    }

    private StepRecord Step(optim.Optimizer optimizer, double rate, Segment segment, int step)
    {
        using DisposeScope scope = NewDisposeScope();
        optimizer.zero_grad();
        (Tensor words, Tensor next) = segment.ToTensors();
        Tensor loss = model.Loss(words, next), total = loss;
        double penalty = double.NaN;
        if (gamma > 0 && step > pretrainSteps)
        {
            Tensor drawn = model.JacobianPenalty();
            double value = drawn.item<float>();
            // Exactly zero where this step drew none.
            if (value != 0) (penalty, total) = (value, loss + drawn);
        }

        total.BackwardOrThrow();
        double norm = nn.utils.clip_grad_norm_(model.parameters(), settings.Clip);
        double nats = loss.item<float>();
        if (!double.IsFinite(nats) || !double.IsFinite(norm))
        {
            throw new SampleException(
                $"{name}: at step {step} the loss is {nats} and the norm of its gradient {norm}: try a smaller --learning-rate, or --gamma above 0");
        }

        foreach (optim.ILearningRateController group in optimizer.ParamGroups) group.LearningRate = rate;
        optimizer.step();

        EquilibriumStatistics? statistics = step > pretrainSteps ? model.EquilibriumLayers().FirstOrDefault()?.Statistics : null;
        return new StepRecord
        {
            Step = step,
            Tokens = segment.Tokens,
            Loss = nats,
            ForwardEvaluations = statistics?.Forward?.Evaluations ?? double.NaN,
            BackwardEvaluations = statistics?.Backward?.Evaluations ?? double.NaN,
            ForwardResidual = statistics?.Forward?.SampleResidual.Average() ?? double.NaN,
            BackwardResidual = statistics?.Backward?.SampleResidual.Average() ?? double.NaN,
            Penalty = penalty,
            GradientNorm = norm,
            LearningRate = rate,
        };
    }

    private TimeSpan Left(TimeSpan spent, int step) => spent / step * (steps - step);
}
