using Spectre.Console;

namespace Deq.Samples.Progress;

/// <summary>Chooses how to show progress.</summary>
internal static class TrainingViews
{
    /// <summary>
    /// A live table where standard output is a terminal that can redraw and is wide enough, plain lines everywhere else:
    /// a live display writes escapes into pipes and fails on a dumb terminal.
    /// </summary>
    public static ITrainingView Create(TextWriter output, bool plain, bool json = false)
    {
        if (json) return new JsonView(output);
        bool terminal = ReferenceEquals(output, Console.Out)
            && !Console.IsOutputRedirected
            && Environment.GetEnvironmentVariable("TERM") is not ("dumb" or "")
            && (OperatingSystem.IsWindows() || Environment.GetEnvironmentVariable("TERM") is not null);
        if (plain || !terminal) return new PlainView(output);

        IAnsiConsole console = AnsiConsole.Console;
        return console.Profile.Capabilities is { Ansi: true, Interactive: true } && console.Profile.Width >= LiveView.LeastWidth ? new LiveView(console) : new PlainView(output);
    }
}
