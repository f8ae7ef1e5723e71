using System.Globalization;
using Deq.Samples.Baselines;
using Deq.Samples.Language;
using Deq.Samples.Report;

namespace Deq.Samples.Evidence;

/// <summary>The preset <c>full</c> of <c>transformer</c> in its forms, side by side at equal tokens: half an hour of two cores each at most.</summary>
internal sealed class FullLanguageEvidence : ITrialEvidence
{
    private const string Post = "implicit, post-LN", Pre = "implicit, pre-LN", Reversible = "reversible", Stacked = "2 stacked layers, equal parameters", Tied = "12 tied applications";

    public string Name => "language-full";

    public string Title => "Language models, half an hour each";

    public string Claim => "As above, at eight times the tokens: what is better after two minutes need not be so after twenty.";

    public TimeSpan Expected => TimeSpan.FromMinutes(100);

    public IReadOnlyList<Trial> Trials(int seed, bool smoke)
    {
        LanguageSettings standard = LanguagePresets.Transformer.Single(preset => preset.Name == "full").Settings with { Seed = seed };
        if (smoke) standard = standard with { Steps = 4, PretrainSteps = 1, Model = LanguageTrials.Form(smoke), Batch = 2 };
        ModelSettings form = standard.Model;
        LanguageSettings plain = standard with { Gamma = 0 };
        return
        [
            One(Post, standard),
            One(Pre, standard with { Model = form with { Norm = NormPlacement.Pre } }),
            One(Reversible, plain with { Model = form with { Reversible = new ReversibleForm() } }),
            One(Stacked, plain with { Model = Twin.Stacked(form, 2) }),
            One(Tied, plain with { Model = Twin.Tied(form, smoke ? 3 : standard.Solve.Limit) }),
        ];

        Trial One(string name, LanguageSettings settings) => LanguageTrials.Of(name, settings, smoke);
    }

    public Section Gather(EvidenceRun run)
    {
        TrialResult[] trials = [.. Trials(run.Seed, run.Smoke).Select(trial => trial.Do(run, this, task => LanguageTrials.Test((LanguageTask)task, run)))];
        TrialResult Of(string name) => trials.Single(trial => trial.Name == name);
        TrialResult post = Of(Post), best = trials.Where(trial => trial.Failure is null).MinBy(trial => trial.At(0)) ?? post;
        ResultRow trigram = CountModels.Measure(LanguageTrials.Of(run.Smoke))[^1];
        LanguageSettings settings = LanguagePresets.Transformer.Single(preset => preset.Name == "full").Settings;
        return new Section
        {
            Setting = string.Create(CultureInfo.InvariantCulture, $"`transformer --preset full` and the same with `--norm pre`, `--gradient reversible`, `--explicit 2` and `--tied 12`, on the State of the Union addresses, {Format.Short(post.Examples)} tokens each, one seed; the implicit ones with gamma {settings.Gamma} on {settings.Frequency} of the steps. The {trigram.Model} has a test perplexity of {Format.Perplexity(trigram.Test)}. Minutes and tokens per second are of processor time, of one thread, validation included."),
            Tables =
            [
                new SectionTable("", ["", "parameters", "test perplexity", "evaluations forward, backward", "spectral radius at the end", "tokens per processor second", "processor minutes"], [.. trials.Select(Row)]),
            ],
            Charts = [TrialCharts.OfValidations("perplexity", "Perplexity on validation text", "per word, logarithmic", true, "tokens", trials, look => look.Score, ceiling: 400)],
            Verdicts =
            [
                new Verdict(post.At(0) < trigram.Test, $"The equilibrium is better than the {trigram.Model}: {TrialCells.Perplexity(post)} and {Format.Perplexity(trigram.Test)}."),
                new Verdict(post.At(0) <= 1.03 * Of(Stacked).At(0), string.Create(CultureInfo.InvariantCulture, $"It matches stacked layers of equal parameters at equal tokens: {TrialCells.Perplexity(post)} and {TrialCells.Perplexity(Of(Stacked))}, which trained {Of(Stacked).ExamplesPerSecond / post.ExamplesPerSecond:0.0} times as fast.")),
                new Verdict(post.At(0) <= 1.03 * Of(Tied).At(0), $"It matches back-propagation through as many applications of the same cell: {TrialCells.Perplexity(post)} and {TrialCells.Perplexity(Of(Tied))}."),
                new Verdict(Of(Reversible).At(0) <= 1.1 * post.At(0), $"The reversible model's perplexity is within 10% of the implicit one's: {TrialCells.Perplexity(Of(Reversible))} and {TrialCells.Perplexity(post)}."),
            ],
            Notes = [$"Best at equal tokens: {best.Name}.", .. trials.Where(trial => trial.Failure is not null).Select(trial => $"{trial.Name}: {trial.Reason}")],
        };
    }

    private static string[] Row(TrialResult trial) =>
    [
        trial.Name, Format.Count(trial.Parameters), TrialCells.Perplexity(trial), TrialCells.Evaluations(trial), TrialCells.Radius(trial), TrialCells.Speed(trial),
        Format.Decimal(trial.Examples / trial.ExamplesPerSecond / 60),
    ];
}
