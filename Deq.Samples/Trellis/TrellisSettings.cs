using System.Text.Json.Serialization;

namespace Deq.Samples.Trellis;

/// <summary>The form of a TrellisNet.</summary>
internal sealed record TrellisSettings
{
    /// <summary>Channels H of the hidden state and of the cell state.</summary>
    public int Hidden { get; init; } = 128;

    /// <summary>Taps of the causal convolution over time; the papers use 2.</summary>
    public int Kernel { get; init; } = 2;

    /// <summary>
    /// Positions from a tap to the next, and over which the cell state carries on, at least 1: TrellisNet's (Bai, Kolter, Koltun 2019b), which
    /// its language models leave at 1.
    /// </summary>
    public int Dilation { get; init; } = 1;

    /// <summary>Added to the forget gates' bias at the start; 1 or more lets a cell state last (Gers, Schmidhuber, Cummins 2000).</summary>
    public double ForgetBias { get; init; }

    /// <summary>Probability that a weight of the convolutions' earlier taps is dropped in training.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public double WeightDropout { get; init; }

    /// <summary>Positions before its own that an application sees.</summary>
    [JsonIgnore]
    public int Reach => (Kernel - 1) * Dilation;
}
