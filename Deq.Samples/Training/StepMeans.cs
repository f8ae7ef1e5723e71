using Deq.Samples.Report;

namespace Deq.Samples.Training;

/// <summary>Means over some steps, of each quantity over those that have it.</summary>
internal static class StepMeans
{
    public static StepRecord Of(IReadOnlyList<StepRecord> steps)
    {
        return steps[^1] with
        {
            Loss = Mean(step => step.Loss),
            ForwardEvaluations = Mean(step => step.ForwardEvaluations),
            BackwardEvaluations = Mean(step => step.BackwardEvaluations),
            ForwardResidual = Mean(step => step.ForwardResidual),
            BackwardResidual = Mean(step => step.BackwardResidual),
            Penalty = Mean(step => step.Penalty),
            GradientNorm = Mean(step => step.GradientNorm),
            Score = Mean(step => step.Score),
            ExamplesPerSecond = Mean(step => step.ExamplesPerSecond),
        };

        double Mean(Func<StepRecord, double> quantity) =>
            steps.Select(quantity).Where(double.IsFinite).DefaultIfEmpty(double.NaN).Average();
    }
}
