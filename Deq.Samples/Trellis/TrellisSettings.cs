namespace Deq.Samples.Trellis;

/// <summary>The form of a DEQ-TrellisNet.</summary>
internal sealed record TrellisSettings
{
    /// <summary>Channels of the input.</summary>
    public int Inputs { get; init; } = 128;

    /// <summary>Channels H of the hidden state and of the cell state.</summary>
    public int Width { get; init; } = 128;

    /// <summary>Taps of the causal convolution over time; the papers use 2.</summary>
    public int Kernel { get; init; } = 2;

    public bool WeightNorm { get; init; } = true;

    /// <summary>Variational dropout of the hidden state's channels, one mask a solve and a sequence.</summary>
    public double Dropout { get; init; }
}
