using System.Globalization;
using Deq.Samples.Report;

namespace Deq.Samples.Training;

/// <summary>What a model is judged by on data that it was not trained on.</summary>
/// <param name="Name">In sentences and titles.</param>
/// <param name="Short">In columns.</param>
/// <param name="Caption">Its unit, for a chart.</param>
/// <param name="Logarithmic">Whether its chart has a logarithmic axis.</param>
/// <param name="Write">How a value is written.</param>
/// <param name="OfLoss">What a training loss is on this scale; null where the loss does not tell.</param>
internal sealed record Measure(string Name, string Short, string Caption, bool Logarithmic, Func<double, string> Write, Func<double, double>? OfLoss)
{
    /// <summary>exp of the mean cross-entropy of a word.</summary>
    public static Measure Perplexity { get; } = new("perplexity", "ppl", "per word, logarithmic", true, Format.Perplexity, Math.Exp);

    /// <summary>Share of the samples classified right, from 0 to 1, written in per cent.</summary>
    public static Measure Accuracy { get; } = new("accuracy", "acc", "share classified right", false, share => double.IsNaN(share) ? Format.Missing : (100 * share).ToString("0.0", CultureInfo.InvariantCulture) + "%", null);

    /// <summary>Mean squared error.</summary>
    public static Measure SquaredError { get; } = new("mean squared error", "mse", "logarithmic", true, error => Format.Decimal(error, "0.0000"), loss => loss);

    /// <summary>Mean cross-entropy in nats, where it is not of words.</summary>
    public static Measure CrossEntropy { get; } = new("cross-entropy", "nats", "in nats", true, nats => nats < 0.01 ? Format.Small(nats) : Format.Decimal(nats, "0.000"), loss => loss);

    /// <summary>A training step on this scale; NaN where it is not known.</summary>
    public double Of(StepRecord step) => double.IsNaN(step.Score) && OfLoss is not null ? OfLoss(step.Loss) : step.Score;
}
