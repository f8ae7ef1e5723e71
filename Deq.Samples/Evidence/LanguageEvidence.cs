using System.Globalization;
using Deq.Samples.Language;
using Deq.Samples.Report;
using Deq.Samples.Training;

namespace Deq.Samples.Evidence;

/// <summary>Language models side by side at equal tokens: each gradient, reversible, explicit.</summary>
internal sealed class LanguageEvidence : ITrialEvidence
{
    private const string Implicit = "implicit", PreNorm = "implicit, pre-LN", Penalty = "implicit, gamma 0.5", JacobianFree = "Jacobian-free", Phantom = "phantom, 5 steps", Reversible = "reversible",
        Tied = "12 tied applications", Stacked = "2 stacked layers, equal parameters";

    public string Name => "language";

    public string Title => "Language models";

    public string Claim => "At equal parameters a DEQ-Transformer matches a deep explicit one, 24.2 and 24.3 on WikiText-103, with up to 88% less memory and at 2 to 3 times the time (DEQ table 3); with the penalty at half the evaluations and 1.5 times the time (JR table 3). The reversible one reaches 23.2 at 94 M parameters (RevDEQ). Phantom and Jacobian-free gradients are cheaper.";

    public TimeSpan Expected => TimeSpan.FromMinutes(25);

    public IReadOnlyList<Trial> Trials(int seed, bool smoke)
    {
        LanguageSettings standard = LanguagePresets.Transformer[0].Settings with { Seed = seed, Steps = smoke ? 4 : 800, PretrainSteps = smoke ? 1 : 100, Model = LanguageTrials.Form(smoke), Batch = smoke ? 2 : 16 };
        ModelSettings form = standard.Model;
        return
        [
            One(Implicit, standard),
            One(PreNorm, standard with { Model = form with { Norm = NormPlacement.Pre } }),
            One(Penalty, standard with { Gamma = 0.5, Frequency = 0.25 }),
            One(JacobianFree, standard with { Solve = standard.Solve with { Gradient = GradientMode.JacobianFree } }),
            One(Phantom, standard with { Solve = standard.Solve with { Gradient = GradientMode.Phantom, GradientSteps = 5 } }),
            One(Reversible, standard with { Model = form with { Reversible = new ReversibleForm() } }),
            One(Tied, standard with { Model = Twin.Tied(form, smoke ? 3 : standard.Solve.Limit) }),
            One(Stacked, standard with { Model = Twin.Stacked(form, 2) }),
        ];

        Trial One(string name, LanguageSettings settings) => LanguageTrials.Of(name, settings, smoke) with { MeasuresMemory = !smoke || name == Implicit };
    }

    public Section Gather(EvidenceRun run)
    {
        TrialResult[] trials = [.. Trials(run.Seed, run.Smoke).Select(trial => trial.Do(run, this, task => LanguageTrials.Test((LanguageTask)task, run)))];
        TrialResult Of(string name) => trials.Single(trial => trial.Name == name);
        TrialResult standard = Of(Implicit), stacked = Of(Stacked), tied = Of(Tied), penalty = Of(Penalty);
        SolveSettings solve = LanguagePresets.Transformer[0].Settings.Solve;
        double saved = 1 - standard.Peak / tied.Peak;
        return new Section
        {
            Setting = $"`transformer` quick on the State of the Union addresses (1790 to 2021, vocabulary {Format.Count(LanguageTrials.Of(run.Smoke).Vocabulary.Count)}), {Format.Short(standard.Examples)} tokens each, one seed, Adam at {Format.Small(LanguagePresets.Transformer[0].Settings.LearningRate)}; Anderson with limits {solve.Limit} and {solve.BackwardLimit} and tolerances {Format.Small(solve.Tolerance)} and {Format.Small(solve.BackwardTolerance)}, the penalty on 0.25 of the steps, the first {(run.Smoke ? 1 : 100)} steps of the equilibrium models with two stacked applications. Reversible: b = 0.5, at most four steps. Evaluations are means over the last tenth of the steps; memory is the peak of a training step in a process of its own, softmax included. Tokens per second are of processor time, validation included. Post-LN where pre-LN is not named.",
            Tables =
            [
                new SectionTable("", ["", "parameters", "without embedding", "test perplexity", "evaluations forward, backward", "spectral radius at the end", "tokens per processor second", "memory, MB"], [.. trials.Select(Row)]),
            ],
            Charts =
            [
                TrialCharts.OfValidations("perplexity", "Perplexity on validation text", "per word, logarithmic", true, "tokens", trials, look => look.Score, ceiling: 2000),
                TrialCharts.OfSteps("evaluations", "Evaluations in the forward solve", "of the equilibrium models", false, "tokens", trials, step => step.ForwardEvaluations),
            ],
            Verdicts =
            [
                new Verdict(standard.At(0) <= 1.03 * stacked.At(0), string.Create(CultureInfo.InvariantCulture, $"The equilibrium matches stacked layers of equal parameters at equal tokens: {TrialCells.Perplexity(standard)} and {TrialCells.Perplexity(stacked)}, which trained {stacked.ExamplesPerSecond / standard.ExamplesPerSecond:0.0} times as fast.")),
                new Verdict(standard.At(0) <= 1.03 * tied.At(0), $"It matches back-propagation through as many applications of the same cell: {TrialCells.Perplexity(standard)} and {TrialCells.Perplexity(tied)}."),
                .. double.IsNaN(saved) ? Array.Empty<Verdict>() : [new Verdict(saved > 0, string.Create(CultureInfo.InvariantCulture, $"It takes less memory than they do: {standard.Peak:0.0} and {tied.Peak:0.0} MB ({100 * saved:0}% less; softmax and embedding are in both)."))],
                new Verdict(Of(Reversible).At(0) <= 1.1 * standard.At(0), $"The reversible model's perplexity is within 10% of the implicit one's: {TrialCells.Perplexity(Of(Reversible))} and {TrialCells.Perplexity(standard)}."),
                Cheaper(JacobianFree), Cheaper(Phantom),
                new Verdict(Evaluations(penalty) < Evaluations(standard) && penalty.At(0) <= 1.05 * standard.At(0), $"The penalty saves evaluations and costs little perplexity: {Format.Decimal(Evaluations(penalty))} and {Format.Decimal(Evaluations(standard))} evaluations, {TrialCells.Perplexity(penalty)} and {TrialCells.Perplexity(standard)}."),
            ],
            Notes =
            [
                $"Of pre-LN the solves end with a residual of {Format.Small(Of(PreNorm).AtTheEnd(step => step.ForwardResidual))} in the mean over the last steps, after {Format.Decimal(Evaluations(Of(PreNorm)))} of at most {solve.Limit} evaluations: a model whose solves end at their limit is a network of that many applications of its cell rather than their equilibrium. The stacked layers and the tied applications beside it are post-LN.",
                .. TrialCells.Failures(trials),
            ],
        };

        Verdict Cheaper(string gradient) => new(
            Of(gradient).ExamplesPerSecond > standard.ExamplesPerSecond && Of(gradient).At(0) <= 1.05 * standard.At(0),
            string.Create(CultureInfo.InvariantCulture, $"The {gradient} gradient is faster and costs little: {Of(gradient).ExamplesPerSecond / standard.ExamplesPerSecond:0.00} times the tokens per second, perplexity {TrialCells.Perplexity(Of(gradient))} and {TrialCells.Perplexity(standard)}."));
    }

    private static double Evaluations(TrialResult trial) => trial.AtTheEnd(step => step.ForwardEvaluations);

    private static string[] Row(TrialResult trial) =>
    [
        trial.Name, Format.Count(trial.Parameters), double.IsNaN(trial.At(2)) ? Format.Missing : Format.Count((long)trial.At(2)),
        TrialCells.Perplexity(trial), TrialCells.Evaluations(trial), TrialCells.Radius(trial), TrialCells.Speed(trial), Format.Decimal(trial.Peak),
    ];
}
