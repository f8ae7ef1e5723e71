using System.CommandLine;
using Deq.Samples.Baselines;
using Deq.Samples.Data;
using Deq.Samples.Language;
using Deq.Samples.Progress;
using Deq.Samples.Report;
using Deq.Samples.Training;
using TorchSharp;
using static TorchSharp.torch;

namespace Deq.Samples.Commands;

/// <summary><c>eval</c> of a language model: the perplexities of a checkpoint, the same as at the end of its training.</summary>
internal static class LanguageEvalCommand
{
    public static Command Create(string name, string standard)
    {
        Option<string> checkpoint = LanguageCommand.CheckpointOption(name, standard);
        var data = new Option<string?>("--data") { Description = "folder in WikiText's or the Penn Treebank's format; without it the corpus that the checkpoint was trained on", HelpName = "FOLDER" };
        var machine = new MachineOptions();
        var command = new Command("eval", "Perplexity of a checkpoint on the validation and test splits.") { checkpoint, data };
        foreach (Option option in machine.All) command.Options.Add(option);
        command.SetAction(result =>
        {
            PresetCommand.RefuseOptionsBeforeVerb(result);
            machine.ApplyThreads(result);
            return Evaluate(name, result.GetRequiredValue(checkpoint), result.GetValue(data), machine.Device(result), machine.View(result));
        });
        return command;
    }

    private static int Evaluate(string name, string file, string? data, Device device, ITrainingView view)
    {
        (LanguageModel model, TrainingCheckpoint.Opened<LanguageDescription> header) = LanguageRun.Load(name, file);
        using (model)
        {
            model.to(device);
            Corpus corpus = LanguageRun.CorpusOf(data ?? header.Folder, view);
            if (corpus.Vocabulary.Identity != new Vocabulary(header.Description.Words).Identity)
            {
                throw new SampleException(
                    $"{file} was trained with another vocabulary ({header.Description.Words.Count:N0} words) than {corpus.Name} has ({corpus.Vocabulary.Count:N0}): " +
                    "give the folder it was trained on with --data");
            }

            view.Results(
            [
                .. CountModels.Measure(corpus),
                LanguageRun.Evaluate(header.Name, model, corpus) with { Examples = header.Examples },
            ], Scale.Words);
        }

        return 0;
    }
}
