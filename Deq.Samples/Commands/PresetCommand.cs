using System.CommandLine;
using System.CommandLine.Parsing;

namespace Deq.Samples.Commands;

/// <summary>A command whose options have their defaults from a preset, which its help lists with a line for each.</summary>
/// <param name="name">Of the command.</param>
/// <param name="description">For the help.</param>
/// <param name="presets">The first is the default.</param>
internal sealed class PresetCommand(string name, string description, IReadOnlyList<PresetLine> presets) : Command(name, description)
{
    public IReadOnlyList<PresetLine> Presets => presets;

    /// <summary>A model's command, whose name alone does what its <c>train</c> does, with the same options and the same help.</summary>
    /// <param name="name">Of the command.</param>
    /// <param name="description">For the help.</param>
    /// <param name="train">Its <c>train</c>.</param>
    /// <param name="others">Its other verbs.</param>
    public static PresetCommand WithDefault(string name, string description, PresetCommand train, params ReadOnlySpan<Command> others)
    {
        var command = new PresetCommand(name, description, train.Presets);
        foreach (Option option in train.Options) command.Options.Add(option);
        command.Action = train.Action;
        command.Subcommands.Add(train);
        foreach (Command other in others) command.Subcommands.Add(other);
        return command;
    }

    /// <summary>'transformer --steps 5 train' would train without the steps, and so it reads: options belong behind their verb.</summary>
    /// <exception cref="SampleException">One stands before it.</exception>
    public static void RefuseOptionsBeforeVerb(ParseResult result)
    {
        if (result.CommandResult.Parent is not CommandResult { Command: not RootCommand } parent) return;
        if (parent.Children.OfType<OptionResult>().FirstOrDefault(option => !option.Implicit) is { } misplaced)
        {
            (string name, string verb) = (parent.Command.Name, result.CommandResult.Command.Name);
            throw new SampleException($"{misplaced.Option.Name} stands before '{verb}': write '{name} {verb} {misplaced.Option.Name} ...'");
        }
    }

    /// <summary>The option that chooses.</summary>
    public static Option<string> Option(IReadOnlyList<string> names)
    {
        Option<string> option = ChoiceOption.Create("--preset", "settings to start from, listed below", [.. names]);
        // All names in one column would leave no room for what the options are.
        option.HelpName = "NAME";
        return option;
    }
}

/// <summary>What the help says of a preset.</summary>
/// <param name="Name">On the command line.</param>
/// <param name="Description">What it is and how long it takes.</param>
/// <param name="PaperParameters">The parameter count that the paper gives; null where it gives none.</param>
internal readonly record struct PresetLine(string Name, string Description, string? PaperParameters = null);
