using System.CommandLine;
using Deq.Samples.Images;
using Deq.Samples.Training;

namespace Deq.Samples.Commands;

/// <summary>The options that the <c>train</c> commands for images share. What is left out is the preset's.</summary>
internal sealed class ImageOptions<TForm>
{
    private static readonly Dictionary<string, Augmentation> Augmentations = new()
    {
        ["none"] = Augmentation.None,
        ["shift"] = Augmentation.ShiftAndFlip,
        ["crop"] = Augmentation.CropAndFlip,
    };

    private readonly IReadOnlyList<ImagePreset<TForm>> presets;
    private readonly Option<string> preset;
    private readonly bool reversible;

    private readonly Option<string?> data = new("--data") { Description = "folder of the data set; without it, Fashion-MNIST is looked for where Debian, Keras and torchvision put it, and a small part of it is shipped", HelpName = "FOLDER" };
    private readonly Option<string?> output = new("--out") { Description = "folder for checkpoint and report", HelpName = "FOLDER" };
    private readonly Option<int?> seed = NumberOption.CreateOptional("--seed", 0, int.MaxValue, "seed of everything random");
    private readonly Option<int?> steps = NumberOption.CreateOptional("--steps", 1, 100_000_000, "training steps, in place of --images");
    private readonly Option<long?> images = NumberOption.CreateOptional<long>("--images", 1, 1_000_000_000_000, "images to train on, repetitions counted");
    private readonly Option<int?> batch = NumberOption.CreateOptional("--batch", 1, 65_536, "images of a step");
    private readonly Option<double?> learningRate = NumberOption.CreateOptional("--learning-rate", 1e-9, 10, "the largest rate");
    private readonly Option<double?> weightDecay = NumberOption.CreateOptional<double>("--weight-decay", 0, 1, "weight decay");
    private readonly Option<int?> warmUp = NumberOption.CreateOptional("--warm-up", 0, 1_000_000, "steps until the rate is at its largest");
    private readonly Option<double?> clip = NumberOption.CreateOptional("--clip", 1e-6, 1e6, "largest norm of the gradient");
    private readonly Option<string?> augment = ChoiceOption.CreateOptional(
        "--augment", "how training images are varied: not at all, shifted by up to four pixels and mirrored (CIFAR-10's), a resized part and mirrored (ImageNet's)", [.. Augmentations.Keys]);

    private readonly SolveOptions solve = new();
    private readonly PenaltyOptions penalty = new();
    private readonly Option<int?> pretrainSteps = NumberOption.CreateOptional("--pretrain-steps", 0, 100_000_000, "first steps with stacked applications instead of a solve");

    /// <param name="presets">The first is the default.</param>
    /// <param name="reversible">Whether the models have the reversible iteration in the place of a solve, and so none of its options.</param>
    public ImageOptions(IReadOnlyList<ImagePreset<TForm>> presets, bool reversible)
    {
        (this.presets, this.reversible) = (presets, reversible);
        preset = PresetCommand.Option([.. presets.Select(known => known.Name)]);
        (string name, ImageSettings standard) = (presets[0].Name, presets[0].Training);
        solve.ShowStandard(name, standard.Solve);
        penalty.ShowStandard(name, new Penalty(standard.Gamma, standard.LastGamma, standard.Frequency));
        foreach ((Option option, object? value) in (IEnumerable<(Option, object?)>)
            [(output, standard.Output), (seed, standard.Seed), (steps, standard.TotalSteps), (images, standard.Images), (batch, standard.Batch),
            (augment, Augmentations.First(known => known.Value == standard.Augmentation).Key), (learningRate, standard.LearningRate), (warmUp, standard.WarmUpSteps),
            (clip, standard.Clip), (weightDecay, standard.WeightDecay), (pretrainSteps, standard.PretrainSteps)])
        {
            option.Standard(name, value);
        }
    }

    /// <summary>What does not change the result.</summary>
    public RunOptions Run { get; } = new();

    /// <summary>The twins to train as well.</summary>
    public TwinPlanOptions Twins { get; } = new();

    /// <param name="command">Gets the options.</param>
    /// <param name="form">Those of the model's form.</param>
    public void AddTo(Command command, IReadOnlyList<Option> form)
    {
        Option[] solved = reversible ? [] : [.. solve.All, .. penalty.All, pretrainSteps];
        foreach (Option option in (IEnumerable<Option>)
            [preset, data, output, seed, steps, images, batch, augment, .. form, .. solved, learningRate, warmUp, clip, weightDecay, .. Twins.All, .. Run.All])
        {
            command.Options.Add(option);
        }
    }

    /// <summary>The preset with the options over it.</summary>
    /// <exception cref="SampleException">Settings that do not fit together.</exception>
    public ImagePreset<TForm> Bind(ParseResult result)
    {
        ImagePreset<TForm> chosen = presets.Single(known => known.Name == result.GetRequiredValue(preset));
        ImageSettings settings = chosen.Training;
        if (Given.Is(result, steps)) Given.Refuse(result, "--steps says how long to train", images);
        ImageSettings bound = settings with
        {
            Data = result.GetValue(data),
            Output = result.GetValue(output) ?? settings.Output,
            Seed = result.GetValue(seed) ?? settings.Seed,
            Steps = result.GetValue(steps) ?? (result.GetValue(images) is null ? settings.Steps : null),
            Images = result.GetValue(images) ?? settings.Images,
            Batch = result.GetValue(batch) ?? settings.Batch,
            Augmentation = result.GetValue(augment) is { } varied ? Augmentations[varied] : settings.Augmentation,
            LearningRate = result.GetValue(learningRate) ?? settings.LearningRate,
            WarmUpSteps = result.GetValue(warmUp) ?? settings.WarmUpSteps,
            Clip = result.GetValue(clip) ?? settings.Clip,
            WeightDecay = result.GetValue(weightDecay) ?? settings.WeightDecay,
            CheckpointEvery = Run.CheckpointEvery(result),
            Resume = Run.Resume(result),
            Device = Run.Device(result),
        };
        if (!reversible) bound = Solved(result, bound);
        bound.Check();
        return chosen with { Training = bound };
    }

    private ImageSettings Solved(ParseResult result, ImageSettings settings)
    {
        Penalty drawn = penalty.Bind(result, new Penalty(settings.Gamma, settings.LastGamma, settings.Frequency));
        return settings with
        {
            Solve = solve.Bind(result, settings.Solve),
            Gamma = drawn.Gamma,
            LastGamma = drawn.LastGamma,
            Frequency = drawn.Frequency,
            PretrainSteps = result.GetValue(pretrainSteps) ?? settings.PretrainSteps,
        };
    }
}
