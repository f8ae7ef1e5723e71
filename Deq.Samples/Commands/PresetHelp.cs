using System.CommandLine;
using System.CommandLine.Invocation;

namespace Deq.Samples.Commands;

/// <summary>The usual help, and below it the presets of a command that has some.</summary>
/// <param name="standard">The usual help.</param>
internal sealed class PresetHelp(SynchronousCommandLineAction standard) : SynchronousCommandLineAction
{
    /// <summary>Help is no mistake, whatever else is missing on the line.</summary>
    public override bool ClearsParseErrors => true;

    public override int Invoke(ParseResult parseResult)
    {
        int code = standard.Invoke(parseResult);
        if (parseResult.CommandResult.Command is not PresetCommand command) return code;
        TextWriter output = parseResult.InvocationConfiguration.Output;
        int width = command.Presets.Max(preset => preset.Name.Length);
        output.WriteLine("Presets:");
        foreach (PresetLine preset in command.Presets)
        {
            string count = preset.PaperParameters is { } parameters ? $" (parameters in the paper: {parameters})" : "";
            output.WriteLine($"  {preset.Name.PadRight(width)}  {preset.Description}{count}");
        }

        output.WriteLine();
        output.WriteLine($"An option that is left out has the preset's value; in brackets above are those of {command.Presets[0].Name}.");
        output.WriteLine();
        return code;
    }
}
