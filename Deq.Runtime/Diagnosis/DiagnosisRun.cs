using Deq.Gradients;
using Deq.Solvers;
using TorchSharp;
using static TorchSharp.torch;

namespace Deq;

/// <summary>One diagnosis: takes over a call of the layer, tries everything there, and leaves all as it was.</summary>
internal sealed class DiagnosisRun
{
    private readonly string layer;
    private readonly DiagnosedCall call;
    private readonly DiagnosisOptions asked;
    private readonly CellExamination cell;
    private readonly SolveSettings forward, backward;

    private DiagnosisRun(string layer, DiagnosedCall call, DiagnosisOptions asked)
    {
        (this.layer, this.call, this.asked) = (layer, call, asked);
        forward = Limited(call.Options.Forward($"The forward solve of {layer}", training: true), asked.Tolerance);
        backward = Limited(call.Options.Backward($"The adjoint solve of {layer}"), asked.BackwardTolerance);
        cell = CellExamination.At(call.Cell, call.Start, asked.Seed);
    }

    /// <summary>Diagnoses the first call of a layer that an action makes.</summary>
    public static EquilibriumDiagnosis Of(IEquilibriumLayer layer, Action action, DiagnosisOptions options)
    {
        EquilibriumDiagnosis? found = null;
        using var scope = NewDisposeScope();
        using var untaped = no_grad();
        using var trace = new Trace(layer);
        layer.State.Diagnosis = call =>
        {
            using var mode = no_grad();
            using var inner = NewDisposeScope();
            var run = new DiagnosisRun(layer.State.Name, call, options);
            (found, var value) = run.Examine();
            return value.MoveToOuterDisposeScope();
        };
        try
        {
            action();
        }
        catch (EquilibriumSolveException) when (found is not null)
        {
            // What the rest of the call makes of a value that is no fixed point is not what was asked.
        }
        return found ?? throw new EquilibriumException($"{layer.State.Name}: the call ran no solve of this layer, so there is nothing to diagnose. Call the layer, or a model that it is part of.");
    }

    private (EquilibriumDiagnosis Found, Tensor Value) Examine()
    {
        long batch = call.Start.shape[0], size = batch == 0 ? 0 : call.Start.numel() / batch;
        if (batch == 0) throw new EquilibriumException($"{layer}: a batch of no samples tells nothing; diagnose it with a batch that is typical.");
        List<SolverDiagnosis> tried = [], adjoint = [];
        var value = call.Start;
        if (cell.NotFinite.Length < batch)
        {
            (tried, value) = TryForward();
            cell.Differentiate(value);
            if (SolvesAdjoint) adjoint = TryAdjoint(value);
        }
        var advice = new DiagnosisAdvice(call, asked, cell, forward, backward, tried, adjoint);
        var found = new EquilibriumDiagnosis
        {
            Layer = layer,
            Samples = (int)batch,
            StateSize = size,
            Type = call.Start.dtype,
            Tolerance = forward.Tolerance,
            BackwardTolerance = backward.Tolerance,
            MaxEvaluations = asked.MaxEvaluations,
            EvaluationMilliseconds = cell.EvaluationMilliseconds,
            ProductMilliseconds = cell.ProductMilliseconds,
            NotFinite = cell.NotFinite,
            SpectralRadii = cell.Radii,
            JacobianNorms = cell.Norms,
            Noise = cell.Noise,
            DerivativeError = cell.DerivativeError,
            Forward = tried,
            Adjoint = adjoint,
            InversionLoss = advice.InversionLoss,
            Best = advice.Best,
            BestAdjoint = advice.BestAdjoint,
            Recommended = advice.Recommended,
            RecommendedGamma = advice.Gamma,
            IsHealthy = advice.IsHealthy,
            Advice = advice.Sentences,
        };
        return (found, value);
    }

    private bool SolvesAdjoint => call.Reversible is null && call.Options.Differentiation.SolvesAdjoint;

    /// <summary>Every solver, and the iterate of the one that came nearest.</summary>
    private (List<SolverDiagnosis> Tried, Tensor Value) TryForward()
    {
        var tried = new List<SolverDiagnosis>();
        var nearest = call.Start;
        var least = double.PositiveInfinity;
        foreach (var (found, value) in call.Reversible is { } reversible
            ? ReversibleTrials.Of(reversible.Beta).Select(beta => ReversibleTrials.Run(call, beta, Math.Max(1, asked.MaxEvaluations / 2), forward.Tolerance, cell.EvaluationMilliseconds))
            : SolverTrials.Forward((FixedPointSolver)forward.Solver).Select((solver, i) => SolverTrials.Forward(call, solver, isOwn: i == 0, forward, cell.EvaluationMilliseconds)))
        {
            tried.Add(found);
            // A sample that is not finite has no residual, whatever the solver.
            var residual = found.Statistics.SampleResidual.Where(double.IsFinite).DefaultIfEmpty(double.PositiveInfinity).Max();
            if (!(residual < least)) continue;
            (least, nearest) = (residual, value);
        }
        return (tried, nearest);
    }

    private List<SolverDiagnosis> TryAdjoint(Tensor point)
    {
        var shape = point.shape;
        var g = cell.Normal(point, 300).to(WorkingType.Of(point.dtype));
        Tensor Product(Tensor u) => cell.Tape.TransposedJacobianTimes(u.to(point.dtype)).to(g.dtype);
        BroydenInverse? inverse = null;
        // As in a call: of a forward solve with the layer's own limits.
        if (backward.Solver is Gmres { Precondition: true } && forward.Solver is Broyden)
            FixedPointLoop.Solve(call.Cell, call.Start, call.Options.Forward(layer, training: true) with { OnFailure = OnFailure.Report, Observer = null, IsTrial = true },
                Keep.Iterate, taped: false, keepInverse: true, out inverse);
        var solvers = SolverTrials.Adjoint(backward.Solver).Where(solver => inverse is not null || solver is not Gmres { Precondition: true });
        return [.. solvers.Select(solver => SolverTrials.Adjoint(Product, g, solver, solver.Equals(backward.Solver), backward, inverse, cell.ProductMilliseconds))];
    }

    private SolveSettings Limited(SolveSettings settings, double? tolerance) => settings with
    {
        MaxEvaluations = asked.MaxEvaluations,
        Tolerance = tolerance ?? settings.Tolerance,
        OnFailure = OnFailure.Report,
        Observer = null,
        CheckEvery = null,
        IsTrial = true,
    };

    /// <summary>What a diagnosis would leave behind, put back at its end: modes, statistics and marks of the layers, torch's generator.</summary>
    private sealed class Trace : IDisposable
    {
        private readonly (nn.Module Module, bool Training)[] modes = [];
        private readonly List<Action> layers;
        private readonly Tensor generator;

        public Trace(IEquilibriumLayer layer)
        {
            generator = get_rng_state();
            var module = layer as nn.Module;
            layers = [.. (module?.EquilibriumLayers() ?? [layer]).Select(each => each.State.Remember())];
            if (module is null) return;
            // Parents first: train() goes down to the children, whose own mode then follows.
            modes = [.. module.modules().Prepend(module).Select(each => (each, each.training))];
            if (modes.Any(each => each.Training)) module.eval();
            else modes = [];
        }

        public void Dispose()
        {
            foreach (var (module, training) in modes) module.train(training);
            foreach (var putBack in layers) putBack();
            set_rng_state(generator);
        }
    }
}
