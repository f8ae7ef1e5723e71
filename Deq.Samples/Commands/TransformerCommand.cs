using System.CommandLine;
using System.CommandLine.Parsing;
using Deq.Samples.Training;
using Deq.Samples.Transformer;

namespace Deq.Samples.Commands;

/// <summary><c>transformer</c>: a word-level language model around one equilibrium layer.</summary>
internal static class TransformerCommand
{
    public const string Name = "transformer";

    public static Command Create()
    {
        var command = new Command(Name, "A language model around one equilibrium layer: train it (the default), evaluate it, draw text from it.");
        var train = new Command("train", "Train, evaluate, write checkpoint and report. What 'transformer' alone does.");
        foreach (Command trains in new[] { command, train })
        {
            var options = new TransformerOptions();
            options.AddTo(trains);
            trains.SetAction(result => Train(options, result));
        }

        command.Subcommands.Add(train);
        command.Subcommands.Add(TransformerEvalCommand.Create());
        command.Subcommands.Add(TransformerSampleCommand.Create());
        return command;
    }

    private static int Train(TransformerOptions options, ParseResult result)
    {
        RefuseOptionsBeforeVerb(result);
        TransformerSettings settings = options.Bind(result);
        options.Run.ApplyThreads(result);
        using var stop = new StopRequest();
        new TransformerRun(settings, options.Run.View(result), stop.Token).Run(RunOptions.CommandLine(result), options.Describe(result));
        return 0;
    }

    /// <summary>'transformer --steps 5 train' would train without the steps: options belong behind their verb.</summary>
    public static void RefuseOptionsBeforeVerb(ParseResult result)
    {
        if (result.CommandResult.Parent is not CommandResult { Command.Name: Name } parent) return;
        if (parent.Children.OfType<OptionResult>().FirstOrDefault(option => !option.Implicit) is { } misplaced)
        {
            string verb = result.CommandResult.Command.Name;
            throw new SampleException($"{misplaced.Option.Name} stands before '{verb}': write '{Name} {verb} {misplaced.Option.Name} ...'");
        }
    }
}
