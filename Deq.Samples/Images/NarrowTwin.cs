namespace Deq.Samples.Images;

/// <summary>Makes a twin of stacked layers so narrow that its parameters are about as many as the equilibrium's.</summary>
internal static class NarrowTwin
{
    /// <summary>Channels come in multiples of this: where they get narrow, smaller groups leave a finer choice.</summary>
    public const int Step = 2;

    /// <param name="form">The equilibrium's.</param>
    /// <param name="channels">Its channels.</param>
    /// <param name="narrowed">The twin with other channels.</param>
    public static TForm Of<TForm>(TForm form, IReadOnlyList<int> channels, Func<int[], TForm> narrowed)
        where TForm : IImageForm<TForm>
    {
        long wanted = Parameters(form);
        IEnumerable<TForm> candidates =
            from step in Enumerable.Range(1, channels[0] / Step)
            let fewer = (int[])[.. channels.Select(given => given * step * Step / channels[0])]
            where fewer.All(given => given % Step == 0 && given >= Step)
            select narrowed(fewer);
        return candidates.Append(narrowed([.. channels])).MinBy(candidate => Math.Abs(Parameters(candidate) - wanted))!;
    }

    private static long Parameters<TForm>(TForm form)
        where TForm : IImageForm<TForm>
    {
        using ImageClassifier model = form.Build();
        return model.ParameterCount;
    }
}
