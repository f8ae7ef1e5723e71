using Deq.Regularization;
using TorchSharp;

namespace Deq;

/// <summary>
/// What the runtime keeps for a layer between calls. One field of this type, and none of a tensor or module type, is emitted into a
/// layer: <c>RegisterComponents()</c> would make parameters or buffers of those.
/// </summary>
/// <param name="name">The layer's name, for messages.</param>
public sealed class EquilibriumLayerState(string name)
{
    private long trainingCalls;

    /// <summary>The layer's name.</summary>
    public string Name { get; } = name;

    /// <summary>Options of the layer.</summary>
    public EquilibriumOptions Options
    {
        get;
        set
        {
            ArgumentNullException.ThrowIfNull(value);
            field = value;
        }
    } = EquilibriumOptions.Default;

    /// <summary>What the latest call's solvers did.</summary>
    public EquilibriumStatistics Statistics { get; internal set; } = new();

    /// <summary>Whether a tape of the layer has given a plain vector-Jacobian product.</summary>
    internal bool TapeProven { get; set; }

    /// <summary>Whether the expected loss of digits of a reversible layer has been said.</summary>
    internal bool ReconstructionWarned { get; set; }

    /// <summary>Counts a training call that could draw a penalty.</summary>
    /// <returns>How many there were before.</returns>
    internal long NextTrainingCall() => Interlocked.Increment(ref trainingCalls) - 1;

    /// <summary>Told of the cell and z* at the end of every forward solve, and of z_N at the end of reversible steps.</summary>
    internal Action<Func<torch.Tensor, torch.Tensor>, torch.Tensor>? Solved { get; set; }

    internal PendingPenalties Penalties { get; } = new(name);
}
