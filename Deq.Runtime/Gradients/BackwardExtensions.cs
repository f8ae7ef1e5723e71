using System.Runtime.ExceptionServices;
using static TorchSharp.torch;

namespace Deq;

/// <summary>Backward passes that report an equilibrium layer's failure as itself.</summary>
public static class BackwardExtensions
{
    /// <summary><c>loss.backward()</c>, but what failed inside an equilibrium layer's backward pass is thrown as itself.</summary>
    /// <param name="loss">A scalar with a graph.</param>
    /// <param name="retain_graph">Whether the graph is kept for another backward pass.</param>
    /// <exception cref="EquilibriumBackwardException">The backward pass of a layer failed; the cause is the inner exception.</exception>
    public static void BackwardOrThrow(this Tensor loss, bool retain_graph = false)
    {
        ArgumentNullException.ThrowIfNull(loss);
        using var watch = new Gradients.BackwardFailure.Watch();
        try
        {
            autograd.backward(loss, (IList<Tensor>?)null, retain_graph: retain_graph);
        }
        catch (Exception) when (watch.Failure is not null)
        {
            // The engine's words for what the layer did on purpose; the cause follows.
        }
        if (watch.Failure is { } failure) ExceptionDispatchInfo.Throw(failure);
    }
}
