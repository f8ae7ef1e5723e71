using static TorchSharp.torch;

namespace Deq.Samples.Training;

/// <summary>What a task gives for one batch.</summary>
/// <param name="Loss">A scalar on the tape, the Jacobian penalty not in it.</param>
/// <param name="Examples">How many of the task's <see cref="TrainingTask.Unit"/> the batch holds.</param>
/// <param name="Score">The batch on the scale of <see cref="TrainingTask.Measure"/> where the loss does not tell it; else NaN.</param>
internal readonly record struct BatchLoss(Tensor Loss, int Examples, double Score = double.NaN);
