using System.Globalization;
using Deq.Reversible;
using Deq.Solvers;
using TorchSharp;

namespace Deq;

/// <summary>
/// What to say about the measurements, and what to set. Every rule stands on a fact named beside it; where two solvers are close the layer's own
/// stays, and then the simpler one.
/// </summary>
internal sealed class DiagnosisAdvice
{
    // A change of solver must save a fifth of the evaluations, and three: less is within what batches differ by.
    private const double WorthAChange = 1.25;
    private const int FewestSaved = 3;
    // In training the radius creeps up, and evaluations with it (JR figure 3): a limit has a quarter in hand.
    private const double LimitMargin = 1.25;
    // The JR paper calls layers of about thirty evaluations the ones to regularise (table 1); it trains with gamma 0.4 to 2.5 (table 4).
    private const int ManyEvaluations = 30;
    private const double FirstGamma = 1.0;
    // Of a state: what a residual may hide before a tighter tolerance is advised, and what is aimed at then.
    private const double HiddenError = 0.05, AimedError = 0.02;
    // Derivatives by differences are right to rounding^(2/3), so to 3e-5 in float32; a kink or two per thousand units stays below this.
    private const double WrongDerivative = 0.05;
    private const double LostDigits = 1e-5;
    private const double Noisy = 1e-6;

    private readonly DiagnosedCall call;
    private readonly DiagnosisOptions asked;
    private readonly CellExamination cell;
    private readonly SolveSettings forward, backward;
    private readonly IReadOnlyList<SolverDiagnosis> tried, adjoint;
    private readonly List<string> sentences = [];
    private readonly double radius;
    private bool complaints;

    public DiagnosisAdvice(DiagnosedCall call, DiagnosisOptions asked, CellExamination cell, SolveSettings forward, SolveSettings backward,
        IReadOnlyList<SolverDiagnosis> tried, IReadOnlyList<SolverDiagnosis> adjoint)
    {
        (this.call, this.asked, this.cell, this.forward, this.backward) = (call, asked, cell, forward, backward);
        (this.tried, this.adjoint) = (tried, adjoint);
        radius = cell.Radii.Where(double.IsFinite).DefaultIfEmpty(double.NaN).Max();
        if (!SayWhatIsNotFinite() && !SayThatAllRunAway())
        {
            SayWhetherItIsAFunction();
            SayRadius();
            if (call.Reversible is null) AdviseSolver();
            else AdviseBeta();
            AdviseTolerance();
            AdviseAdjoint();
            AdvisePenalty();
        }
        IsHealthy = !complaints;
    }

    public IReadOnlyList<string> Sentences => sentences;
    public SolverDiagnosis? Best { get; private set; }
    public SolverDiagnosis? BestAdjoint { get; private set; }
    public EquilibriumOptions Recommended { get; private set; } = EquilibriumOptions.Default;
    public double? Gamma { get; private set; }
    public double? InversionLoss { get; private set; }
    public bool IsHealthy { get; }

    private bool Converges => tried.Any(t => t.EvaluationsToTolerance is not null);

    private double Rounding => call.Start.dtype switch { torch.ScalarType.Float64 => 2.2e-16, torch.ScalarType.Float32 => 1.2e-7, torch.ScalarType.Float16 => 9.8e-4, _ => 7.8e-3 };

    private bool SayWhatIsNotFinite()
    {
        if (cell.NotFinite.Length == 0) return false;
        var all = cell.NotFinite.Length == call.Start.shape[0];
        Complain($"The cell is not finite at the initial state of {(all ? "every sample" : SolveMessage.Samples(cell.NotFinite))}: look for infinities or NaN in the inputs, "
            + $"the initial state and the parameters there, and for a division, logarithm or root in the cell.{(all ? " No solver can begin, so nothing else was tried." : " What follows is about the other samples.")}");
        return all;
    }

    /// <summary>Where no solver comes beyond its first step, there is no point at which anything else could be said.</summary>
    private bool SayThatAllRunAway()
    {
        if (!tried.All(t => t.Statistics.Outcomes.All(outcome => outcome == SolveOutcome.NotFinite) && t.Statistics.SampleEvaluations.Max() <= 2)) return false;
        Complain("Every solver runs into values that are not finite at once: the cell is finite at the initial state and overflows from there. Look at the size of the inputs and parameters, lower the learning rate, "
            + "and bound the cell (LayerNorm, WeightNormLinear, tanh).");
        return true;
    }

    private void SayWhetherItIsAFunction()
    {
        if (cell.Noise > Noisy)
            Complain(Text($"Two evaluations at one state differ by {cell.Noise:g2} of the value: something in the cell is drawn anew each time, and such a map has no fixed point. Use VariationalDropout, or draw it outside the cell."));
        if (cell.DerivativeError > WrongDerivative)
            Complain(Text($"The cell's gradient disagrees with its finite differences ({cell.DerivativeError:g2}, where 1 is no agreement at all): look for detach, no_grad, item(), in-place changes, rounding or kinks in the cell. Gradient, radius and penalty below are those of the gradient."));
    }

    private void SayRadius()
    {
        if (!double.IsFinite(radius)) return;
        // Ostrowski: a fixed point attracts plain iteration where rho(J) < 1, which then gains log10(1/rho) digits per evaluation.
        var where = Converges ? "" : " (at the best iterate, which is no fixed point)";
        if (radius == 0) Say($"Spectral radius 0{where}: {(Converges ? "near the fixed point every evaluation gains all the digits there are" : "the cell's gradient says that it does not depend on its state")}.");
        else if (radius < 1) Say(Text($"Spectral radius {DiagnosisReport.Radius(radius)} < 1{where}: plain iteration converges near the fixed point, with a digit per {Math.Max(1, Math.Log(10) / -Math.Log(radius)):f0} evaluations."));
        else Say($"Spectral radius {DiagnosisReport.Radius(radius)} >= 1{where}: plain iteration does not converge.");
        if (!cell.RadiiSettled) Say("The spectral radius is an estimate: the products it is taken from had not settled, as where many eigenvalues are of nearly the largest size.");
    }

    private void AdviseSolver()
    {
        var own = tried[0];
        var declared = (call.Options.MaxEvaluations ?? EquilibriumDefaults.MaxEvaluations);
        Best = Cheapest(tried);
        if (Best is { EvaluationsToTolerance: { } needed })
        {
            if (!ReferenceEquals(Best, own))
            {
                Complain(Text($"{Own(own)} {Fate(own)}; {Best.Declaration} reaches {forward.Tolerance:g3} in {Evaluations(needed)}: set {Best.WithLimit(Limit(needed))}."));
                Recommended = Recommended with { Solver = (FixedPointSolver)Best.Solver!, MaxEvaluations = Limit(needed) };
            }
            else if (declared < needed)
            {
                Complain(Text($"{Own(own)} reaches {forward.Tolerance:g3} in {Evaluations(needed)}, but the layer's limit of {declared} ends it at {own.Residuals[Math.Min(declared, own.Residuals.Count) - 1]:g2}: set {own.WithLimit(Limit(needed))}, or regularise as below."));
                Recommended = Recommended with { MaxEvaluations = Limit(needed) };
            }
            else
            {
                Say(Text($"{Own(own)} reaches {forward.Tolerance:g3} in {Evaluations(needed)}, within the layer's limit of {declared}; no solver needs clearly fewer."));
            }
            return;
        }
        var nearest = tried.MinBy(t => t.Residual)!;
        if (AtRounding(nearest))
        {
            var tolerance = Rounded(3 * nearest.Residual);
            Complain(Text($"The residual stops at {nearest.Residual:g2}, which is what the rounding of {call.Start.dtype} leaves: set Tolerance = {tolerance:g1}, or compute in a wider type."));
            Recommended = Recommended with { Tolerance = tolerance };
            return;
        }
        if (tried.Where(t => t.Estimate is not null).MinBy(t => t.Estimate) is { Estimate: { } estimate } slow && !(cell.Noise > Noisy))
        {
            Best = slow;
            Complain(Text($"No solver reaches {forward.Tolerance:g3} within {asked.MaxEvaluations} evaluations. {slow.Declaration} still falls and would take about {estimate}: set {slow.WithLimit(Limit(estimate))}, or better make the cell easier, as below."));
            Recommended = Recommended with { Solver = (FixedPointSolver)slow.Solver!, MaxEvaluations = Limit(estimate) };
            return;
        }
        // A differentiable cell with rho(J) < 1 attracts: what stops far from a fixed point all the same is no such cell.
        if (radius < 0.9)
            Complain(Text($"No solver comes below {nearest.Residual:g2}, though the cell's gradient says that plain iteration should converge: the cell jumps (round, sign, argmax, comparisons), is random, or its gradient is not that of its value. It may have no fixed point at all."));
        else
            Complain(Text($"No solver comes below {nearest.Residual:g2} ({nearest.Declaration}): that is no matter of the solver. Normalise the cell (LayerNorm, WeightNormLinear, SpectralNormLinear), lower the learning rate, or regularise as below; [Solver(\"newton_krylov\")] with a limit of hundreds is what may still get there."));
    }

    private void AdviseBeta()
    {
        var settings = call.Reversible!;
        InversionLoss = ReversibleTrials.InversionLoss(call);
        var own = tried[0];
        int Steps(int evaluations) => (evaluations + 1) / 2;
        // Converges for a k-Lipschitz f with k < 1 where 0 < b < 2/(1 + k) (McCallum, Arora, Foster 2025); k is at least the radius.
        if (radius >= 1) Say("The reversible iteration is sure to converge only where the cell contracts: so is not this one.");
        else if (settings.Beta >= 2 / (1 + radius))
            Complain(Text($"beta {settings.Beta} lies beyond 2/(1 + k) = {2 / (1 + radius):f2}, up to which the reversible iteration is sure to converge with a cell of this radius."));
        Best = Cheapest(tried);
        if (Best is { EvaluationsToTolerance: { } needed, Beta: { } beta })
        {
            if (!ReferenceEquals(Best, own))
            {
                Complain(Text($"beta {settings.Beta}, the layer's own, {Fate(own, Steps)}; {beta} reaches {forward.Tolerance:g3} in {Steps(needed)} steps: set [Reversible(beta: {beta}, Steps = {Steps(needed)})]."));
                Recommended = Recommended with { Beta = beta, Steps = Steps(needed) };
            }
            else if (settings.Steps < Steps(needed))
            {
                Complain(Text($"After the layer's {settings.Steps} steps the residual is {own.Residuals[Math.Min(settings.Steps, own.Residuals.Count - 1)]:g2}; {forward.Tolerance:g3} takes {Steps(needed)}. Its gradient is exact for the steps taken, so set Steps = {Steps(needed)} where the fixed point itself matters."));
                Recommended = Recommended with { Steps = Steps(needed) };
            }
            else
            {
                Say(Text($"beta {settings.Beta}, the layer's own, reaches {forward.Tolerance:g3} in {Steps(needed)} of its {settings.Steps} steps; no beta needs clearly fewer."));
            }
        }
        else
        {
            Complain(Text($"No beta reaches {forward.Tolerance:g3} within {asked.MaxEvaluations / 2} steps: best is {tried.MinBy(t => t.Residual)!.Residual:g2}. Normalise the cell, regularise it, or let a solver find the fixed point: without [Reversible], anderson or broyden."));
        }
        if (!(InversionLoss <= LostDigits)) Complain(Text($"Undoing the steps between two kept pairs loses {InversionLoss:g2} of the state, and the gradient with it: {LessLoss(settings)}."));
    }

    /// <summary>What makes the steps easier to undo, of what is not so already.</summary>
    private string LessLoss(ReversibleSettings settings)
    {
        List<string> ways = [];
        var every = ReversibleSettings.DefaultKeepEvery(settings.Beta, settings.StateType, call.Start.dtype);
        if (settings.KeepEvery == 0 || settings.KeepEvery > every)
        {
            var less = ReversibleTrials.InversionLoss(call with { Reversible = settings with { KeepEvery = every } });
            // All of it may be lost, which is no number.
            if (double.IsFinite(less) && !(less >= InversionLoss)) ways.Add(Text($"KeepEvery = {every}, which loses {less:g2}"));
        }
        if (settings.StateType != TorchSharp.torch.ScalarType.Float64) ways.Add("StateType = Float64");
        ways.Add("a beta nearer to 0.5");
        return $"set {string.Join(", or ", ways)}";
    }

    private void AdviseTolerance()
    {
        if (!Converges || forward.StopMode != StopMode.Relative) return;
        // ||z - z*|| <= ||g|| / min |1 - lambda| for a normal J, and min |1 - lambda| >= 1 - rho.
        var hidden = radius < 1 ? forward.Tolerance / (1 - radius) : 0;
        if (hidden <= HiddenError) return;
        var tolerance = Math.Max(Math.Pow(10, Math.Floor(Math.Log10(AimedError * (1 - radius)))), Rounded(100 * Rounding));
        if (tolerance >= forward.Tolerance) return;
        Say(Text($"So near to 1 a residual of {forward.Tolerance:g3} can hide an error of {Math.Min(1, hidden):p0} of the state, and of the gradient: where that matters, set Tolerance = {tolerance:g1}."));
        Recommended = Recommended with { Tolerance = tolerance };
    }

    private void AdviseAdjoint()
    {
        if (call.Reversible is null && call.Options.Differentiation is { Mode: GradientMode.Phantom or GradientMode.Neumann or GradientMode.JacobianFree } gradient)
        {
            // What k terms leave out of sum_i (t J + (1 - t) I)^i, along an eigenvector of the radius: its (t rho + 1 - t)^k.
            var left = gradient.Mode == GradientMode.JacobianFree ? radius : Math.Pow(gradient.Damping * radius + 1 - gradient.Damping, gradient.Steps);
            if (left > 0.3)
                Complain(Text($"A {gradient.Mode} gradient of these settings leaves out up to {Math.Min(1, left):p0} of what the slowest direction contributes: take [Gradient(\"implicit\")], or more steps."));
            return;
        }
        // At another point than a fixed point no adjoint problem is the layer's.
        if (adjoint.Count == 0 || !Converges) return;
        var own = adjoint[0];
        var declared = call.Options.BackwardMaxEvaluations ?? EquilibriumDefaults.BackwardMaxEvaluations;
        BestAdjoint = Cheapest(adjoint);
        if (BestAdjoint is not { EvaluationsToTolerance: { } needed })
        {
            Complain(Text($"No adjoint solver reaches {backward.Tolerance:g3} within {asked.MaxEvaluations} products, so no gradient here is exact: see the forward solve first; [Gradient(\"neumann\")] is what needs no adjoint solve."));
            return;
        }
        // A refined SHINE gradient ends where its products do, converged or not.
        if (call.Options.Differentiation.Mode == GradientMode.Shine)
        {
            if (ReferenceEquals(BestAdjoint, own)) return;
            Complain(Text($"Adjoint: {Own(own)} {Fate(own)}; {BestAdjoint.Declaration} reaches {backward.Tolerance:g3} in {Products(needed)}: set [BackwardSolver({BestAdjoint.Declaration})]."));
            Recommended = Recommended with { BackwardSolver = BestAdjoint.Solver };
            return;
        }
        if (!ReferenceEquals(BestAdjoint, own))
            Complain(Text($"Adjoint: {Own(own)} {Fate(own)}; {BestAdjoint.Declaration} reaches {backward.Tolerance:g3} in {Products(needed)}: set {BestAdjoint.WithLimit(Limit(needed))}."));
        else if (declared < needed)
            Complain(Text($"Adjoint: {Own(own)} reaches {backward.Tolerance:g3} in {Products(needed)}, but the layer's limit is {declared}, and a gradient is off by what is left then: set {own.WithLimit(Limit(needed))}."));
        else
        {
            Say(Text($"Adjoint: {Own(own)} reaches {backward.Tolerance:g3} in {Products(needed)}, within the layer's limit of {declared}."));
            return;
        }
        Recommended = Recommended with { BackwardSolver = BestAdjoint.Solver, BackwardMaxEvaluations = Limit(needed) };
    }

    private void AdvisePenalty()
    {
        if (!double.IsFinite(radius)) return;
        var hard = radius >= 1 || Best?.EvaluationsToTolerance is null or > ManyEvaluations;
        if (!hard || radius < 0.5) return;
        // The penalty is gamma ||J||_F^2 / d, an upper bound of rho^2 / d: driving it down drives the radius down (JR eq. 4, figure 7).
        if (call.Options.JacobianGamma is { } gamma and > 0)
        {
            Gamma = 2 * gamma;
            Say(Text($"The penalty of gamma {gamma} does not hold the radius below 1 or the evaluations down: raise it to {Gamma:g3}, by a schedule if training suffers."));
            return;
        }
        Gamma = FirstGamma;
        Say(Text($"[JacobianReg(gamma: {FirstGamma:f1}, Frequency = 0.35)] would train the radius down, and with it the evaluations, for a few more per step (the paper uses gamma 0.4 to 2.5); add model.JacobianPenalty() to the loss."));
    }

    /// <summary>The one with the fewest evaluations, but the layer's own, and else the simpler, where that needs hardly more.</summary>
    private static SolverDiagnosis? Cheapest(IReadOnlyList<SolverDiagnosis> all)
    {
        var least = all.Min(t => t.EvaluationsToTolerance);
        if (least is null) return null;
        // In the order of the list: the own first, then by what a step of theirs costs and keeps.
        return all.First(t => t.EvaluationsToTolerance <= (t.IsOwn ? Math.Max(WorthAChange * least.Value, least.Value + FewestSaved) : 1.1 * least.Value));
    }

    private string Own(SolverDiagnosis own) => own.Attribute switch
    {
        "Solver" when call.Options.Solver is null => $"{own.Declaration}, the default,",
        "BackwardSolver" when call.Options.BackwardSolver is null => $"{own.Declaration}, the forward solver's kind,",
        _ => $"{own.Declaration}, as declared,",
    };

    private static string Fate(SolverDiagnosis own, Func<int, int>? counted = null) => own switch
    {
        { EvaluationsToTolerance: { } evaluations } => $"needs {counted?.Invoke(evaluations) ?? evaluations}",
        { Estimate: { } estimate } => $"would need about {counted?.Invoke(estimate) ?? estimate}",
        { Outcome: SolveOutcome.Diverged } => "diverges",
        { Outcome: SolveOutcome.NotFinite } => "runs into values that are not finite",
        _ => Text($"stops at {own.Residual:g2}"),
    };

    /// <summary>A residual near the type's rounding that has stopped falling there, or that nothing could bring below it.</summary>
    private bool AtRounding(SolverDiagnosis nearest) =>
        nearest.Residual <= Math.Min(1e3 * Rounding, 3e-2) && (nearest.Outcome == SolveOutcome.Stagnated || forward.Tolerance < Rounding || nearest.Residual < 4 * Rounding);

    private static int Limit(int needed) => Math.Max(needed + 2, (int)Math.Ceiling(LimitMargin * needed));

    /// <summary>Up to one digit.</summary>
    private static double Rounded(double value)
    {
        var unit = Math.Pow(10, Math.Floor(Math.Log10(value)));
        return Math.Ceiling(value / unit * (1 - 1e-12)) * unit;
    }



    private static string Evaluations(int count) => count == 1 ? "1 evaluation" : Text($"{count} evaluations");

    private static string Products(int count) => count == 1 ? "1 product" : Text($"{count} products");

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);

    private void Say(string sentence) => sentences.Add(sentence);

    private void Complain(string sentence)
    {
        complaints = true;
        sentences.Add(sentence);
    }
}
