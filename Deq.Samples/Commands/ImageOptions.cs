using System.CommandLine;
using Deq.Samples.Images;
using Deq.Samples.Training;

namespace Deq.Samples.Commands;

/// <summary>The options that the <c>train</c> commands for images share. What is left out is the preset's.</summary>
internal sealed class ImageOptions<TForm>
{
    private readonly IReadOnlyList<ImagePreset<TForm>> presets;
    private readonly bool solves;
    private readonly Option<string> preset;

    private readonly Option<string?> data = new("--data") { Description = "folder of the data set; without it, Fashion-MNIST is looked for where Debian, Keras and torchvision put it, and a small part of it is shipped", HelpName = "FOLDER" };
    private readonly Option<string?> output = new("--out") { Description = "folder for checkpoint and report", HelpName = "FOLDER" };
    private readonly Option<int?> seed = NumberOption.CreateOptional("--seed", 0, int.MaxValue, "seed of everything random");
    private readonly Option<int?> steps = NumberOption.CreateOptional("--steps", 1, 100_000_000, "training steps; overrides --images");
    private readonly Option<long?> images = NumberOption.CreateOptional<long>("--images", 1, 1_000_000_000_000, "images to train on, repetitions counted");
    private readonly Option<int?> batch = NumberOption.CreateOptional("--batch", 1, 65_536, "images of a step");
    private readonly Option<double?> learningRate = NumberOption.CreateOptional("--learning-rate", 1e-9, 10, "the largest rate");
    private readonly Option<double?> weightDecay = NumberOption.CreateOptional<double>("--weight-decay", 0, 1, "weight decay");
    private readonly Option<string?> solver = ChoiceOption.CreateOptional("--solver", "forward and adjoint solver of an implicit model", "anderson", "broyden", "picard");
    private readonly Option<double?> tolerance = NumberOption.CreateOptional("--tolerance", 1e-12, 1, "relative residual at which the forward solve ends");
    private readonly Option<int?> limit = NumberOption.CreateOptional("--limit", 1, 10_000, "most evaluations of the forward solve");
    private readonly Option<double?> backwardTolerance = NumberOption.CreateOptional("--backward-tolerance", 1e-12, 1, "the same for the adjoint");
    private readonly Option<int?> backwardLimit = NumberOption.CreateOptional("--backward-limit", 1, 10_000, "most products of the adjoint solve");
    private readonly Option<double?> gamma = NumberOption.CreateOptional<double>("--gamma", 0, 1000, "weight of the Jacobian penalty, constant");
    private readonly Option<double?> frequency = NumberOption.CreateOptional<double>("--frequency", 0, 1, "share of the steps that draw the penalty");
    private readonly Option<int?> pretrainSteps = NumberOption.CreateOptional("--pretrain-steps", 0, 100_000_000, "first steps with stacked applications instead of a solve");
    private readonly Option<int> stacked = NumberOption.Create("--explicit", 0, 0, 64, "train a twin of so many stacked untied layers and equal parameters as well");
    private readonly Option<int> tied = NumberOption.Create("--tied", 0, 0, 64, "train a twin that applies the same cell so many times as well");

    /// <param name="presets">The first is the default.</param>
    /// <param name="solves">Whether there are the options of a solver: what they would change is no part of a reversible iteration.</param>
    public ImageOptions(IReadOnlyList<ImagePreset<TForm>> presets, bool solves)
    {
        (this.presets, this.solves) = (presets, solves);
        preset = PresetCommand.Option([.. presets.Select(known => known.Name)]);
        ImageSettings standard = presets[0].Training;
        SolveSettings solve = standard.Solve;
        foreach ((Option option, object? value) in (IEnumerable<(Option, object?)>)
            [(output, standard.Output), (seed, standard.Seed), (steps, standard.TotalSteps), (images, standard.Images), (batch, standard.Batch),
            (learningRate, standard.LearningRate), (weightDecay, standard.WeightDecay), (solver, solve.Solver), (tolerance, solve.Tolerance), (limit, solve.Limit),
            (backwardTolerance, solve.BackwardTolerance), (backwardLimit, solve.BackwardLimit), (gamma, standard.Gamma), (frequency, standard.Frequency),
            (pretrainSteps, standard.PretrainSteps)])
        {
            option.Standard(presets[0].Name, value);
        }
    }

    /// <summary>What does not change the result.</summary>
    public RunOptions Run { get; } = new();

    /// <param name="command">Gets the options.</param>
    /// <param name="form">Those of the model's form.</param>
    public void AddTo(Command command, IReadOnlyList<Option> form)
    {
        Option[] ofASolver = solves ? [solver, tolerance, limit, backwardTolerance, backwardLimit, gamma, frequency, pretrainSteps] : [];
        foreach (Option option in (IEnumerable<Option>)
            [preset, data, output, seed, steps, images, batch, .. form, .. ofASolver, learningRate, weightDecay, stacked, tied, .. Run.All])
        {
            command.Options.Add(option);
        }
    }

    /// <summary>The preset with the options over it.</summary>
    public ImagePreset<TForm> Bind(ParseResult result)
    {
        ImagePreset<TForm> chosen = presets.Single(known => known.Name == result.GetRequiredValue(preset));
        ImageSettings settings = chosen.Training;
        return chosen with
        {
            Training = settings with
            {
                Data = result.GetValue(data),
                Output = result.GetValue(output) ?? settings.Output,
                Seed = result.GetValue(seed) ?? settings.Seed,
                Steps = result.GetValue(steps) ?? settings.Steps,
                Images = result.GetValue(images) ?? settings.Images,
                Batch = result.GetValue(batch) ?? settings.Batch,
                LearningRate = result.GetValue(learningRate) ?? settings.LearningRate,
                WeightDecay = result.GetValue(weightDecay) ?? settings.WeightDecay,
                Solve = settings.Solve with
                {
                    Solver = result.GetValue(solver) ?? settings.Solve.Solver,
                    Tolerance = result.GetValue(tolerance) ?? settings.Solve.Tolerance,
                    Limit = result.GetValue(limit) ?? settings.Solve.Limit,
                    BackwardTolerance = result.GetValue(backwardTolerance) ?? settings.Solve.BackwardTolerance,
                    BackwardLimit = result.GetValue(backwardLimit) ?? settings.Solve.BackwardLimit,
                },
                Gamma = result.GetValue(gamma) ?? settings.Gamma,
                LastGamma = result.GetValue(gamma) is null ? settings.LastGamma : null,
                Frequency = result.GetValue(frequency) ?? settings.Frequency,
                PretrainSteps = result.GetValue(pretrainSteps) ?? settings.PretrainSteps,
                CheckpointEvery = Run.CheckpointEvery(result),
                Resume = Run.Resume(result),
                Device = Run.Device(result),
            },
        };
    }

    /// <summary>The twins to train as well.</summary>
    public IReadOnlyList<TwinPlan> Twins(ParseResult result)
    {
        var twins = new List<TwinPlan>();
        if (result.GetValue(stacked) is > 0 and int layers) twins.Add(new TwinPlan(layers, Tied: false));
        if (result.GetValue(tied) is > 0 and int applications) twins.Add(new TwinPlan(applications, Tied: true));
        return twins;
    }
}
