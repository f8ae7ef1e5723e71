using System.Text.Json.Serialization;
using Deq.Samples.Images;
using Deq.Samples.Language;
using Deq.Samples.Training;

namespace Deq.Samples.RevDeq;

/// <summary>The form of a multi-scale implicit ResNet; the defaults are those of the preset <c>quick</c>.</summary>
internal sealed record RevDeqSettings : IImageForm<RevDeqSettings>
{
    /// <summary>Weights of a 3 x 3 convolution, for each channel in and out.</summary>
    private const double Kernel = 9;

    private const int MostSteps = 1000;

    /// <summary>What the model is given.</summary>
    public ImageShape Input { get; init; } = new(1, 28, 28);

    public int Classes { get; init; } = 10;

    /// <summary>Channels of the stages; each but the first begins by halving the resolution.</summary>
    public IReadOnlyList<int> Channels { get; init; } = [16, 32];

    /// <summary>How many times wider the cell of each stage is inside.</summary>
    public IReadOnlyList<int> Widths { get; init; } = [1, 1];

    /// <summary>Whether the first convolution halves the resolution.</summary>
    public bool SmallStem { get; init; } = true;

    /// <summary>Channels that a group of the normalisations has.</summary>
    public int ChannelsPerGroup { get; init; } = 4;

    /// <summary>b of the reversible iteration.</summary>
    public double Beta { get; init; } = 0.8;

    /// <summary>Most steps of a solve, two evaluations each.</summary>
    public int Steps { get; init; } = 4;

    public double Tolerance { get; init; } = 1e-6;

    public ModelKind Kind { get; init; }

    /// <summary>Applications or layers of a stage where <see cref="Kind"/> is no equilibrium.</summary>
    public int Layers { get; init; }

    [JsonIgnore]
    public int Side => Input.Height;

    public RevDeqSettings For(ImageShape input, int classes) => this with { Input = input, Classes = classes };

    public RevDeqSettings Explicit(int layers, bool tied)
    {
        RevDeqSettings twin = this with { Kind = tied ? ModelKind.Tied : ModelKind.Stacked, Layers = layers };
        return tied ? twin : NarrowTwin.Of(this, Channels, channels => twin with { Channels = channels, ChannelsPerGroup = NarrowTwin.Step });
    }

    public ImageClassifier Build() => new RevDeqClassifier(this);

    public double LeastParameters()
    {
        double all = Kernel * Input.Channels * Channels[0] + (double)Channels[^1] * Classes;
        for (int stage = 0; stage < Channels.Count; stage++)
        {
            double channels = Channels[stage];
            all += (Kind == ModelKind.Stacked ? Layers : 1) * Kernel * 2 * channels * channels * Widths[stage];
            if (stage > 0) all += channels * ((Kernel + 1) * Channels[stage - 1] + Kernel * channels);
        }

        return all;
    }

    /// <exception cref="SampleException">Settings that do not fit together.</exception>
    public void Check()
    {
        if (ChannelsPerGroup < 1 || Classes < 1 || Channels.Concat(Widths).Any(channels => channels < 1))
            throw new SampleException("channels, widths, groups and classes are 1 at the least");
        if (Steps is < 1 or > MostSteps) throw new SampleException($"--solver-steps {Steps} is not from 1 to {MostSteps}");
        Input.Check();
        if (Channels.Count < 1 || Channels.Count != Widths.Count)
            throw new SampleException($"--channels names {Channels.Count} stages and --widths {Widths.Count}: give one width for each stage");
        if (Channels.FirstOrDefault(channels => channels % ChannelsPerGroup != 0) is > 0 and int odd)
            throw new SampleException($"--channels {odd} is no multiple of the {ChannelsPerGroup} channels of a group");
        ReversibleForm.CheckBeta(Beta);
        int halvings = Channels.Count - 1 + (SmallStem ? 1 : 0);
        if (halvings > 30 || Math.Min(Input.Height, Input.Width) < 1 << halvings)
            throw new SampleException($"images of {Input.Height} x {Input.Width} cannot be halved {halvings} times: use fewer stages");
        TwinPlan.Check(Kind != ModelKind.Equilibrium ? Layers : 1);
    }
}
