using Deq.Regularization;
using static TorchSharp.torch;

namespace Deq;

/// <summary>An equilibrium and what became of it.</summary>
/// <typeparam name="T">A tensor, or a tuple or array of them, one per state.</typeparam>
public sealed class EquilibriumResult<T>
{
    private readonly PendingPenalty? penalty;

    internal EquilibriumResult(T value, PendingPenalty? penalty, EquilibriumStatistics statistics)
    {
        (Value, this.penalty, Statistics) = (value, penalty, statistics);
    }

    /// <summary>
    /// f(z*), B x ...: the evaluation at the iterate z* whose residual is reported; of every sample the first that met the tolerance, else
    /// its best finite one. Where nothing could want a gradient it is on no tape.
    /// </summary>
    public T Value { get; }

    /// <summary>
    /// The Jacobian penalty, gamma applied, where this call drew one; else null. A scalar to add to the loss: this one, or
    /// <c>model.JacobianPenalty()</c>, which has it too.
    /// </summary>
    public Tensor? JacobianPenalty => penalty?.Read();

    /// <summary>What the solvers did.</summary>
    public EquilibriumStatistics Statistics { get; }
}
