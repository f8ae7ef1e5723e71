using Deq.Regularization;
using static TorchSharp.torch;

namespace Deq;

/// <summary>An equilibrium and what became of it.</summary>
/// <typeparam name="T">A tensor, or a tuple or array of them, one per state.</typeparam>
public sealed class EquilibriumResult<T>
{
    private readonly PendingPenalty? penalty;
    private readonly double decay;

    internal EquilibriumResult(T value, PendingPenalty? penalty, EquilibriumStatistics statistics, IReadOnlyList<T> intermediates, double decay)
    {
        (Value, this.penalty, Statistics) = (value, penalty, statistics);
        (Intermediates, this.decay) = (intermediates, decay);
    }

    /// <summary>
    /// f(z*), B x ...: the evaluation at the iterate z* whose residual is reported; of every sample the first that met the tolerance, else
    /// its best finite one. Where nothing could want a gradient it is on no tape.
    /// </summary>
    public T Value { get; }

    /// <summary>
    /// The Jacobian penalty, gamma applied, where this call drew one; else null. A scalar to add to the loss: this one, or
    /// <c>model.JacobianPenalty()</c>, which has it too. Of an attached penalty, which no loss need add, the value without a gradient.
    /// </summary>
    public Tensor? JacobianPenalty => penalty?.Read();

    /// <summary>What the solvers did.</summary>
    public EquilibriumStatistics Statistics { get; }

    /// <summary>
    /// f at intermediate states z_1, z_2, ... of the solve, shaped like <see cref="Value"/>: with <c>[FixedPointCorrection]</c>, in training,
    /// where a gradient could be asked for; else none. Their gradient is that of the one evaluation at the detached z_i.
    /// </summary>
    public IReadOnlyList<T> Intermediates { get; }

    /// <summary>
    /// sum_i w^(n-i) loss(z_i) over the n - 1 <see cref="Intermediates"/>, with w = <see cref="EquilibriumOptions.CorrectionDecay"/>: what stands
    /// beside the loss of <see cref="Value"/>, the n-th, whose weight is 1 (Bai, Geng, Savani, Kolter 2022). Zero where there are none.
    /// </summary>
    /// <param name="loss">The loss of one state, a scalar.</param>
    public Tensor CorrectionLoss(Func<T, Tensor> loss)
    {
        ArgumentNullException.ThrowIfNull(loss);
        using var scope = NewDisposeScope();
        Tensor? sum = null;
        for (var i = 0; i < Intermediates.Count; i++)
        {
            var term = loss(Intermediates[i]) * Math.Pow(decay, Intermediates.Count - i);
            sum = sum is null ? term : sum + term;
        }
        var like = StateTensors.Of(Value)[0];
        return (sum ?? zeros([], like.dtype, like.device)).MoveToOuterDisposeScope();
    }
}
