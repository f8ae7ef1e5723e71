using System.Text.Json.Serialization;
using Deq.Samples.Images;
using Deq.Samples.Training;

namespace Deq.Samples.Mdeq;

/// <summary>Which f the multiscale model solves.</summary>
internal enum CellKind
{
    /// <summary>One convolution per scale: what two cores can train in minutes.</summary>
    SingleConvolution,

    /// <summary>The papers' residual block per scale and their fusion (Bai, Koltun, Kolter 2020).</summary>
    Residual,
}

/// <summary>The nonlinearity inside the cell.</summary>
internal enum Activation
{
    Relu,
    Softplus,
}

/// <summary>The form of a multiscale model; the defaults are those of the preset <c>quick</c>.</summary>
internal sealed record MdeqSettings : IImageForm<MdeqSettings>
{
    /// <summary>Weights of a 3 x 3 convolution, for each channel in and out.</summary>
    private const double Kernel = 9;

    /// <summary>What the model is given.</summary>
    public ImageShape Input { get; init; } = new(1, 28, 28);

    public int Classes { get; init; } = 10;

    /// <summary>Channels of the scales, each of half the resolution of the one before; 2 to 4.</summary>
    public IReadOnlyList<int> Channels { get; init; } = [16, 32];

    /// <summary>How often the resolution is halved before the first scale; 0 to 2.</summary>
    public int Downsamplings { get; init; } = 1;

    public CellKind Cell { get; init; } = CellKind.SingleConvolution;

    public Activation Activation { get; init; } = Activation.Relu;

    /// <summary>Groups of the normalisations inside the cell; a divisor of every scale's channels.</summary>
    public int Groups { get; init; } = 8;

    /// <summary>How many times wider the residual cell is inside.</summary>
    public int Expansion { get; init; } = 5;

    /// <summary>Variational dropout inside the residual cell, whole channels.</summary>
    public double Dropout { get; init; }

    /// <summary>Weight normalisation of the residual cell's convolutions.</summary>
    public bool WeightNorm { get; init; }

    /// <summary>Convolutions start from N(0, 0.01), as the papers' do.</summary>
    public bool SmallStart { get; init; }

    /// <summary>Channels of the head's bottlenecks, one per scale; null for pooled states and one linear map.</summary>
    public IReadOnlyList<int>? HeadChannels { get; init; }

    /// <summary>Channels before the linear map, with <see cref="HeadChannels"/>.</summary>
    public int FinalChannels { get; init; }

    public ModelKind Kind { get; init; }

    /// <summary>Applications or layers where <see cref="Kind"/> is no equilibrium.</summary>
    public int Layers { get; init; }

    [JsonIgnore]
    public int Side => Input.Height;

    public MdeqSettings For(ImageShape input, int classes) => this with { Input = input, Classes = classes };

    public MdeqSettings Explicit(int layers, bool tied)
    {
        MdeqSettings twin = this with { Kind = tied ? ModelKind.Tied : ModelKind.Stacked, Layers = layers };
        return tied ? twin : NarrowTwin.Of(this, Channels, channels => twin with { Channels = channels, Groups = Math.Min(Groups, NarrowTwin.Step) });
    }

    public ImageClassifier Build() => new MdeqClassifier(this);

    public double LeastParameters()
    {
        double cell = 0;
        for (int scale = 0; scale < Channels.Count; scale++)
        {
            double channels = Channels[scale];
            cell += Cell == CellKind.Residual
                ? Kernel * 2 * channels * channels * Expansion + channels * channels
                : Kernel * channels * (channels + Channels[Math.Max(0, scale - 1)]);
            for (int other = 0; other < Channels.Count; other++)
            {
                double from = Channels[other];
                if (other > scale) cell += from * channels;
                else if (other < scale) cell += Kernel * from * (from * (scale - other - 1) + channels);
            }
        }

        double stem = Kernel * Channels[0] * ((double)Input.Channels + Channels[0]), head = Channels.Sum(channels => (double)channels) * Classes;
        if (HeadChannels is { } widths)
        {
            head = FinalChannels * (4.0 * widths[^1] + Classes);
            for (int scale = 0; scale < widths.Count; scale++)
            {
                double width = widths[scale];
                head += 5 * Channels[scale] * width + (Kernel + 4) * width * width + (scale > 0 ? Kernel * 16 * width * widths[scale - 1] : 0);
            }
        }

        return stem + (Kind == ModelKind.Stacked ? Layers : 1) * cell + head;
    }

    /// <exception cref="SampleException">Settings that do not fit together.</exception>
    public void Check()
    {
        if (Groups < 1 || Expansion < 1 || Classes < 1 || Channels.Concat(HeadChannels ?? []).Any(channels => channels < 1))
            throw new SampleException("channels, groups, expansion and classes are 1 at the least");
        Input.Check();
        if (Channels.Count is < 2 or > 4)
            throw new SampleException($"--channels names {Channels.Count} scale(s), allowed are 2 to 4");
        if (Channels.FirstOrDefault(channels => channels % Groups != 0) is > 0 and int odd)
            throw new SampleException($"--channels {odd} cannot be shared by {Groups} groups: choose multiples of {Groups}");
        if (HeadChannels is not null && HeadChannels.Count != Channels.Count)
            throw new SampleException($"--head has {HeadChannels.Count} widths and the model {Channels.Count} scales: give one for each, or 'none' for pooled states");
        if (HeadChannels is not null && FinalChannels < 1)
            throw new SampleException("--head is the papers': take one of the presets that have it");
        if (Dropout > 0 && Cell != CellKind.Residual)
            throw new SampleException(FormattableString.Invariant($"--dropout {Dropout} would do nothing: the single-convolution cell has none; take --cell residual"));
        if (Downsamplings is < 0 or > Stem.MostDownsamplings)
            throw new SampleException($"the stem halves the resolution 0 to {Stem.MostDownsamplings} times, not {Downsamplings}");
        int coarsest = 1 << (Downsamplings + Channels.Count - 1);
        if (Math.Min(Input.Height, Input.Width) < coarsest)
            throw new SampleException($"images of {Input.Height} x {Input.Width} cannot be halved {Downsamplings + Channels.Count - 1} times: use fewer scales");
        TwinPlan.Check(Kind != ModelKind.Equilibrium ? Layers : 1);
    }
}
