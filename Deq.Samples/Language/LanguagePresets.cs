using Deq.Samples.Training;
using Deq.Samples.Trellis;

namespace Deq.Samples.Language;

/// <summary>The presets of <c>transformer</c>, <c>trellis</c> and <c>revdeq-lm</c>.</summary>
internal static class LanguagePresets
{
    /// <summary>Tokens of WikiText-103's and of the Penn Treebank's training files, ends of lines counted.</summary>
    private const long WikiTextTokens = 103_227_021, PennTokens = 929_589;

    /// <summary>The DEQ-Transformer; the papers' settings are those of the JR paper's table 4 and of the authors' scripts.</summary>
    public static IReadOnlyList<LanguagePreset> Transformer { get; } =
    [
        new("quick", "the shipped corpus in minutes on two cores", new LanguageSettings()),
        new("full", "the same in less than half an hour, below the trigram's perplexity", new LanguageSettings
        {
            Output = Path.Combine("runs", "transformer-full"),
            // Three and a half times the training text.
            Tokens = 6_500_000,
            LearningRate = 2.5e-3,
            Solve = new SolveSettings { BackwardLimit = 6 },
            Gamma = 0.5,
            Frequency = 0.1,
        }),
        new("wikitext103", "WikiText-103 with the DEQ paper's settings, for a GPU", PaperTransformer with
        {
            Output = Path.Combine("runs", "transformer-wikitext103"),
            Model = PaperTransformer.Model with { Dropout = 0.05, InputDropout = 0.05, OutputDropout = 0.05 },
            Solve = PaperTransformer.Solve with { Limit = 30, BackwardLimit = 35 },
        }, PaperTransformerParameters),
        new("wikitext103-jr", "the same with the JR paper's penalty and few evaluations", PaperTransformer with
        {
            Output = Path.Combine("runs", "transformer-wikitext103-jr"),
            Gamma = 1.6,
            LastGamma = 2.5,
            Frequency = 0.35,
            LimitSpread = 2,
        }, PaperTransformerParameters),
    ];

    /// <summary>DEQ-TrellisNet; what the paper does not print is taken from the authors' scripts for it and for TrellisNet.</summary>
    public static IReadOnlyList<LanguagePreset> Trellis { get; } =
    [
        new("quick", "the shipped corpus in minutes on two cores", new LanguageSettings
        {
            Output = Path.Combine("runs", "trellis"),
            Model = new ModelSettings { Reach = 0, WeightNorm = true, Trellis = new TrellisSettings { Hidden = 256 } },
            Solve = new SolveSettings { Limit = 16 },
            Tokens = 1_000_000,
        }),
        new("ptb", "the Penn Treebank with the DEQ paper's settings, for a GPU", PaperTrellis with
        {
            Output = Path.Combine("runs", "trellis-ptb"),
            Model = PaperTrellis.Model with
            {
                Width = 400,
                Trellis = new TrellisSettings { Hidden = 1400, WeightDropout = 0.5 },
                Sequence = 110,
                Dropout = 0.28,
                InputDropout = 0.45,
                OutputDropout = 0.45,
                WordDropout = 0.1,
            },
            // The paper's sqrt(T) 1e-5 and 1e-8 are of norms; relative to a state of that size they are about these.
            Solve = new SolveSettings { Solver = "broyden", Tolerance = 1e-5, Limit = 30, BackwardTolerance = 1e-8, BackwardLimit = 30 },
            Tokens = 100 * PennTokens,
            Batch = 16,
            Clip = 0.225,
            WeightDecay = 1.2e-6,
        }, "24 M, 20 M without embedding"),
        new("wikitext103", "WikiText-103 with the DEQ paper's settings, for a GPU", PaperTrellis with
        {
            Output = Path.Combine("runs", "trellis-wikitext103"),
            Model = PaperTrellis.Model with
            {
                Width = 500,
                Trellis = new TrellisSettings { Hidden = 2000 },
                Sequence = 100,
                Dropout = 0.1,
                InputDropout = 0.1,
                OutputDropout = 0.1,
                // Clusters of one width: theirs save time, not parameters.
                Cutoffs = [2800, 20_000, 76_000],
                Divisor = 1,
            },
            Solve = new SolveSettings { Solver = "broyden", Tolerance = 1e-5, Limit = 45, BackwardTolerance = 1e-8, BackwardLimit = 45 },
            Tokens = 23 * WikiTextTokens,
            Batch = 49,
            Clip = 0.07,
            PretrainSteps = 30_000,
        }, "180 M, 45 M without embedding"),
    ];

    /// <summary>The reversible language model; <c>wikitext103</c> has the settings of McCallum, Arora, Foster 2025 as their code has them.</summary>
    public static IReadOnlyList<LanguagePreset> Reversible { get; } =
    [
        new("quick", "the transformer's quick preset by the reversible iteration", new LanguageSettings
        {
            Output = Path.Combine("runs", "revdeq-lm"),
            Model = new ModelSettings { Reversible = new ReversibleForm() },
        }),
        new("wikitext103", "WikiText-103 with the RevDEQ paper's settings, for a GPU; the paper cuts the text into 50,304 GPT-2 pieces and this program into words: a folder of the same format may hold pieces, cut beforehand and set apart by spaces", new LanguageSettings
        {
            Output = Path.Combine("runs", "revdeq-lm-wikitext103"),
            Model = new ModelSettings
            {
                Width = 768,
                Heads = 12,
                FeedForward = 3072,
                Sequence = 448,
                Reach = 0,
                Cutoffs = [],
                Untied = true,
                Cell = CellKind.RevDeq,
                Reversible = new ReversibleForm(),
            },
            Tokens = 10 * WikiTextTokens,
            Batch = 32,
            LearningRate = 3e-4,
            // The schedule is not known to us: the cosine to zero, the clip at 1 and beta2 of 0.98 are ours.
            LastShare = 0,
            WarmUpSteps = 0,
            WeightDecay = 1e-2,
            Decoupled = true,
            PretrainSteps = 0,
        }, "94 M, of pieces"),
    ];

    private const string PaperTransformerParameters = "110 M";

    private static LanguageSettings PaperTransformer => new()
    {
        Model = new ModelSettings
        {
            Width = 700,
            Heads = 10,
            FeedForward = 48_000,
            Sequence = 150,
            Memory = 150,
            Reach = 0,
            Cutoffs = [20_000, 40_000, 200_000],
            Divisor = 4,
            Residual = FirstResidual.State,
            SmallStart = true,
            WeightNorm = true,
            Dropout = 0.06,
            // The authors' code drops what enters and leaves the equilibrium at the same rate.
            InputDropout = 0.06,
            OutputDropout = 0.06,
        },
        Solve = new SolveSettings { Solver = "broyden", Tolerance = 1e-3, Limit = 12, BackwardTolerance = 1e-4, BackwardLimit = 12 },
        Tokens = 23 * WikiTextTokens,
        Batch = 60,
        LearningRate = 2.5e-4,
        LastShare = 0,
        // An epoch.
        WarmUpSteps = (int)(WikiTextTokens / (60 * 150)),
        Clip = 0.25,
        PretrainSteps = 32_000,
    };

    private static LanguageSettings PaperTrellis => new()
    {
        Model = new ModelSettings { Memory = 1, Reach = 0, Cutoffs = [], WeightNorm = true },
        LearningRate = 1e-3,
        LastShare = 0,
        WarmUpSteps = 0,
        PretrainSteps = 10_000,
    };
}
