using System.CommandLine;
using System.CommandLine.Parsing;
using Deq.Samples.Language;
using Deq.Samples.Training;
using Deq.Samples.Trellis;

namespace Deq.Samples.Commands;

/// <summary>The options of <c>train</c> for language models. What is left out is the preset's.</summary>
/// <param name="presets">The first is the default.</param>
internal sealed class LanguageOptions(IReadOnlyList<LanguagePreset> presets)
{
    private const string ReversibleName = "reversible", None = "none";

    private readonly bool trellis = presets[0].Settings.Model.Trellis is not null;
    private readonly Option<string> preset = PresetCommand.Option([.. presets.Select(known => known.Name)]);

    private readonly Option<string?> data = new("--data")
    {
        Description = "folder with wiki.train.tokens, wiki.valid.tokens, wiki.test.tokens, or ptb.train.txt ...; without it the State of the Union addresses",
        HelpName = "FOLDER",
    };

    private readonly Option<string?> output = new("--out") { Description = "folder for checkpoint and report", HelpName = "FOLDER" };
    private readonly Option<int?> seed = NumberOption.CreateOptional("--seed", 0, int.MaxValue, "seed of everything random");
    private readonly Option<int?> steps = NumberOption.CreateOptional("--steps", 1, 100_000_000, "training steps, in place of --tokens");
    private readonly Option<long?> tokens = NumberOption.CreateOptional<long>("--tokens", 1, 1_000_000_000_000, "tokens to train on");

    private readonly Option<int?> width = NumberOption.CreateOptional("--width", 4, 16_384, "width of the words' vectors, and of a transformer's state");
    private readonly Option<int?> heads = NumberOption.CreateOptional("--heads", 1, 1024, "attention heads; a divisor of the width");
    private readonly Option<int?> feedForward = NumberOption.CreateOptional("--ffn", 1, 1_000_000, "width of the feed-forward part");
    private readonly Option<int?> hidden = NumberOption.CreateOptional("--hidden", 1, 65_536, "channels of the hidden and of the cell state");
    private readonly Option<int?> kernel = NumberOption.CreateOptional("--kernel", 1, 64, "taps of the causal convolution");
    private readonly Option<int?> dilation = NumberOption.CreateOptional("--dilation", 1, 8192, "positions from a tap to the next, and over which the cell state carries on");
    private readonly Option<double?> forgetBias = NumberOption.CreateOptional("--forget-bias", -20.0, 20.0, "added to the bias of the forget gates at the start");
    private readonly Option<double?> weightDropout = NumberOption.CreateOptional("--weight-dropout", 0, 0.95, "dropout of the weights of the convolutions' earlier taps");
    private readonly Option<int?> sequence = NumberOption.CreateOptional("--sequence", 2, 8192, "words of a segment");
    private readonly Option<int?> memory = NumberOption.CreateOptional("--memory", 0, 8192, "words before the segment whose states are remembered; 0 for none");
    private readonly Option<int[]> cutoffs = NumberOption.CreateOptionalList("--cutoffs", 1, 100_000_000, "words at which the softmax begins a narrower cluster; 'none' for one cluster", "2000,6000", ascending: true, None);
    private readonly Option<int?> divisor = NumberOption.CreateOptional("--divisor", 1, 64, "how much narrower each cluster's vectors are than the last one's");
    private readonly Option<string?> cell = ChoiceOption.CreateOptional("--cell", "f of the equilibrium; 'revdeq' is always reversible", "deq", "revdeq");
    private readonly Option<string?> norm = ChoiceOption.CreateOptional("--norm", "where the layer norms stand", "post", "pre");
    private readonly Option<string?> residual = ChoiceOption.CreateOptional("--residual", "what the first residual connection starts from; 'state' is the papers' block", "input", "state");
    private readonly Option<bool?> weightNorm = new("--weight-norm") { HelpName = "true|false", Description = "weight normalisation inside the block; '--weight-norm false' takes a preset's away" };
    private readonly Option<double?> dropout = NumberOption.CreateOptional("--dropout", 0, 0.95, "variational dropout inside the block");

    private readonly Option<double?> inputDropout = NumberOption.CreateOptional("--input-dropout", 0, 0.95, "dropout of the words' vectors, one mask for all positions");
    private readonly Option<double?> outputDropout = NumberOption.CreateOptional("--output-dropout", 0, 0.95, "the same of what the softmax is given");
    private readonly Option<double?> wordDropout = NumberOption.CreateOptional("--word-dropout", 0, 0.95, "dropout of whole words of the embedding");

    /// <summary>A TrellisNet's state is a pair already, so it has no reversible form.</summary>
    private readonly SolveOptions solve = new(presets[0].Settings.Model.Trellis is null ? [ReversibleName] : []);
    private readonly Option<double?> beta = NumberOption.CreateOptional("--beta", 0.01, 1.99, "b of the reversible iteration; not 1");
    private readonly Option<int?> solverSteps = NumberOption.CreateOptional("--solver-steps", 1, 1000, "most steps of the reversible iteration, two evaluations each");
    private readonly PenaltyOptions penalty = new();
    private readonly Option<int?> limitSpread = NumberOption.CreateOptional("--limit-spread", 0, 1000, "draw each step's forward limit T from T minus this to T; the papers take 2 with the penalty");

    private readonly Option<int?> batch = NumberOption.CreateOptional("--batch", 1, 65_536, "segments of a step");
    private readonly Option<double?> learningRate = NumberOption.CreateOptional("--learning-rate", 1e-9, 10, "Adam's largest rate");
    private readonly Option<int?> warmUp = NumberOption.CreateOptional("--warm-up", 0, 1_000_000, "steps until the rate is at its largest");
    private readonly Option<double?> clip = NumberOption.CreateOptional("--clip", 1e-6, 1e6, "largest norm of the gradient");
    private readonly Option<double?> weightDecay = NumberOption.CreateOptional<double>("--weight-decay", 0, 1, "weight decay");
    private readonly Option<int?> pretrainSteps = NumberOption.CreateOptional("--pretrain-steps", 0, 100_000_000, "first steps with two stacked applications instead of a solve");

    /// <summary>What does not change the result.</summary>
    public RunOptions Run { get; } = new();

    /// <summary>The twins to train as well.</summary>
    public TwinPlanOptions Twins { get; } = new();

    public void AddTo(Command command)
    {
        ShowPresetValues();
        Option[] form = trellis ? [hidden, kernel, dilation, forgetBias, weightDropout] : [heads, feedForward, cell, norm, residual];
        Option[] reversible = trellis ? [] : [beta, solverSteps];
        foreach (Option option in (IEnumerable<Option>)
            [preset, data, output, seed, steps, tokens, batch, sequence, memory, width, .. form, cutoffs, divisor, weightNorm, dropout, inputDropout, outputDropout, wordDropout,
            .. solve.All, .. reversible, .. penalty.All, limitSpread,
            learningRate, warmUp, clip, weightDecay, pretrainSteps, .. Twins.All])
        {
            command.Options.Add(option);
        }

        Run.AddTo(command);
    }

    private void ShowPresetValues()
    {
        LanguageSettings standard = presets[0].Settings;
        (string name, ModelSettings model) = (presets[0].Name, standard.Model);
        if (model.Reversible is { } reversible) solve.ShowReversible(name, reversible.Tolerance, ReversibleName);
        else solve.ShowStandard(name, standard.Solve);
        penalty.ShowStandard(name, new Penalty(standard.Gamma, standard.LastGamma, standard.Frequency));
        foreach ((Option option, object? value) in (IEnumerable<(Option, object?)>)
            [(output, standard.Output), (seed, standard.Seed), (steps, standard.TotalSteps), (tokens, standard.Tokens), (batch, standard.Batch),
            (sequence, model.Sequence), (memory, model.Memory), (width, model.Width), (heads, model.Heads), (feedForward, model.FeedForward),
            (hidden, model.Trellis?.Hidden), (kernel, model.Trellis?.Kernel), (dilation, model.Trellis?.Dilation), (forgetBias, model.Trellis?.ForgetBias),
            (weightDropout, model.Trellis?.WeightDropout), (inputDropout, model.InputDropout), (outputDropout, model.OutputDropout), (wordDropout, model.WordDropout), (cutoffs, model.Cutoffs), (divisor, model.Divisor),
            (cell, model.Cell == CellKind.RevDeq ? "revdeq" : "deq"), (norm, model.Norm == NormPlacement.Pre ? "pre" : "post"),
            (residual, model.Residual == FirstResidual.State ? "state" : "input"), (weightNorm, model.WeightNorm), (dropout, model.Dropout),
            (beta, (model.Reversible ?? new ReversibleForm()).Beta), (solverSteps, (model.Reversible ?? new ReversibleForm()).Steps),
            (limitSpread, standard.LimitSpread), (learningRate, standard.LearningRate), (warmUp, standard.WarmUpSteps), (clip, standard.Clip), (weightDecay, standard.WeightDecay),
            (pretrainSteps, standard.PretrainSteps)])
        {
            option.Standard(name, value);
        }
    }

    /// <summary>The preset with the options over it.</summary>
    /// <exception cref="SampleException">Settings that do not fit together.</exception>
    public LanguagePreset Bind(ParseResult result)
    {
        LanguagePreset chosen = presets.Single(known => known.Name == result.GetRequiredValue(preset));
        LanguageSettings settings = chosen.Settings;
        if (Given.Is(result, steps)) Given.Refuse(result, "--steps says how long to train", tokens);
        LanguageSettings bound = settings with
        {
            Model = Form(result, settings.Model),
            Solve = solve.Bind(result, settings.Solve),
            Data = result.GetValue(data),
            Output = result.GetValue(output) ?? settings.Output,
            Seed = result.GetValue(seed) ?? settings.Seed,
            Steps = result.GetValue(steps) ?? (result.GetValue(tokens) is null ? settings.Steps : null),
            Tokens = result.GetValue(tokens) ?? settings.Tokens,
            Batch = result.GetValue(batch) ?? settings.Batch,
            LearningRate = result.GetValue(learningRate) ?? settings.LearningRate,
            WarmUpSteps = result.GetValue(warmUp) ?? settings.WarmUpSteps,
            Clip = result.GetValue(clip) ?? settings.Clip,
            WeightDecay = result.GetValue(weightDecay) ?? settings.WeightDecay,
            LimitSpread = result.GetValue(limitSpread) ?? settings.LimitSpread,
            PretrainSteps = result.GetValue(pretrainSteps) ?? settings.PretrainSteps,
            Resume = Run.Resume(result),
            CheckpointEvery = Run.CheckpointEvery(result),
            Device = Run.Device(result),
        };
        bound = bound.Model.Reversible is null ? Penalised(result, bound) : Unpenalised(result, bound);
        bound.Model.Check();
        return chosen with { Settings = bound };
    }

    private LanguageSettings Penalised(ParseResult result, LanguageSettings settings)
    {
        if (settings.Solve.Limit == 1) Given.Refuse(result, "a --limit of 1 leaves nothing to draw from", limitSpread);
        Penalty drawn = penalty.Bind(result, new Penalty(settings.Gamma, settings.LastGamma, settings.Frequency));
        return settings with { Gamma = drawn.Gamma, LastGamma = drawn.LastGamma, Frequency = drawn.Frequency };
    }

    /// <summary>What a preset has of a solver and of the penalty at its equilibrium falls away with them; what the command line asks for is refused.</summary>
    private LanguageSettings Unpenalised(ParseResult result, LanguageSettings settings)
    {
        solve.RefuseForReversible(result);
        penalty.RefuseForReversible(result);
        Given.Refuse(result, "the reversible iteration has no forward limit", limitSpread);
        return settings with { Gamma = 0, LastGamma = null, LimitSpread = 0 };
    }

    private ModelSettings Form(ParseResult result, ModelSettings form)
    {
        ModelSettings bound = form with
        {
            Width = result.GetValue(width) ?? form.Width,
            Sequence = result.GetValue(sequence) ?? form.Sequence,
            Memory = result.GetValue(memory) ?? form.Memory,
            Cutoffs = Given.Is(result, cutoffs) ? result.GetRequiredValue(cutoffs) : form.Cutoffs,
            Divisor = result.GetValue(divisor) ?? form.Divisor,
            WeightNorm = result.GetValue(weightNorm) ?? form.WeightNorm,
            Dropout = result.GetValue(dropout) ?? form.Dropout,
            InputDropout = result.GetValue(inputDropout) ?? form.InputDropout,
            OutputDropout = result.GetValue(outputDropout) ?? form.OutputDropout,
            WordDropout = result.GetValue(wordDropout) ?? form.WordDropout,
        };
        if (bound.Cutoffs.Count == 0) Given.Refuse(result, "a softmax without --cutoffs has one cluster", divisor);
        if (form.Trellis is { } net) return bound with { Trellis = Form(result, net) };

        bound = bound with
        {
            Heads = result.GetValue(heads) ?? form.Heads,
            FeedForward = result.GetValue(feedForward) ?? form.FeedForward,
            Cell = result.GetValue(cell) switch { "deq" => CellKind.Deq, "revdeq" => CellKind.RevDeq, _ => form.Cell },
            Norm = result.GetValue(norm) switch { "post" => NormPlacement.Post, "pre" => NormPlacement.Pre, _ => form.Norm },
            Residual = result.GetValue(residual) switch { "input" => FirstResidual.Input, "state" => FirstResidual.State, _ => form.Residual },
        };
        if (bound.Cell == CellKind.RevDeq) Given.Refuse(result, "--cell revdeq has norms and residual connections of its own, and neither dropout nor weight norm", norm, residual, weightNorm, dropout);
        return bound with { Reversible = Reversible(result, bound) };
    }

    private TrellisSettings Form(ParseResult result, TrellisSettings form)
    {
        TrellisSettings bound = form with
        {
            Hidden = result.GetValue(hidden) ?? form.Hidden,
            Kernel = result.GetValue(kernel) ?? form.Kernel,
            Dilation = result.GetValue(dilation) ?? form.Dilation,
            ForgetBias = result.GetValue(forgetBias) ?? form.ForgetBias,
            WeightDropout = result.GetValue(weightDropout) ?? form.WeightDropout,
        };
        if (bound.Kernel == 1) Given.Refuse(result, "it is of earlier taps, and a --kernel of 1 has none", weightDropout);
        return bound;
    }

    private ReversibleForm? Reversible(ParseResult result, ModelSettings form)
    {
        string? chosen = solve.Gradient(result);
        bool wanted = form.Cell == CellKind.RevDeq || (chosen is null ? form.Reversible is not null : chosen == ReversibleName);
        (double? b, int? most) = (result.GetValue(beta), result.GetValue(solverSteps));
        if (!wanted)
        {
            return b is null && most is null
                ? null
                : throw new SampleException($"--beta and --solver-steps are those of the reversible iteration: they need --gradient {ReversibleName}");
        }

        if (chosen is not null and not ReversibleName) throw new SampleException($"--cell revdeq is always reversible: leave --gradient {chosen} out, or take --cell deq");
        ReversibleForm standard = form.Reversible ?? new ReversibleForm();
        return standard with { Beta = b ?? standard.Beta, Steps = most ?? standard.Steps, Tolerance = result.GetValue(solve.Tolerance) ?? standard.Tolerance };
    }
}
