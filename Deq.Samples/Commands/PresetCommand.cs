using System.CommandLine;

namespace Deq.Samples.Commands;

/// <summary>A command whose options have their defaults from a preset, which its help lists with a line for each.</summary>
/// <param name="name">Of the command.</param>
/// <param name="description">For the help.</param>
/// <param name="presets">The first is the default.</param>
internal sealed class PresetCommand(string name, string description, IReadOnlyList<PresetLine> presets) : Command(name, description)
{
    public IReadOnlyList<PresetLine> Presets => presets;

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
