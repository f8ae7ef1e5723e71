using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;
using System.CommandLine.Parsing;
using Deq.Samples.Doctor;
using Deq.Samples.Training;

namespace Deq.Samples.Commands;

/// <summary>The command line as a whole: which commands there are, what happens without one, and how mistakes are told.</summary>
internal static class SampleProgram
{
    private const int Failure = 1, WrongUsage = 2;

    /// <returns>0, or 1 where the work failed, or 2 where the command line was wrong, or 130 where a training was stopped by Ctrl-C.</returns>
    public static int Run(string[] arguments, TextWriter output, TextWriter error)
    {
        var root = new RootCommand(
            "The papers' equilibrium models, declared with Deq: train, evaluate, report. Without a command the transformer is trained on a shipped corpus, in minutes; " +
            "'deq-samples COMMAND --help' says what a command can do.");
        foreach (Command command in (IEnumerable<Command>)
            [.. LanguageCommand.CreateAll(), MdeqCommand.Create(), RevDeqCommand.Create(), SyntheticCommand.Create(), CopyMemoryCommand.Create(),
            EvidenceCommand.Create(), DoctorCommand.Create(), GpuCheckCommand.Create(), PackCorpusCommand.Create(), PackImagesCommand.Create(),
            PeakMemoryCommand.Create()])
        {
            root.Subcommands.Add(command);
        }

        foreach (HelpOption help in root.Options.OfType<HelpOption>()) help.Action = new PresetHelp((SynchronousCommandLineAction)help.Action!);
        ParseResult result = root.Parse(WithDefaultCommand(arguments));
        if (result.Errors.Count > 0)
        {
            error.WriteLine($"deq-samples: {OneLine(Message(result.Errors))} (--help lists what there is)");
            return WrongUsage;
        }

        try
        {
            return result.Invoke(new InvocationConfiguration { Output = output, Error = error, EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = null });
        }
        catch (TrainingInterruptedException exception)
        {
            error.WriteLine($"deq-samples: {OneLine(exception.Message)}");
            return TrainingInterruptedException.ExitCode;
        }
        catch (Exception exception) when (exception is SampleException or EquilibriumException or IOException or UnauthorizedAccessException)
        {
            error.WriteLine($"deq-samples: {OneLine(exception.Message)}");
            return Failure;
        }
        catch (Exception exception) when (NativeTorch.WhyItCannotBeLoaded(exception) is { } why)
        {
            error.WriteLine($"deq-samples: {OneLine(why)}");
            return Failure;
        }
    }

    /// <summary>Without a command, and with options alone, the transformer is trained.</summary>
    private static string[] WithDefaultCommand(string[] arguments) => arguments switch
    {
        [] => [LanguageCommand.Transformer],
        ["--version", ..] => arguments,
        [var first, ..] when IsHelp(first) => arguments,
        [var first, ..] when first.StartsWith('-') => [LanguageCommand.Transformer, .. arguments],
        _ => arguments,
    };

    private static bool IsHelp(string argument) => argument is "-h" or "-?" or "/h" or "/?" or "--help";

    /// <summary>A word that nothing knows is the cause; that a command is missing then is only its consequence.</summary>
    private static string Message(IReadOnlyList<ParseError> errors) =>
        (errors.FirstOrDefault(error => error.SymbolResult is not CommandResult { Command: RootCommand } || errors.Count == 1) ?? errors[^1]).Message;

    private static string OneLine(string message) => string.Join(' ', message.Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries));
}
