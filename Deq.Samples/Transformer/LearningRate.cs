namespace Deq.Samples.Transformer;

/// <summary>Linear warm-up to the largest rate, then half a cosine down to a small share of it.</summary>
internal readonly record struct LearningRate(double Largest, int WarmUp, int Steps)
{
    private const double LastShare = 0.02;

    /// <param name="step">From 1.</param>
    public double At(int step)
    {
        if (step <= WarmUp) return Largest * step / WarmUp;
        double done = Math.Min(1, (double)(step - WarmUp) / Math.Max(1, Steps - WarmUp));
        return Largest * (LastShare + (1 - LastShare) * 0.5 * (1 + Math.Cos(Math.PI * done)));
    }
}
