using System.Runtime.InteropServices;
using Deq.Gradients;
using Deq.Modules;
using Deq.Reversible;
using Deq.Solvers;
using TorchSharp;
using static TorchSharp.torch;

namespace Deq;

/// <summary>
/// One call of an equilibrium: its options, its dispose scope, its statistics, and the steps that emitted and hand-written layers are made
/// of: <see cref="Solve"/>, <see cref="ReplaceFailed"/>, <see cref="Record"/>, <see cref="JacobianPenalty(Tape)"/>, an implicit-gradient function, <see cref="Return"/>.
/// </summary>
public sealed partial class EquilibriumCall : IDisposable
{
    private readonly nn.Module? layer;
    private readonly EquilibriumLayerState state;
    private readonly EquilibriumOptions options;
    private readonly EquilibriumStatistics statistics = new();
    private readonly PerSolve perSolve;
    private readonly DisposeScope scope;
    private Func<Tensor, Tensor>? recorded;
    private BroydenInverse? inverse;
    private StateLayout? layout;
    private bool ended;

    private EquilibriumCall(nn.Module? layer, EquilibriumLayerState state, EquilibriumOptions options)
    {
        around = latest;
        options = CheckedSolves.Apply(options, layer ?? (object)state.Name, statistics, isWithin: around is not null || repeating > 0);
        (this.layer, this.state, this.options) = (layer, state, options);
        state.Statistics = statistics;
        state.Penalised = options.Penalised;
        Adjoint = new(state.Name, options.Differentiation, options.Backward($"The adjoint solve of {state.Name}"), statistics);
        scope = NewDisposeScope();
        perSolve = PerSolve.Begin(layer);
        latest = this;
        if (around is not null) around.holdsLayers = true;
    }

    internal Adjoint Adjoint { get; }

    internal ReversiblePass? Reversed { get; private set; }

    /// <summary>The values of a solve in which samples failed; null where none did.</summary>
    internal Tensor? LastFinite { get; private set; }

    /// <summary>f(z*) as recorded, the layer's value.</summary>
    internal Tensor? Evaluation { get; private set; }

    /// <summary>Begins a call: opens its dispose scope, and tells the layer's modules that are computed once per solve.</summary>
    /// <param name="layer">The layer.</param>
    /// <param name="state">What the runtime keeps for the layer; its options go over the declared ones.</param>
    /// <param name="declared">What the layer's attributes say.</param>
    /// <param name="options">Options of this call, over all others; null for none.</param>
    public static EquilibriumCall Begin(nn.Module layer, EquilibriumLayerState state, EquilibriumOptions declared, EquilibriumOptions? options)
    {
        ArgumentNullException.ThrowIfNull(layer);
        ArgumentNullException.ThrowIfNull(state);
        ArgumentNullException.ThrowIfNull(declared);
        var above = options is null ? state.Options : options.Over(state.Options);
        RequireDeclared(state.Name, above, declared);
        RequireOfItsKind(state, declared, options);
        RequireOfUse(state, declared, options, above);
        return new(layer, state, above.Over(declared));
    }

    /// <summary>Begins a call that no layer makes.</summary>
    /// <param name="module">The module whose parameters f uses; null for none.</param>
    /// <param name="options">All its options; null for none.</param>
    /// <param name="reversible">Whether it is the reversible iteration.</param>
    internal static EquilibriumCall Begin(nn.Module? module, EquilibriumOptions? options, bool reversible)
    {
        var state = new EquilibriumLayerState(module?.GetName() ?? "the equilibrium") { IsOfACall = true };
        RequireOfUse(state, module, options ??= EquilibriumOptions.Default, reversible);
        return new(module, state, options);
    }

    /// <summary>Several states side by side in one tensor, which <see cref="Solve"/> and <see cref="Record"/> then treat as one state.</summary>
    /// <param name="start">z_0: one tensor B x ... per state.</param>
    public StateLayout Layout(params ReadOnlySpan<Tensor> start) => layout = new(state.Name, start);

    /// <summary>The fixed point z* = f(z*), solved on no tape.</summary>
    /// <param name="cell">f, from B x ... to the same shape.</param>
    /// <param name="start">z_0. Its gradient is that of the iterations where the layer's is (unrolled); a fixed point has none for it.</param>
    /// <param name="inputs">The inputs that f injects: whether one of them wants a gradient decides whether a tape is needed.</param>
    public FixedPoint Solve(Func<Tensor, Tensor> cell, Tensor start, params ReadOnlySpan<Tensor?> inputs)
    {
        // Of a fixed point the start has no gradient; of the iterations it has one.
        var needsTape = Tape.Wanted(layer, inputs) || (Adjoint.Gradient.Mode == GradientMode.Unrolled && Tape.Wanted(null, start));
        try
        {
            return SolveFixedPoint(cell, start, needsTape);
        }
        catch (ExternalException e) when (TypeBeside(start, inputs) is not null)
        {
            var type = TypeBeside(start, inputs);
            throw new EquilibriumException($"{state.Name}: the initial state is {start.dtype}, its inputs or parameters are {type}, and the cell cannot use them together ({e.Message.Split('\n')[0]}). Give the initial state as {type}.", e);
        }
    }

    /// <summary>The inverse that the forward solve built, if it is wanted; the call holds it no longer than its scope.</summary>
    internal BroydenInverse? TakeInverse()
    {
        var taken = inverse;
        inverse = null;
        return taken;
    }

    internal FixedPoint SolveFixedPoint(Func<Tensor, Tensor> cell, Tensor start, bool needsTape)
    {
        if (state.TakeDiagnosis() is { } diagnosis) return new(diagnosis(new(cell, start, options)), NeedsTape: false);
        var settings = forwardSettings = options.Forward($"The forward solve of {state.Name}", Training);
        if (Adjoint.UsesInverse && settings.Solver is not Broyden)
            throw new EquilibriumException($"{state.Name}: {(Adjoint.Gradient.Mode == GradientMode.Shine ? "a SHINE gradient" : "a preconditioned GMRES")} uses the inverse that a Broyden forward solve builds, and the solver is {settings.Solver.Name}. "
                + "Take the solver broyden, or another gradient or backward solver.");
        state.SayUnusedChecks(options, settings.Solver);
        if (needsTape && Training && options.CorrectionStates is > 0 and var states) trajectory = new(states);
        Solution solution;
        try
        {
            if (needsTape && Adjoint.Gradient.Mode == GradientMode.Unrolled)
            {
                using var repetition = Repeat();
                repeated = cell;
                solution = FixedPointLoop.Solve(cell, start, settings, Keep.Image, taped: true, keepInverse: false, out _, trajectory);
                // A batch of nothing takes no iteration, and its value is to have a graph all the same.
                if (start.dim() > 0 && start.shape[0] == 0) solution = solution with { Value = cell(start) };
            }
            else
            {
                // Where f is recorded at z* the iterate is wanted; else f(z*) is the value, and the solve has it.
                solution = FixedPointLoop.Solve(cell, start, settings, needsTape ? Keep.Iterate : Keep.Image,
                    taped: false, keepInverse: needsTape && Adjoint.UsesInverse, out inverse, trajectory);
            }
        }
        catch (EquilibriumSolveException e)
        {
            statistics.Forward = e.Statistics;
            throw;
        }
        statistics.Forward = solution.Statistics;
        if (trajectory is not null) solved = solution.Value;
        state.Solved?.Invoke(cell, solution.Value, layout);
        Note(solution.Statistics, cell, start, solution.Value);
        return new(solution.Value, needsTape);
    }

    /// <summary>One evaluation of f on the tape, at the detached z*.</summary>
    /// <param name="cell">f.</param>
    /// <param name="point">The fixed point.</param>
    /// <param name="start">z_0 anew, from inputs in which <see cref="ReplaceFailed"/> replaced samples; null where it is a constant of them.</param>
    public Tape Record(Func<Tensor, Tensor> cell, FixedPoint point, Func<Tensor>? start = null)
    {
        recorded = cell;
        if (failed is not null) point = Standing(cell, point, start);
        var tape = Adjoint.Gradient.Mode switch
        {
            GradientMode.Unrolled => new Tape(point.Value.detach(), point.Value, point.Value),
            GradientMode.Phantom => Phantom.Record(cell, point.Value, Adjoint.Gradient, penalised: options.Penalised, failed?.Rows(point.Value)),
            _ => Tape.Record(cell, point.Value),
        };
        Evaluation = tape.Evaluation;
        if (failed is not null) (Adjoint.Failed, Adjoint.Refusal) = (failed.Flags, Refusal(tape.Evaluation));
        return tape;
    }

    /// <summary>
    /// Runs the reversible iteration (McCallum, Arora, Foster 2025) on no tape, and gives the arguments for a layer's reversible function.
    /// </summary>
    /// <param name="cell">f, from a state and the inputs given here to a state; it must take the inputs from there.</param>
    /// <param name="start">y_0 = z_0.</param>
    /// <param name="inputs">The inputs that f injects.</param>
    public object[] Reverse(Func<Tensor, Tensor[], Tensor> cell, Tensor start, params Tensor[] inputs) => Reverse(cell, start, null, inputs);

    /// <summary>The same of a start that is made of the inputs.</summary>
    /// <param name="cell">f, from a state and the inputs given here to a state; it must take the inputs from there.</param>
    /// <param name="start">y_0 = z_0.</param>
    /// <param name="anew">z_0 from the inputs, which it must take from there: where a sample failed, the gradient passes through this one. Null where it is a constant of them.</param>
    /// <param name="inputs">The inputs that f injects.</param>
    public object[] Reverse(Func<Tensor, Tensor[], Tensor> cell, Tensor start, Func<Tensor[], Tensor>? anew, params Tensor[] inputs)
    {
        ArgumentNullException.ThrowIfNull(cell);
        ArgumentNullException.ThrowIfNull(start);
        ArgumentNullException.ThrowIfNull(inputs);
        if (start.dim() == 0) throw new EquilibriumException($"{state.Name}: the initial state has no dimensions; dimension 0 of a state is the batch.");
        var settings = options.Reversible(state.Name, start.dtype);
        if (state.TakeDiagnosis() is { } diagnosis)
        {
            diagnosis(new(z => cell(z, inputs), start, options, settings)).Dispose();
            settings = settings with { OnFailure = OnFailure.Report };
        }
        var wanted = Tape.Wanted(layer, [start, .. inputs]);
        // Without a gradient nothing is undone, so nothing is kept.
        if (!wanted) settings = settings with { KeepEvery = 0 };
        else if (settings.Warning is { } warning && !state.ReconstructionWarned)
        {
            state.ReconstructionWarned = true;
            EquilibriumWarnings.Raise(warning);
        }
        var given = inputs;
        repeated = z => cell(z, given);
        Reversed = new(new(cell, settings, layer), inputs.Length, statistics)
        {
            Solved = state.Solved is { } solved ? (x, value) => solved(z => cell(z, x), value, null) : null,
        };
        Reversed.Run(start, given);
        if (statistics.Forward!.Outcome == SolveOutcome.NotFinite) Note(statistics.Forward, repeated, start, Reversed.Value);
        if (failed is { HasStandIn: true } && wanted)
        {
            // In the backward pass, and in a start through which the gradient passes, another sample stands in for one that failed.
            ReplaceFailed(ref given);
            start = failed.Replace(anew?.Invoke(given) ?? start);
        }
        return [start, .. given, .. layer?.parameters() ?? [], this];
    }

    /// <summary>Ends the call.</summary>
    public void Dispose()
    {
        latest = around;
        ended = true;
        foreach (var (term, _) in carried) term.Dispose();
        trajectory?.Dispose();
        perSolve.Dispose();
        scope.Dispose();
    }

    /// <summary>The type of an input or parameter of floating point that is another than the initial state's; null for none.</summary>
    private ScalarType? TypeBeside(Tensor start, ReadOnlySpan<Tensor?> inputs)
    {
        foreach (var x in inputs) if (x is not null && x.is_floating_point() && x.dtype != start.dtype) return x.dtype;
        return layer?.parameters().FirstOrDefault(p => p.is_floating_point() && p.dtype != start.dtype)?.dtype;
    }

    private bool Training => layer?.training ?? true;

    private static int[] NotFinite(Tensor output, bool[] among)
    {
        using var inner = NewDisposeScope();
        var finite = SampleRows.Of(output.detach()).isfinite().all(1).cpu().data<bool>().ToArray();
        return [.. Enumerable.Range(0, among.Length).Where(b => among[b] && !finite[b])];
    }
}
