namespace Deq.Samples.Training;

/// <summary>Shallow pre-training (DEQ paper, appendix): the first steps of an equilibrium model apply its cell a few times instead of solving.</summary>
internal static class Pretraining
{
    /// <summary>Refuses a training whose every step would be pre-training: it would end without an equilibrium, and look like any other.</summary>
    /// <param name="pretrainSteps">First steps without a solve; 0 for a model that has no such steps.</param>
    /// <param name="steps">Steps of the run.</param>
    /// <exception cref="SampleException">No step is left.</exception>
    public static void Check(int pretrainSteps, int steps)
    {
        if (pretrainSteps < steps) return;
        throw new SampleException(
            $"--pretrain-steps is {pretrainSteps:N0} in a run of {steps:N0} step{(steps == 1 ? "" : "s")}, so no equilibrium would be trained; " +
            $"allowed is {(steps == 1 ? "0" : $"0 to {steps - 1:N0}")}: give --pretrain-steps 0, which solves from the first step on, or train for longer with --steps");
    }
}
