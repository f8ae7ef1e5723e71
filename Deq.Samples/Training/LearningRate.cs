namespace Deq.Samples.Training;

/// <summary>Linear warm-up to the largest rate, then half a cosine down to a share of it.</summary>
/// <param name="Largest">The rate after the warm-up.</param>
/// <param name="WarmUp">Steps of the warm-up; 0 for none.</param>
/// <param name="Steps">Steps of the run.</param>
/// <param name="LastShare">What is left of the largest rate at the last step.</param>
internal readonly record struct LearningRate(double Largest, int WarmUp, int Steps, double LastShare = 0.02)
{
    /// <param name="step">From 1.</param>
    public double At(int step)
    {
        if (step <= WarmUp) return Largest * step / WarmUp;
        double done = Math.Min(1, (double)(step - WarmUp) / Math.Max(1, Steps - WarmUp));
        return Largest * (LastShare + (1 - LastShare) * 0.5 * (1 + Math.Cos(Math.PI * done)));
    }
}
