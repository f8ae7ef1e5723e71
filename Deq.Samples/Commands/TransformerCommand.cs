using System.CommandLine;
using System.CommandLine.Parsing;
using Deq.Samples.Baselines;
using Deq.Samples.Data;
using Deq.Samples.Progress;
using Deq.Samples.Report;
using Deq.Samples.Transformer;

namespace Deq.Samples.Commands;

/// <summary><c>transformer</c>: a word-level language model around one equilibrium layer.</summary>
internal static class TransformerCommand
{
    public const string Name = "transformer";

    public static Command Create()
    {
        var command = new Command(Name, "Train a DEQ-Transformer language model (the default), evaluate it, draw text from it.");
        var train = new Command("train", "Train, evaluate, write checkpoint and report. What 'transformer' alone does.");
        foreach (Command trains in new[] { command, train })
        {
            var options = new TransformerOptions();
            options.AddTo(trains);
            trains.SetAction(result => Train(options, result));
        }

        command.Subcommands.Add(train);
        return command;
    }

    private static int Train(TransformerOptions options, ParseResult result)
    {
        RefuseOptionsBeforeVerb(result);
        TransformerSettings settings = options.Bind(result);
        ITrainingView view = TrainingViews.Create(result.InvocationConfiguration.Output, settings.Plain);
        Corpus corpus = settings.Data is { } folder ? WikiText.Read(folder) : StateOfTheUnion.Read();
        view.Say(
            $"{corpus.Name}: {Format.Count(corpus.Train.Length)} tokens to train, {Format.Count(corpus.Validation.Length)} to validate, " +
            $"{Format.Count(corpus.Test.Length)} to test, vocabulary {Format.Count(corpus.Vocabulary.Count)}");
        view.Results(CountModels.Measure(corpus));
        return 0;
    }

    /// <summary>'transformer --steps 5 train' would train without the steps: options belong behind their verb.</summary>
    private static void RefuseOptionsBeforeVerb(ParseResult result)
    {
        if (result.CommandResult.Parent is not CommandResult { Command.Name: Name } parent) return;
        if (parent.Children.OfType<OptionResult>().FirstOrDefault(option => !option.Implicit) is { } misplaced)
            throw new SampleException($"{misplaced.Option.Name} stands before '{result.CommandResult.Command.Name}': write '{Name} {result.CommandResult.Command.Name} {misplaced.Option.Name} ...'");
    }
}
