namespace Deq.Samples.Language;

/// <summary>The explicit models that an equilibrium model stands beside.</summary>
internal static class Twin
{
    /// <summary>The same cell applied a number of times, with the very same parameters.</summary>
    public static ModelSettings Tied(ModelSettings settings, int layers) => settings with { TiedLayers = layers, Reversible = null };

    /// <summary>
    /// Layers with weights of their own and about as many parameters in all: a Transformer's feed-forward parts, or a TrellisNet's hidden states,
    /// are as wide as that allows.
    /// </summary>
    /// <exception cref="SampleException">So many layers have more parameters however narrow they are.</exception>
    public static ModelSettings Stacked(ModelSettings settings, int layers)
    {
        ModelSettings Wide(int size)
        {
            ModelSettings twin = settings with { StackedLayers = layers, Reversible = null };
            return settings.Trellis is { } form ? twin with { Trellis = form with { Hidden = size } } : twin with { FeedForward = size };
        }

        // The softmax is the same in both and does not count.
        long wanted = BodyParameters(settings);
        double size = SizeFor(wanted, 1, Wide);
        // From the width of the words on, a TrellisNet needs no map to it.
        if (settings.Trellis is not null && size >= settings.Width) size = SizeFor(wanted, settings.Width, Wide);
        return size >= 1
            ? Wide((int)Math.Round(size))
            : throw new SampleException(
                $"--explicit {layers}: however narrow, {layers} layers have more than the {wanted:N0} parameters of the equilibrium model: " +
                $"take fewer layers or a larger {(settings.Trellis is null ? "--ffn" : "--hidden")}");
    }

    /// <summary>Parameters are a polynomial of the size, of second degree at most: three sizes decide it.</summary>
    private static double SizeFor(long wanted, int from, Func<int, ModelSettings> wide)
    {
        double first = BodyParameters(wide(from)), second = BodyParameters(wide(from + 1)), third = BodyParameters(wide(from + 2));
        double curve = (third - 2 * second + first) / 2, slope = second - first - curve, missing = wanted - first;
        return from + (curve == 0 ? missing / slope : (Math.Sqrt(Math.Max(0, slope * slope + 4 * curve * missing)) - slope) / (2 * curve));
    }

    private static long BodyParameters(ModelSettings settings)
    {
        using var model = new LanguageModel(settings, vocabulary: 2);
        return model.BodyParameterCount;
    }
}
