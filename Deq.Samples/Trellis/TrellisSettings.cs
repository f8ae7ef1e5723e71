namespace Deq.Samples.Trellis;

/// <summary>The form of a TrellisNet.</summary>
internal sealed record TrellisSettings
{
    /// <summary>Channels H of the hidden state and of the cell state.</summary>
    public int Hidden { get; init; } = 128;

    /// <summary>Taps of the causal convolution over time; the papers use 2.</summary>
    public int Kernel { get; init; } = 2;
}
