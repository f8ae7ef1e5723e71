using Deq.Gradients;
using Deq.Regularization;
using Deq.Solvers;
using TorchSharp;
using static TorchSharp.torch;

namespace Deq;

/// <content>What a training call adds to its loss: the Jacobian penalty and losses on intermediate states.</content>
public sealed partial class EquilibriumCall
{
    // The call in whose cell this one runs, if any.
    [ThreadStatic] private static EquilibriumCall? latest;
    private readonly EquilibriumCall? around;
    private bool holdsLayers;

    // Evaluations of a cell of which another one stands for all: layers within it draw nothing.
    [ThreadStatic] private static int repeating;

    private Func<Tensor, Tensor>? repeated;
    private bool standsForAll;

    // Attached penalties of the layers in this one's cell, with their weights.
    private readonly List<(Tensor Term, double Weight)> carried = [];
    private Tensor? penaltyState;
    private Trajectory? trajectory;
    private Tensor? solved;

    /// <summary>The Jacobian penalty (JR eq. 4), where this call draws it: in training, with the declared frequency; else null.</summary>
    /// <param name="tape">f recorded at z*.</param>
    public Tensor? JacobianPenalty(Tape tape)
    {
        if (Draw() is not { } draw) return null;
        // The unrolled tape is one of many evaluations: the penalty takes one of its own, at their end.
        return PenaltyOf(draw, Adjoint.Gradient.Mode == GradientMode.Unrolled ? Tape.Record(StandingForAll(recorded!), tape.State) : tape);
    }

    /// <summary>The Jacobian penalty of a reversible layer, at z_N on one extra evaluation, where this call draws it; else null.</summary>
    /// <param name="value">z_N, as the layer's reversible function gives it.</param>
    public Tensor? JacobianPenalty(Tensor value)
    {
        ArgumentNullException.ThrowIfNull(value);
        if (!value.requires_grad || Draw() is not { } draw) return null;
        return PenaltyOf(draw, Tape.Record(StandingForAll(repeated!), Standing(value)));
    }

    /// <summary>
    /// Evaluations under way until the end, taped ones too, are repetitions: a reversible step undone, an iteration unrolled, a step of a phantom gradient. A
    /// layer in the cell draws its penalty once per forward, at the one evaluation that is none.
    /// </summary>
    internal static Repetition Repeat()
    {
        repeating++;
        return default;
    }

    /// <summary>
    /// f recorded at intermediate states of the forward solve, each detached, where this call wants them: in training, with
    /// <see cref="EquilibriumOptions.CorrectionStates"/>; else none.
    /// </summary>
    /// <typeparam name="T">A tensor, or a tuple or array of them, one per state.</typeparam>
    /// <param name="cell">f.</param>
    /// <param name="split">The states of the tensor that f gives; the identity for one state.</param>
    public IReadOnlyList<T> Intermediates<T>(Func<Tensor, Tensor> cell, Func<Tensor, T> split)
    {
        ArgumentNullException.ThrowIfNull(cell);
        ArgumentNullException.ThrowIfNull(split);
        if (trajectory is null) return [];
        var fixedPoint = solved!.detach();
        return [.. trajectory.Take().Select(rows => split(Recorded(cell, rows.reshape(fixedPoint.shape).detach(), fixedPoint)))];
    }

    /// <summary>The result of the call, moved out of its dispose scope.</summary>
    /// <typeparam name="T">A tensor, or a tuple or array of them.</typeparam>
    /// <param name="value">The layer's value.</param>
    /// <param name="jacobianPenalty">The penalty, where one was drawn.</param>
    /// <param name="intermediates">What <see cref="Intermediates"/> gave.</param>
    public EquilibriumResult<T> Return<T>(T value, Tensor? jacobianPenalty = null, IReadOnlyList<T>? intermediates = null)
    {
        DrawWithin(value);
        PendingPenalty? penalty = null;
        if (jacobianPenalty is not null)
        {
            var term = options.JacobianThroughState == true ? ThroughState(jacobianPenalty, StateTensors.Of(value)) : jacobianPenalty;
            if (options.JacobianAttach == true)
            {
                if (Weight > 0) carried.Add((term.DetachFromDisposeScope(), Weight));
                penalty = new(jacobianPenalty.detach().MoveToOuterDisposeScope());
            }
            else
            {
                // In no scope: the ones that the modules around the layer open end before the loss is put together.
                var pending = penalty = state.Penalties.Add(term.DetachFromDisposeScope());
                var outer = around;
                // While the call is open in whose cell this one runs, products through this layer are parts of that one's penalty, and no backward pass.
                Settle(() => { if (outer is null or { ended: true }) state.Penalties.Settle(pending); });
            }
        }
        value = Carry(value);
        foreach (var tensor in StateTensors.Of(value)) tensor.MoveToOuterDisposeScope();
        foreach (var tensor in (intermediates ?? []).SelectMany(StateTensors.Of)) tensor.MoveToOuterDisposeScope();
        return new(value, penalty, statistics, intermediates ?? [], options.CorrectionDecay ?? EquilibriumDefaults.CorrectionDecay);
    }

    private double Weight => options.PenaltyWeight ?? EquilibriumDefaults.PenaltyWeight;

    private PenaltyDraw? Draw()
    {
        if (!Training || !options.Penalised || repeating > 0) return null;
        var draw = new PenaltyDraw(options, state.NextTrainingCall());
        return draw.Falls ? draw : null;
    }

    /// <summary>What the call's backward pass does first; where the call is part of an evaluation that stands for all, that of the layer around it.</summary>
    private void Settle(Action settle)
    {
        if (Reversed is null) Adjoint.Settle += settle;
        else Reversed.Settle += settle;
        if (around is { standsForAll: true }) around.Settle(settle);
    }

    /// <summary>The evaluation at which layers in the cell draw.</summary>
    private Func<Tensor, Tensor> StandingForAll(Func<Tensor, Tensor> cell) => z =>
    {
        repeated = null;
        standsForAll = true;
        try
        {
            return cell(z);
        }
        finally
        {
            standsForAll = false;
        }
    };

    /// <summary>
    /// The penalties of the layers in the cell, where all evaluations were repetitions: at the value, on one evaluation more. Their gradient is that of their
    /// own cells; the evaluation's own value is of no use.
    /// </summary>
    private void DrawWithin<T>(T value)
    {
        if (repeated is null || !Training || repeating > 0 || layer is null) return;
        if (!layer.EquilibriumLayers().Any(within => within.State != state && within.State.Penalised)) return;
        var tensors = StateTensors.Of(value);
        if (!tensors.Any(t => t.requires_grad)) return;
        using var inner = NewDisposeScope();
        StandingForAll(repeated)(Standing((layout is null ? tensors[0] : layout.Join(tensors)).detach()));
    }

    private Tensor PenaltyOf(PenaltyDraw draw, Tape tape)
    {
        // Ordinary operators can be differentiated twice; the trial costs a product, and libtorch prints a warning about it.
        if (holdsLayers && !state.TapeProven)
        {
            tape.RequireSecondDerivative(state.Name);
            state.TapeProven = true;
        }
        penaltyState = tape.State;
        var penalty = draw.Of(tape, failed?.Flags);
        // Where f is not finite its derivative is not either, and through it no gradient passes: the layer's own backward says so.
        return failed is not null && NotFinite(tape.Evaluation, failed.Flags).Length > 0 ? penalty.detach() : penalty;
    }

    /// <summary>The penalty as a function of the value too: P + &lt;dP/dz*, z - z*&gt;, which at z = z* is P and has its gradient.</summary>
    private Tensor ThroughState(Tensor penalty, Tensor[] values)
    {
        if (!penalty.requires_grad) return penalty;
        penaltyState!.grad = null;
        autograd.backward([penalty], null, retain_graph: true, inputs: [penaltyState]);
        if (penaltyState.grad is not { } gradient) return penalty;
        penaltyState.grad = null;
        var parts = values.Length == 1 && layout is null ? [gradient] : layout!.Split(gradient);
        for (var i = 0; i < values.Length; i++)
            penalty = penalty + (parts[i].detach() * (values[i] - values[i].detach())).sum().to(penalty.dtype);
        return penalty;
    }

    /// <summary>The value with the attached penalties on it; within another layer's cell that layer carries them, whose adjoint they are no part of.</summary>
    private T Carry<T>(T value)
    {
        if (carried.Count == 0) return value;
        if (around is not null)
        {
            around.carried.AddRange(carried);
            carried.Clear();
            return value;
        }
        var sum = carried[0].Term * carried[0].Weight;
        foreach (var (term, weight) in carried.Skip(1)) sum = sum + term.to(sum.dtype, sum.device) * weight;
        if (!sum.requires_grad) return value;
        var attached = new AttachedPenalty();
        return StateTensors.With(value, tensor => attached.Carry(tensor, sum));
    }

    private Tensor Recorded(Func<Tensor, Tensor> cell, Tensor at, Tensor fixedPoint)
    {
        if (failed is null) return cell(at);
        // A sample that failed has no way to correct: its last finite iterate is its state, without a gradient.
        var rows = failed.Rows(at);
        return where(rows, fixedPoint, cell(where(rows, Standing(fixedPoint), at)));
    }

    /// <summary>Repetitions until it is disposed, on this thread.</summary>
    internal readonly struct Repetition : IDisposable
    {
        public void Dispose() => repeating--;
    }
}
