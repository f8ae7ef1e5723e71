using System.CommandLine;
using System.CommandLine.Parsing;
using Deq.Samples.Language;
using Deq.Samples.Training;

namespace Deq.Samples.Commands;

/// <summary>The commands of a language model: <c>train</c>, which its name alone does as well, <c>eval</c> and <c>sample</c>.</summary>
internal static class LanguageCommand
{
    /// <summary>The command that runs where none is given.</summary>
    public const string Transformer = "transformer";

    private const string Trellis = "trellis", Reversible = "revdeq-lm";

    public static IEnumerable<Command> CreateAll() =>
    [
        Create(Transformer, "A language model around one equilibrium layer", "DEQ-Transformer", LanguagePresets.Transformer),
        Create(Trellis, "A language model around the equilibrium of a TrellisNet", "DEQ-TrellisNet", LanguagePresets.Trellis),
        Create(Reversible, "A language model around a reversible equilibrium", "RevDEQ", LanguagePresets.Reversible),
    ];

    /// <param name="name">Of the command, and the kind in its checkpoints.</param>
    /// <param name="description">For the help.</param>
    /// <param name="title">What people call the model.</param>
    /// <param name="presets">The first is the default.</param>
    private static Command Create(string name, string description, string title, IReadOnlyList<LanguagePreset> presets)
    {
        PresetLine[] lines = [.. presets.Select(preset => new PresetLine(preset.Name, preset.Description, preset.PaperParameters))];
        var command = new PresetCommand(name, $"{description}: train it (the default), evaluate it, draw text from it.", lines);
        var train = new PresetCommand("train", $"Train, evaluate, write checkpoint and report. What '{name}' alone does.", lines);
        foreach (Command trains in new[] { command, train })
        {
            var options = new LanguageOptions(presets);
            options.AddTo(trains);
            trains.SetAction(result => Train(name, title, options, result));
        }

        string standard = Path.Combine(presets[0].Settings.Output, LanguageRun.ModelFile);
        command.Subcommands.Add(train);
        command.Subcommands.Add(LanguageEvalCommand.Create(name, standard));
        command.Subcommands.Add(LanguageSampleCommand.Create(name, standard));
        return command;
    }

    public static Option<string> CheckpointOption(string name, string standard) => new("--checkpoint")
    {
        Description = $"checkpoint of '{name} train'",
        HelpName = "FILE",
        DefaultValueFactory = _ => standard,
    };

    private static int Train(string name, string title, LanguageOptions options, ParseResult result)
    {
        RefuseOptionsBeforeVerb(result);
        LanguagePreset preset = options.Bind(result);
        options.Run.ApplyThreads(result);
        using var stop = new StopRequest();
        new LanguageRun(name, title, preset, options.Run.View(result), stop.Token).Run(RunOptions.CommandLine(result), options.Twins.Bind(result));
        return 0;
    }

    /// <summary>'transformer --steps 5 train' would train without the steps: options belong behind their verb.</summary>
    public static void RefuseOptionsBeforeVerb(ParseResult result)
    {
        if (result.CommandResult.Parent is not CommandResult { Command: not RootCommand } parent) return;
        if (parent.Children.OfType<OptionResult>().FirstOrDefault(option => !option.Implicit) is { } misplaced)
        {
            (string name, string verb) = (parent.Command.Name, result.CommandResult.Command.Name);
            throw new SampleException($"{misplaced.Option.Name} stands before '{verb}': write '{name} {verb} {misplaced.Option.Name} ...'");
        }
    }
}
