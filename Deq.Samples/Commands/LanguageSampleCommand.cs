using System.CommandLine;
using Deq.Samples.Data;
using Deq.Samples.Language;
using Deq.Samples.Training;
using static TorchSharp.torch;

namespace Deq.Samples.Commands;

/// <summary><c>sample</c> of a language model: text drawn from a checkpoint.</summary>
internal static class LanguageSampleCommand
{
    public static Command Create(string name, string standard)
    {
        Option<string> checkpoint = LanguageCommand.CheckpointOption(name, standard);
        var prompt = new Option<string>("--prompt") { Description = "words to go on from", HelpName = "TEXT", DefaultValueFactory = _ => "The people of the United States" };
        Option<int> words = NumberOption.Create("--words", 100, 1, 100_000, "words to draw");
        Option<double> temperature = NumberOption.Create("--temperature", 0.8, 0.01, 10, "below 1 likelier words, above 1 odder ones");
        Option<int> seed = NumberOption.Create("--seed", 1, 0, int.MaxValue, "seed of the drawing");
        Option<int> threads = MachineOptions.ThreadsOption();
        var command = new Command("sample", "Draw text from a checkpoint.") { checkpoint, prompt, words, temperature, seed, threads };
        command.SetAction(result =>
        {
            PresetCommand.RefuseOptionsBeforeVerb(result);
            MachineOptions.ApplyThreads(result, threads);
            (LanguageModel model, TrainingCheckpoint.Opened<LanguageDescription> header) = LanguageRun.Load(name, result.GetRequiredValue(checkpoint));
            using (model)
            {
                manual_seed(result.GetValue(seed));
                var vocabulary = new Vocabulary(header.Description.Words);
                string begin = result.GetRequiredValue(prompt);
                if (!Given.Is(result, prompt)) begin = Sampler.PromptFor(vocabulary, begin);
                result.InvocationConfiguration.Output.WriteLine(Sampler.Draw(model, vocabulary, begin, result.GetValue(words), result.GetValue(temperature)));
            }

            return 0;
        });
        return command;
    }
}
