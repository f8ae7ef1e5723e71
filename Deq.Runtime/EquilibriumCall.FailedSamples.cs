using Deq.Gradients;
using Deq.Solvers;
using static TorchSharp.torch;

namespace Deq;

/// <content>What the tape holds of a sample whose solve was not finite.</content>
public sealed partial class EquilibriumCall
{
    private FailedSamples? failed;
    private Tensor? failedStart;
    private SolveSettings? forwardSettings;
    private Func<Tensor, Tensor>? solvedCell;
    private Tensor? evaluatedBefore;
    private int[]? impassable;

    // Whether what f is given is known, so that all of a sample can be replaced.
    private bool knowsInputs;

    /// <summary>
    /// Replaces, in an input of f, the rows of every sample whose solve was not finite by those of a sample that did not fail, without a gradient: the
    /// tape that <see cref="Record"/> makes then holds a copy of that sample, whose adjoint is zero. To be called between <see cref="Solve"/> and
    /// <see cref="Record"/>, for every input; f must read the variable that is given here. Where no sample failed it does nothing.
    /// </summary>
    /// <remarks>
    /// Tensors of any type whose dimension 0 is the batch are changed, those too that a collection or a tuple holds (<see cref="InputTensors"/>). One of as
    /// many rows as samples on whose rows the other samples depend, such as a mask among positions, is found by evaluations of f and left as it is.
    /// </remarks>
    /// <typeparam name="T">The input's type.</typeparam>
    /// <param name="input">The variable that holds the input.</param>
    public void ReplaceFailed<T>(ref T input)
    {
        if (failed is null) return;
        knowsInputs = true;
        Tensor[] tensors = [.. InputTensors.Of(input)];
        for (var i = 0; i < tensors.Length; i++)
        {
            var (input0, tensor0) = (input, tensors[i]);
            tensors[i] = failed.Replace(tensor0);
            if (ReferenceEquals(tensors[i], tensor0)) continue;
            evaluatedBefore ??= Tried();
            input = InputTensors.With(input0, tensors);
            using var scope = NewDisposeScope();
            if (!failed.KeepsOthers(Tried(), evaluatedBefore)) (input, tensors[i]) = (input0, tensor0);
        }
    }

    /// <summary>f at the result of the solve, on no tape: no evaluation that is counted, and none at which layers in the cell draw.</summary>
    private Tensor Tried()
    {
        using var untaped = no_grad();
        using var repetition = Repeat();
        return solvedCell!(LastFinite!);
    }

    /// <summary>Keeps what is needed to go on where samples failed.</summary>
    private void Note(SolveStatistics forward, Func<Tensor, Tensor> cell, Tensor start, Tensor value)
    {
        failed = FailedSamples.Of(forward);
        if (failed is null) return;
        (solvedCell, failedStart, LastFinite) = (cell, start, value.detach());
    }

    /// <summary>Where the tape begins if samples failed.</summary>
    private FixedPoint Standing(Func<Tensor, Tensor> cell, FixedPoint point, Func<Tensor>? start)
    {
        var replaces = knowsInputs && failed!.HasStandIn;
        if (Adjoint.Gradient.Mode != GradientMode.Unrolled)
        {
            // One that could not be replaced waits at its start: where it went, f may be finite and its derivative not, and zero times that is NaN in every parameter.
            return point with { Value = replaces ? failed!.Replace(point.Value) : where(failed!.Rows(point.Value), failedStart!.detach(), point.Value) };
        }
        // The tape of the iterations holds what was not finite in them, so they are made anew with the stand-in from its start on; the others' are the same.
        impassable = [.. Enumerable.Range(0, failed!.Flags.Length).Where(b => failed.Flags[b])];
        if (!replaces) return point;
        using var repetition = Repeat();
        var again = FixedPointLoop.Solve(cell, failed.Replace(start?.Invoke() ?? failedStart!),
            forwardSettings! with { OnFailure = OnFailure.Report, Observer = null, IsTrial = true }, Keep.Image, taped: true, keepInverse: false, out _);
        impassable = [.. impassable.Where(b => again.Statistics.Outcomes[b] == SolveOutcome.NotFinite)];
        return point with { Value = again.Value };
    }

    /// <summary>A state with the stand-in's row in place of each sample that failed, where the inputs hold its rows too.</summary>
    private Tensor Standing(Tensor states) => failed is not null && knowsInputs ? failed.Replace(states) : states;

    /// <summary>Why no gradient passes; null where one does.</summary>
    private string? Refusal(Tensor evaluation)
    {
        var samples = impassable ?? NotFinite(evaluation, failed!.Flags);
        if (samples.Length == 0) return null;
        var advice = !failed!.HasStandIn ? ""
            : knowsInputs || layer is IEquilibriumLayer ? " Of inputs that are tensors, or collections or tuples of them, with the batch as dimension 0, such a sample is left out; what is not finite comes another way."
            : " Or give the call the inputs of f, Equilibrium.Solve(f, start, inputs): what it knows of such a sample it leaves out of the gradient.";
        return $"{state.Name}: the cell is not finite {(failed.HasStandIn ? "" : "for any sample, and not ")}at the last finite iterate of {SolveMessage.Samples(samples)}, so no gradient passes through it. "
            + $"Take these samples out of the batch, or look for infinities or NaN in them.{advice}";
    }
}
