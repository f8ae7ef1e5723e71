using System.CommandLine;
using Deq.Samples.Progress;
using Deq.Samples.Synthetic;
using Deq.Samples.Training;

namespace Deq.Samples.Commands;

/// <summary><c>synthetic</c>: the JR paper's one-dimensional regression, once for each gamma.</summary>
internal static class SyntheticCommand
{
    public const string Name = "synthetic";

    public static Command Create() =>
        PresetCommand.WithDefault(Name, "A one-dimensional regression by an equilibrium: what the Jacobian penalty does, as a picture.", Train());

    private static PresetCommand Train()
    {
        const string quick = "quick", paper = "paper";
        SyntheticSettings standard = new();
        Option<string> preset = PresetCommand.Option([quick, paper]);
        Option<double[]> gammas = NumberOption.CreateList("--gamma", [.. standard.Gammas], 0.0, 1000.0, "weights of the Jacobian penalty, a model each", "0,1,2,4");
        Option<string> term = ChoiceOption.Create("--linear", "sign of 5x in the target: the paper prints -5x in section 5.1 and +5x in appendix A.1", "minus", "plus");
        Option<int> hidden = NumberOption.Create("--hidden", standard.Hidden, 1, 100_000, "hidden units");
        Option<int?> epochs = NumberOption.CreateOptional("--epochs", 1, 1_000_000, $"passes over the {CubicPairs.Training} training pairs [quick: {standard.Epochs}]");
        Option<double?> rate = NumberOption.CreateOptional("--learning-rate", 1e-9, 10.0, FormattableString.Invariant($"Adam's rate at the start [quick: {standard.LearningRate}]"));
        Option<int> batch = NumberOption.Create("--batch", standard.Batch, 1, CubicPairs.Training, "pairs of a step");
        Option<int?> limit = NumberOption.CreateOptional("--limit", 1, 10_000, $"most evaluations of a solve, and products of the adjoint's [quick: {standard.Limit}]");
        Option<double> frequency = NumberOption.Create("--frequency", standard.Frequency, 0, 1, "share of the steps that draw the penalty");
        Option<int> seed = NumberOption.Create("--seed", standard.Seed, 0, int.MaxValue, "seed of everything random");
        Option<string> output = new("--out") { Description = "folder for checkpoints, report and figures", HelpName = "FOLDER", DefaultValueFactory = _ => standard.Output };
        var run = new RunOptions();
        var command = new PresetCommand(
            "train", $"Train a model for each gamma, write checkpoints, report and figures. What '{Name}' alone does.",
            [
                new(quick, "30 epochs at 5e-3, 12 evaluations, gradients clipped at 1: a minute"),
                new(paper, "the JR paper's 50 epochs at 1e-3, 6 evaluations, gradients as they are; do not expect a fit: errors of 0.5 to 4 (quick: 0.06, of which 0.05 is noise), or a training that stops"),
            ])
        {
            preset, gammas, term, hidden, epochs, rate, limit, batch, frequency, seed, output,
        };
        run.AddTo(command);
        command.SetAction(result =>
        {
            PresetCommand.RefuseOptionsBeforeVerb(result);
            SyntheticSettings chosen = result.GetValue(preset) == paper ? SyntheticSettings.Paper : standard;
            SyntheticSettings settings = chosen with
            {
                Gammas = Given.Is(result, gammas) ? result.GetRequiredValue(gammas) : standard.Gammas,
                Term = result.GetValue(term) == "plus" ? LinearTerm.Plus : LinearTerm.Minus,
                Hidden = result.GetValue(hidden),
                Epochs = result.GetValue(epochs) ?? chosen.Epochs,
                LearningRate = result.GetValue(rate) ?? chosen.LearningRate,
                Limit = result.GetValue(limit) ?? chosen.Limit,
                Batch = result.GetValue(batch),
                Frequency = result.GetValue(frequency),
                Seed = result.GetValue(seed),
                Output = result.GetRequiredValue(output),
                Resume = run.Resume(result),
                CheckpointEvery = run.CheckpointEvery(result),
                Device = run.Device(result),
            };
            if (settings.Frequency == 0 && settings.Gammas.Any(gamma => gamma > 0)) Given.Refuse(result, "--frequency 0 draws no penalty", gammas);
            run.ApplyThreads(result);
            using var stop = new StopRequest(result.InvocationConfiguration.Error);
            new SyntheticRun(settings, run.View(result), stop.Token).Run(RunOptions.CommandLine(result), Described(settings));
            return 0;
        });
        return command;
    }

    private static IReadOnlyList<KeyValuePair<string, string>> Described(SyntheticSettings settings) =>
    [
        new("gamma", string.Join(',', settings.Gammas.Select(gamma => FormattableString.Invariant($"{gamma}")))),
        new("linear", settings.Term == LinearTerm.Minus ? "minus" : "plus"),
        new("hidden", $"{settings.Hidden}"),
        new("epochs", $"{settings.Epochs}"),
        new("batch", $"{settings.Batch}"),
        new("limit", $"{settings.Limit}"),
        new("learning-rate", FormattableString.Invariant($"{settings.LearningRate}")),
        new("frequency", FormattableString.Invariant($"{settings.Frequency}")),
        new("seed", $"{settings.Seed}"),
    ];
}
