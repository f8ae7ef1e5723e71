using System.CommandLine;
using System.CommandLine.Parsing;
using Deq.Samples.Transformer;

namespace Deq.Samples.Commands;

/// <summary>The options of <c>transformer train</c>; their defaults are those of <see cref="TransformerSettings"/>.</summary>
internal sealed class TransformerOptions
{
    private static readonly TransformerSettings Standard = new();

    private readonly Option<string?> data = new("--data")
    {
        Description = "folder with wiki.train.tokens, wiki.valid.tokens, wiki.test.tokens, or ptb.train.txt ...; without it the State of the Union addresses",
    };

    private readonly Option<string> output = new("--out")
    {
        Description = "folder for checkpoint and report",
        DefaultValueFactory = _ => Standard.Output,
    };

    private readonly Option<int> seed = NumberOption.Create("--seed", Standard.Seed, 0, int.MaxValue, "seed of everything random");
    private readonly Option<int?> steps = NumberOption.CreateOptional("--steps", 1, 100_000_000, "training steps; overrides --tokens");
    private readonly Option<long> tokens = NumberOption.Create("--tokens", Standard.Tokens, 1, 1_000_000_000_000, "tokens to train on");

    private readonly Option<int> width = NumberOption.Create("--width", Standard.Model.Width, 4, 16_384, "width of the state");
    private readonly Option<int> heads = NumberOption.Create("--heads", Standard.Model.Heads, 1, 1024, "attention heads; a divisor of the width");
    private readonly Option<int> feedForward = NumberOption.Create("--ffn", Standard.Model.FeedForward, 1, 1_000_000, "width of the feed-forward part");
    private readonly Option<int> sequence = NumberOption.Create("--sequence", Standard.Model.Sequence, 2, 8192, "words of a segment");
    private readonly Option<int[]> cutoffs = NumberOption.CreateList("--cutoffs", [.. Standard.Model.Cutoffs], 1, 100_000_000, "words at which the softmax begins a narrower cluster");
    private readonly Option<string> norm = NumberOption.Choice("--norm", "where the layer norms stand", "post", "pre");
    private readonly Option<string> residual = NumberOption.Choice("--residual", "what the first residual connection starts from; 'state' is the papers' block", "input", "state");
    private readonly Option<bool> weightNorm = new("--weight-norm") { Description = "weight normalisation inside the block" };
    private readonly Option<double> dropout = NumberOption.Create("--dropout", Standard.Model.Dropout, 0, 0.95, "variational dropout inside the block");

    private readonly Option<string> solver = NumberOption.Choice("--solver", "forward and adjoint solver", "anderson", "broyden", "picard");
    private readonly Option<double> tolerance = NumberOption.Create("--tolerance", Standard.Solve.Tolerance, 1e-12, 1, "relative residual at which the forward solve ends");
    private readonly Option<int> limit = NumberOption.Create("--limit", Standard.Solve.Limit, 1, 10_000, "most evaluations of the forward solve");
    private readonly Option<double> backwardTolerance = NumberOption.Create("--backward-tolerance", Standard.Solve.BackwardTolerance, 1e-12, 1, "the same for the adjoint");
    private readonly Option<int> backwardLimit = NumberOption.Create("--backward-limit", Standard.Solve.BackwardLimit, 1, 10_000, "most products of the adjoint solve");
    private readonly Option<double> gamma = NumberOption.Create("--gamma", Standard.Gamma, 0, 1000, "weight of the Jacobian penalty");
    private readonly Option<double> frequency = NumberOption.Create("--frequency", Standard.Frequency, 0, 1, "share of the steps that draw the penalty");

    private readonly Option<double?> lastGamma = NumberOption.CreateOptional("--last-gamma", 0.0, 1000.0, "weight of the penalty at the last step, to which --gamma changes linearly");
    private readonly Option<int> limitSpread = NumberOption.Create("--limit-spread", 0, 0, 1000, "draw each step's forward limit T from T minus this to T; the papers take 2 with the penalty");

    private readonly Option<int> batch = NumberOption.Create("--batch", Standard.Batch, 1, 65_536, "segments of a step");
    private readonly Option<double> learningRate = NumberOption.Create("--learning-rate", Standard.LearningRate, 1e-9, 10, "Adam's largest rate");
    private readonly Option<int> warmUp = NumberOption.Create("--warm-up", Standard.WarmUpSteps, 0, 1_000_000, "steps until the rate is at its largest");
    private readonly Option<double> clip = NumberOption.Create("--clip", Standard.Clip, 1e-6, 1e6, "largest norm of the gradient");
    private readonly Option<int> pretrainSteps = NumberOption.Create("--pretrain-steps", Standard.PretrainSteps, 0, 100_000_000, "first steps with two stacked applications instead of a solve");
    private readonly Option<int> twinLayers = NumberOption.Create("--explicit", Standard.TwinLayers, 0, 64, "train a twin of so many stacked untied layers and equal parameters as well");

    /// <summary>What does not change the result.</summary>
    public RunOptions Run { get; } = new();

    public void AddTo(Command command)
    {
        foreach (Option option in All()) command.Options.Add(option);
        Run.AddTo(command);
    }

    /// <exception cref="SampleException">Settings that do not fit together.</exception>
    public TransformerSettings Bind(ParseResult result)
    {
        var settings = new TransformerSettings
        {
            Model = new ModelSettings
            {
                Width = result.GetValue(width),
                Heads = result.GetValue(heads),
                FeedForward = result.GetValue(feedForward),
                Sequence = result.GetValue(sequence),
                Cutoffs = result.GetRequiredValue(cutoffs),
                Norm = result.GetValue(norm) == "pre" ? NormPlacement.Pre : NormPlacement.Post,
                Residual = result.GetValue(residual) == "state" ? FirstResidual.State : FirstResidual.Input,
                WeightNorm = result.GetValue(weightNorm),
                Dropout = result.GetValue(dropout),
            },
            Solve = new SolveSettings
            {
                Solver = result.GetRequiredValue(solver),
                Tolerance = result.GetValue(tolerance),
                Limit = result.GetValue(limit),
                BackwardTolerance = result.GetValue(backwardTolerance),
                BackwardLimit = result.GetValue(backwardLimit),
            },
            Data = result.GetValue(data),
            Output = result.GetRequiredValue(output),
            Seed = result.GetValue(seed),
            Steps = result.GetValue(steps),
            Tokens = result.GetValue(tokens),
            Batch = result.GetValue(batch),
            LearningRate = result.GetValue(learningRate),
            WarmUpSteps = result.GetValue(warmUp),
            Clip = result.GetValue(clip),
            Gamma = result.GetValue(gamma),
            LastGamma = result.GetValue(lastGamma),
            LimitSpread = result.GetValue(limitSpread),
            Frequency = result.GetValue(frequency),
            PretrainSteps = result.GetValue(pretrainSteps),
            TwinLayers = result.GetValue(twinLayers),
            Resume = Run.Resume(result),
            CheckpointEvery = Run.CheckpointEvery(result),
            Device = Run.Device(result),
        };
        return settings.Model.Width % settings.Model.Heads == 0
            ? settings
            : throw new SampleException($"--width {settings.Model.Width} cannot be shared by --heads {settings.Model.Heads}: choose heads that divide the width");
    }

    /// <summary>Every setting as the command line would give it, for the report.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Describe(ParseResult result) =>
    [
        .. All().Where(option => result.GetValue<object?>(option.Name) is not null)
            .Select(option => KeyValuePair.Create(option.Name.TrimStart('-'), Text(result.GetValue<object?>(option.Name)))),
    ];

    private static string Text(object? value) =>
        value is int[] list ? string.Join(',', list) : FormattableString.Invariant($"{value}");

    private IEnumerable<Option> All() =>
    [
        data, output, seed, steps, tokens, batch, sequence, width, heads, feedForward, cutoffs, norm, residual, weightNorm, dropout,
        solver, tolerance, limit, backwardTolerance, backwardLimit, gamma, lastGamma, frequency, limitSpread,
        learningRate, warmUp, clip, pretrainSteps, twinLayers,
    ];
}
