using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Deq.Samples.Training;

/// <summary>
/// A model with its data: what <see cref="TrainingLoop"/> needs to train it, to judge it, and to go on where it was stopped.
/// Whoever makes one seeds torch's generator first, so that a seed decides the parameters too.
/// </summary>
internal abstract class TrainingTask : IDisposable
{
    /// <summary>What people call the model.</summary>
    public abstract string Name { get; }

    /// <summary>What the program calls it: part of a checkpoint, and a checkpoint of another kind is refused.</summary>
    public abstract string Kind { get; }

    public abstract nn.Module Model { get; }

    /// <summary>What <see cref="Evaluate"/> gives.</summary>
    public abstract Measure Measure { get; }

    /// <summary>What the data are counted in: tokens, images, pairs.</summary>
    public abstract string Unit { get; }

    /// <summary>
    /// All that the model has to be rebuilt from, and all that decides its training beside <see cref="TrainingSettings"/> and <see cref="Data"/>: becomes the header of a checkpoint as JSON.
    /// A training goes on only from a checkpoint with the same.
    /// </summary>
    public abstract object Description { get; }

    /// <summary>The data, where they come from files; null where they follow from the seed and <see cref="Description"/>.</summary>
    public virtual TrainingData? Data => null;

    /// <param name="learningRate">The rate to begin with; the loop sets it anew at every step.</param>
    public virtual OptimizerHelper CreateOptimizer(double learningRate) => optim.Adam(Model.parameters(), learningRate);

    /// <summary>
    /// The loss of the next batch, on the tape. Runs in a dispose scope of the loop. Randomness comes from torch's generator,
    /// or from what <see cref="SaveState"/> saves, and from nowhere else.
    /// </summary>
    /// <param name="step">From 1.</param>
    public abstract BatchLoss NextBatch(int step);

    /// <summary>The model's <see cref="Measure"/> on a part of the validation data. Leaves model, position and random state as they were.</summary>
    public abstract double Evaluate();

    /// <summary>One call of the model on a few samples, in whatever mode it is, at whose equilibrium the spectral radius is measured; null for no such measurement.</summary>
    public virtual Action? Probe => null;

    /// <summary>First steps, which pre-train with stacked applications; 0 for a model without an equilibrium.</summary>
    public virtual int PretrainSteps => 0;

    /// <summary>Whether this step solves for the equilibrium, rather than pre-trains.</summary>
    /// <param name="step">From 1.</param>
    public bool Solves(int step) => step > PretrainSteps;

    /// <summary>Saves the position in the data and whatever else the next batch depends on beside the parameters and torch's generator.</summary>
    public abstract void SaveState(BinaryWriter writer);

    /// <summary>Reads what <see cref="SaveState"/> wrote.</summary>
    public abstract void LoadState(BinaryReader reader);

    public virtual void Dispose() => Model.Dispose();
}
