using System.Text.Json.Serialization;
using Deq.Samples.Images;

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

/// <summary>What stands in place of the equilibrium.</summary>
internal enum ScalesForm
{
    /// <summary>The equilibrium itself.</summary>
    Equilibrium,

    /// <summary>The same cell, weight-tied, applied a number of times and back-propagated through.</summary>
    Tied,

    /// <summary>Cells with weights of their own, one after the other.</summary>
    Stacked,
}

/// <summary>The form of a multiscale model; the defaults are those of the preset <c>quick</c>.</summary>
internal sealed record MdeqSettings : IImageForm<MdeqSettings>
{
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

    public ScalesForm Form { get; init; } = ScalesForm.Equilibrium;

    /// <summary>Applications or layers where <see cref="Form"/> is no equilibrium.</summary>
    public int Layers { get; init; }

    [JsonIgnore]
    public int Side => Input.Height;

    public MdeqSettings For(ImageShape input, int classes) => this with { Input = input, Classes = classes };

    /// <summary>
    /// The twin of stacked layers has channels so narrow that its parameters are about as many as the equilibrium's.
    /// </summary>
    public MdeqSettings Explicit(int layers, bool tied)
    {
        MdeqSettings twin = this with { Form = tied ? ScalesForm.Tied : ScalesForm.Stacked, Layers = layers };
        if (tied) return twin;
        long wanted = Count(this);
        // Channels may be any multiple of the groups; where they get narrow, smaller groups leave a finer choice.
        const int least = 2;
        IEnumerable<MdeqSettings> candidates =
            from step in Enumerable.Range(1, Channels[0] / least)
            let channels = (int[])[.. Channels.Select(given => given * step * least / Channels[0])]
            where channels.All(given => given % least == 0 && given >= least)
            select twin with { Channels = channels, Groups = Groups > least ? least : Groups };
        return candidates.Append(twin).MinBy(candidate => Math.Abs(Count(candidate) - wanted))!;

        static long Count(MdeqSettings settings)
        {
            using ImageClassifier model = settings.Build();
            return model.ParameterCount;
        }
    }

    public ImageClassifier Build() => new MdeqClassifier(this);

    /// <exception cref="SampleException">Settings that do not fit together.</exception>
    public void Check()
    {
        if (Channels.Count is < 2 or > 4)
            throw new SampleException($"--channels names {Channels.Count} scale(s), allowed are 2 to 4");
        if (Channels.FirstOrDefault(channels => channels % Groups != 0) is > 0 and int odd)
            throw new SampleException($"--channels {odd} cannot be shared by {Groups} groups: choose multiples of {Groups}");
        if (HeadChannels is not null && HeadChannels.Count != Channels.Count)
            throw new SampleException($"the head has {HeadChannels.Count} widths and the model {Channels.Count} scales: give one for each");
        int coarsest = 1 << (Downsamplings + Channels.Count - 1);
        if (Math.Min(Input.Height, Input.Width) < coarsest)
            throw new SampleException($"images of {Input.Height} x {Input.Width} cannot be halved {Downsamplings + Channels.Count - 1} times: use fewer scales");
        if (Form != ScalesForm.Equilibrium && Layers < 1)
            throw new SampleException("an explicit model needs at least one layer");
    }
}
