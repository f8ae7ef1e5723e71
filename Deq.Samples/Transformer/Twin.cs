namespace Deq.Samples.Transformer;

/// <summary>An explicit model of stacked untied layers with as many parameters as an equilibrium model has.</summary>
internal static class Twin
{
    /// <summary>The settings of the twin: the feed-forward parts are as wide as the number of parameters allows.</summary>
    /// <exception cref="SampleException">So many layers have more parameters without any feed-forward part.</exception>
    public static ModelSettings Of(ModelSettings settings, int layers)
    {
        // The softmax is the same in both and does not count; parameters grow linearly with the feed-forward width.
        long wanted = BodyParameters(settings);
        long one = BodyParameters(Stacked(1)), two = BodyParameters(Stacked(2));
        double width = 1 + (double)(wanted - one) / (two - one);
        return width >= 1
            ? Stacked((int)Math.Round(width))
            : throw new SampleException(
                $"--explicit {layers}: even without feed-forward parts {layers} layers have more than the {wanted:N0} parameters of the equilibrium model: " +
                "take fewer layers or a larger --ffn");

        ModelSettings Stacked(int feedForward) => settings with { ExplicitLayers = layers, FeedForward = feedForward };
    }

    private static long BodyParameters(ModelSettings settings)
    {
        using var model = new LanguageModel(settings, vocabulary: 2);
        return model.BodyParameterCount;
    }
}
