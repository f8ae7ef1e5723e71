using System.CommandLine;
using Deq.Samples.Language;
using Deq.Samples.Training;

namespace Deq.Samples.Commands;

/// <summary>The commands of a language model: <c>train</c>, which its name alone does as well, <c>eval</c> and <c>sample</c>.</summary>
internal static class LanguageCommand
{
    /// <summary>The command that runs where none is given.</summary>
    public const string Transformer = "transformer";

    private const string Trellis = "trellis", Reversible = "revdeq-lm";

    public static IEnumerable<Command> CreateAll() =>
    [
        Create(Transformer, "A language model around one equilibrium layer", "DEQ-Transformer", LanguagePresets.Transformer),
        Create(Trellis, "A language model around the equilibrium of a TrellisNet", "DEQ-TrellisNet", LanguagePresets.Trellis),
        Create(Reversible, "A language model around a reversible equilibrium", "RevDEQ", LanguagePresets.Reversible),
    ];

    /// <param name="name">Of the command, and the kind in its checkpoints.</param>
    /// <param name="description">For the help.</param>
    /// <param name="title">What people call the model.</param>
    /// <param name="presets">The first is the default.</param>
    private static Command Create(string name, string description, string title, IReadOnlyList<LanguagePreset> presets)
    {
        PresetLine[] lines = [.. presets.Select(preset => new PresetLine(preset.Name, preset.Description, preset.PaperParameters))];
        var train = new PresetCommand("train", $"Train, evaluate, write checkpoint and report. What '{name}' alone does.", lines);
        var options = new LanguageOptions(presets);
        options.AddTo(train);
        train.SetAction(result => Train(name, title, options, result));
        string standard = Path.Combine(presets[0].Settings.Output, LanguageRun.ModelFile);
        return PresetCommand.WithDefault(
            name, $"{description}: train it (the default), evaluate it, draw text from it.", train, LanguageEvalCommand.Create(name, standard), LanguageSampleCommand.Create(name, standard));
    }

    public static Option<string> CheckpointOption(string name, string standard) => new("--checkpoint")
    {
        Description = $"checkpoint of '{name} train'",
        HelpName = "FILE",
        DefaultValueFactory = _ => standard,
    };

    private static int Train(string name, string title, LanguageOptions options, ParseResult result)
    {
        PresetCommand.RefuseOptionsBeforeVerb(result);
        LanguagePreset preset = options.Bind(result);
        options.Run.ApplyThreads(result);
        using var stop = new StopRequest(result.InvocationConfiguration.Error);
        new LanguageRun(name, title, preset, options.Run.View(result), stop.Token).Run(RunOptions.CommandLine(result), options.Twins.Bind(result));
        return 0;
    }
}
