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
            string margin = $"  {preset.Name.PadRight(width)}  ";
            foreach (string line in Lines(preset.Description + count, LineWidth(output) - margin.Length))
            {
                output.WriteLine(margin + line);
                margin = new string(' ', margin.Length);
            }
        }

        output.WriteLine();
        output.WriteLine($"An option that is left out has the preset's value; in brackets above are those of {command.Presets[0].Name}.");
        output.WriteLine();
        return code;
    }

    /// <summary>Whole words, as many in a line as fit; one at least.</summary>
    internal static IEnumerable<string> Lines(string text, int width)
    {
        string line = "";
        foreach (string word in text.Split(' '))
        {
            if (line.Length > 0 && line.Length + 1 + word.Length > width)
            {
                yield return line;
                line = "";
            }

            line = line.Length == 0 ? word : $"{line} {word}";
        }

        yield return line;
    }

    /// <summary>What goes to a file or a pipe is not wrapped, nor is the usual help there.</summary>
    private static int LineWidth(TextWriter output) => output != Console.Out || Console.IsOutputRedirected ? int.MaxValue : Console.WindowWidth;
}
