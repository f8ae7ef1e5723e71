using System.Globalization;
using Deq.Samples.Language;
using Deq.Samples.Report;
using Deq.Samples.Training;

namespace Deq.Samples.Evidence;

/// <summary>How evaluations, residuals and the spectral radius grow while an equilibrium model trains, and what holds them down.</summary>
internal sealed class GrowthEvidence : ITrialEvidence
{
    private const string Post = "post-LN", PostPenalty = "post-LN, gamma 2", Pre = "pre-LN", PrePenalty = "pre-LN, gamma 2",
        Decay = "post-LN, weight decay 1e-6", NoNorm = "post-LN, no weight norm", Few = "post-LN, 5 evaluations";

    /// <summary>Evaluations and radii of one run move by some per cent from one look to the next: less than this is no growth and no difference.</summary>
    private const double Clear = 0.1;

    public string Name => "growth";

    public string Title => "Growth during training";

    public string Claim => "While a DEQ trains its fixed point becomes harder to find: evaluations, residuals and the spectral radius grow (JR section 3, figures 2 and 7). The penalty holds them down at 25 to 30% more memory; with it even pre-LN trains, which diverges without (table 3). Weight decay does not do it (figure 8), without weight norm training diverges (figure 3), and so it does with too few evaluations (table 3: 15).";

    public TimeSpan Expected => TimeSpan.FromMinutes(24);

    public IReadOnlyList<Trial> Trials(int seed, bool smoke)
    {
        LanguageSettings standard = LanguagePresets.Transformer[0].Settings with
        {
            Seed = seed,
            Steps = smoke ? 4 : 400,
            PretrainSteps = smoke ? 1 : 40,
            // The papers' block; wide limits, so that growth has room to show.
            Model = LanguageTrials.Form(smoke) with { Residual = FirstResidual.State, WeightNorm = true },
            Solve = new SolveSettings { Tolerance = 1e-2, Limit = smoke ? 6 : 30, BackwardTolerance = 1e-2, BackwardLimit = smoke ? 6 : 30 },
            Batch = smoke ? 2 : 16,
        };
        LanguageSettings pre = standard with { Model = standard.Model with { Norm = NormPlacement.Pre } };
        return
        [
            One(Post, standard), One(PostPenalty, standard with { Gamma = 2, Frequency = 0.35 }), One(Pre, pre), One(PrePenalty, pre with { Gamma = 2, Frequency = 0.35 }),
            One(Decay, standard with { WeightDecay = 1e-6 }), One(NoNorm, standard with { Model = standard.Model with { WeightNorm = false } }),
            One(Few, standard with { Solve = standard.Solve with { Limit = 5, BackwardLimit = 5 } }),
        ];

        Trial One(string name, LanguageSettings settings) => LanguageTrials.Of(name, settings, smoke) with { MeasuresMemory = name is Post or PostPenalty };
    }

    public Section Gather(EvidenceRun run)
    {
        TrialResult[] trials = [.. Trials(run.Seed, run.Smoke).Select(trial => trial.Do(run, this, task => LanguageTrials.Test((LanguageTask)task, run)))];
        TrialResult Of(string name) => trials.Single(trial => trial.Name == name);
        TrialResult post = Of(Post), penalty = Of(PostPenalty), pre = Of(Pre), prePenalty = Of(PrePenalty);
        double extra = penalty.Peak / post.Peak - 1;
        return new Section
        {
            Setting = $"The DEQ-Transformer of `transformer` quick with the papers' block (first residual from the state, weight norm) on the State of the Union addresses, {Format.Count(trials.Max(trial => trial.Run.Steps.Count))} steps, {Format.Short(trials.Max(trial => trial.Examples))} tokens, one seed, Adam at {Format.Small(LanguagePresets.Transformer[0].Settings.LearningRate)}, the first {(run.Smoke ? 1 : 40)} steps with two stacked applications; the penalty on 0.35 of the steps; Anderson with a tolerance of 1e-2 and limits of 30 and 30. Begin is the second tenth of the steps, end the last tenth; of the spectral radius, which moves much from one look to the next, the first and the last look. \"Fails\" is a loss, gradient or solve that is not finite, or 50 steps in succession whose solves come nowhere near.",
            Tables =
            [
                new SectionTable("", ["", "test perplexity", "evaluations forward, begin and end", "backward", "residual forward, begin and end", "backward", "spectral radius, begin and end", "memory of a step, MB"], [.. trials.Select(Row)]),
            ],
            Charts =
            [
                TrialCharts.OfSteps("evaluations", "Evaluations in the forward solve", "limit 30, five in one of them", false, "tokens", trials, step => step.ForwardEvaluations),
                TrialCharts.OfSteps("residual", "Residual of the forward solve", "relative, logarithmic", true, "tokens", trials, step => step.ForwardResidual),
                TrialCharts.OfValidations("radius", "Spectral radius", "of the Jacobian at the equilibrium, the larger of two segments; logarithmic", true, "tokens", trials, look => look.SpectralRadius),
            ],
            Verdicts =
            [
                new Verdict(Forward(post, end: true) > (1 + Clear) * Forward(post, end: false), $"Without the penalty the evaluations grow: {Change(Forward(post, end: false), Forward(post, end: true), "0.0")}."),
                new Verdict(post.LastRadius > (1 + Clear) * post.FirstRadius, $"Without it the spectral radius grows: {Change(post.FirstRadius, post.LastRadius, "0.00")}, and between {Number(Radii(post).Min(), "0.00")} and {Number(Radii(post).Max(), "0.00")} on the way."),
                new Verdict(penalty.Failure is null && penalty.LastRadius < (1 - Clear) * post.LastRadius && Forward(penalty, end: true) < (1 - Clear) * Forward(post, end: true), $"The penalty holds both down: {Number(Forward(penalty, end: true), "0.0")} evaluations at the end and {Number(Forward(post, end: true), "0.0")} without, radius {Number(penalty.LastRadius, "0.00")} and {Number(post.LastRadius, "0.00")}; {Outcome(penalty)} and {Outcome(post)}."),
                new Verdict(pre.Failure is not null || pre.At(0) > 2 * post.At(0), $"Pre-LN does not train without the penalty: {Outcome(pre)}."),
                new Verdict(prePenalty.Failure is null && !(prePenalty.At(0) > 1.2 * penalty.At(0)), $"Pre-LN trains with the penalty: {Outcome(prePenalty)}; post-LN with it {Outcome(penalty)}."),
                new Verdict(Of(Decay).Failure is not null || Of(Decay).LastRadius > 0.9 * post.LastRadius, $"Weight decay of 1e-6 in place of the penalty does not hold the radius down: {Number(Of(Decay).LastRadius, "0.00")}, {Number(post.LastRadius, "0.00")} without both."),
                new Verdict(Of(NoNorm).Failure is not null || Of(NoNorm).At(0) > 2 * post.At(0), $"Without weight norm training diverges: {Outcome(Of(NoNorm))}."),
                new Verdict(Of(Few).Failure is not null || Of(Few).At(0) > 1.1 * post.At(0), $"With too few evaluations it diverges, or ends clearly worse: {Outcome(Of(Few))} with 5, {Outcome(post)} with 30."),
                .. double.IsNaN(extra) ? Array.Empty<Verdict>() : [new Verdict(extra <= 0.35, $"The penalty takes little more memory (papers: 25 to 30%): a training step's peak is {Number(penalty.Peak, "0.0")} MB with it and {Number(post.Peak, "0.0")} MB without, {100 * extra:+0;-0}%.")],
            ],
            Notes = [.. TrialCells.Failures(trials)],
        };
    }

    private static IEnumerable<double> Radii(TrialResult trial) => trial.Run.Validations.Select(look => look.SpectralRadius).Where(double.IsFinite).DefaultIfEmpty(double.NaN);

    private static double Forward(TrialResult trial, bool end) => end ? trial.AtTheEnd(step => step.ForwardEvaluations) : trial.AtTheBeginning(step => step.ForwardEvaluations);

    private static string[] Row(TrialResult trial) =>
    [
        trial.Name, trial.Failure is null ? Format.Perplexity(trial.At(0)) : Outcome(trial),
        Change(Forward(trial, end: false), Forward(trial, end: true), "0.0"),
        Change(trial.AtTheBeginning(step => step.BackwardEvaluations), trial.AtTheEnd(step => step.BackwardEvaluations), "0.0"),
        $"{Format.Small(trial.AtTheBeginning(step => step.ForwardResidual))} to {Format.Small(trial.AtTheEnd(step => step.ForwardResidual))}",
        $"{Format.Small(trial.AtTheBeginning(step => step.BackwardResidual))} to {Format.Small(trial.AtTheEnd(step => step.BackwardResidual))}",
        Change(trial.FirstRadius, trial.LastRadius, "0.00"), Format.Decimal(trial.Peak),
    ];

    private static string Outcome(TrialResult trial) => trial.Failure is null ? $"perplexity {Format.Perplexity(trial.At(0))}" : $"fails at step {trial.Run.Steps.Count + 1}";

    private static string Change(double begin, double end, string format) => $"{Number(begin, format)} to {Number(end, format)}";

    private static string Number(double value, string format) => double.IsNaN(value) ? Format.Missing : value.ToString(format, CultureInfo.InvariantCulture);
}
