using System.CommandLine;
using Deq.Samples.Images;
using Deq.Samples.Progress;
using Deq.Samples.Training;
using static TorchSharp.torch;

namespace Deq.Samples.Commands;

/// <summary>The commands <c>train</c> and <c>eval</c> of an image model.</summary>
internal static class ImageCommand
{
    /// <param name="name">Of the command, and the kind in its checkpoints.</param>
    /// <param name="description">For the help.</param>
    /// <param name="title">What people call the model.</param>
    /// <param name="presets">The first is the default.</param>
    /// <param name="formOptions">Options of the model's form.</param>
    /// <param name="over">Puts them over a preset's form.</param>
    /// <param name="reversible">Whether the models have the reversible iteration in the place of a solve.</param>
    public static Command Create<TForm>(
        string name, string description, string title, IReadOnlyList<ImagePreset<TForm>> presets, IReadOnlyList<Option> formOptions, Func<ParseResult, TForm, TForm> over,
        bool reversible)
        where TForm : IImageForm<TForm>
    {
        var options = new ImageOptions<TForm>(presets, reversible);
        var train = new PresetCommand(
            "train", $"Train, evaluate, write checkpoint and report. What '{name}' alone does.", [.. presets.Select(preset => new PresetLine(preset.Name, preset.Description, preset.PaperParameters))]);
        options.AddTo(train, formOptions);
        train.SetAction(result =>
        {
            PresetCommand.RefuseOptionsBeforeVerb(result);
            ImagePreset<TForm> preset = options.Bind(result);
            preset = preset with { Form = over(result, preset.Form) };
            options.Run.ApplyThreads(result);
            using var stop = new StopRequest(result.InvocationConfiguration.Error);
            new ImageRun<TForm>(name, title, preset, options.Run.View(result), stop.Token).Run(RunOptions.CommandLine(result), options.Twins.Bind(result));
            return 0;
        });

        string standard = Path.Combine(presets[0].Training.Output, ImageRun<TForm>.ModelFile);
        var checkpoint = new Option<string>("--checkpoint") { Description = $"checkpoint of '{name} train'", HelpName = "FILE", DefaultValueFactory = _ => standard };
        var data = new Option<string?>("--data") { Description = "folder of the data set; without it the one that the checkpoint was trained on", HelpName = "FOLDER" };
        var machine = new MachineOptions();
        var eval = new Command("eval", "Accuracy of a checkpoint on the validation and test images.") { checkpoint, data };
        foreach (Option option in machine.All) eval.Options.Add(option);
        eval.SetAction(result =>
        {
            PresetCommand.RefuseOptionsBeforeVerb(result);
            machine.ApplyThreads(result);
            ImageRun<TForm>.Evaluate(name, result.GetRequiredValue(checkpoint), result.GetValue(data), machine.Device(result), machine.View(result));
            return 0;
        });

        return PresetCommand.WithDefault(name, $"{description}: train it (the default), evaluate it.", train, eval);
    }
}
