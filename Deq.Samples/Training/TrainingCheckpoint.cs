using System.Runtime.InteropServices;
using System.Text.Json;
using Deq.Samples.Data;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Deq.Samples.Training;

/// <summary>
/// All that a training is at one moment: model, optimiser, torch's random state, position in the data, records. Learning rate, gamma and
/// drawn limits follow from the settings and the step. Training on from it gives the numbers of a training that was never stopped, to the bit on the CPU.
/// </summary>
internal static class TrainingCheckpoint
{
    private const string Model = "model", Optimizer = "optimizer", Random = "random", Data = "data", Progress = "progress";

    /// <summary>More bytes than the state of any of torch's generators.</summary>
    private const int MostRandomState = 1 << 20;

    private sealed record TrainingHeader(string Name, JsonElement Task, TrainingSettings? Training, int Step, long Examples, TrainingData? On);

    /// <summary>What a checkpoint says beside its tensors.</summary>
    /// <param name="Name">What people call the model.</param>
    /// <param name="Description">The task's description, as it was.</param>
    /// <param name="Step">Steps trained.</param>
    /// <param name="Examples">Tokens, images or pairs trained on.</param>
    /// <param name="Folder">Where the data were; null for the standard places.</param>
    internal sealed record Opened<T>(string Name, T Description, int Step, long Examples, string? Folder);

    /// <param name="file">Where.</param>
    /// <param name="task">The model and its place in the data.</param>
    /// <param name="settings">How it is trained.</param>
    /// <param name="optimizer">Its moments.</param>
    /// <param name="progress">How far it has come.</param>
    /// <param name="replaced">Where to put the file that is there; null: it is replaced.</param>
    /// <exception cref="DataFileException">It cannot be written.</exception>
    public static void Save(string file, TrainingTask task, TrainingSettings settings, OptimizerHelper optimizer, TrainingProgress progress, string? replaced = null)
    {
        var header = new TrainingHeader(task.Name, CheckpointFile.ToJson(task.Description), settings, progress.Step, progress.Examples, task.Data);
        CheckpointFile.Write(
            file, replaced, task.Kind, header,
            (Model, writer => task.Model.save(writer)),
            (Optimizer, optimizer.save_state_dict),
            (Random, SaveRandom),
            (Data, task.SaveState),
            (Progress, progress.Save));
    }

    /// <summary>Puts task, optimiser and torch's generator where the checkpoint left them.</summary>
    /// <exception cref="DataFileException">The file is damaged, of another model, or of a training with other settings or other data.</exception>
    public static TrainingProgress Load(string file, TrainingTask task, TrainingSettings settings, OptimizerHelper optimizer)
    {
        using CheckpointFile checkpoint = CheckpointFile.Open(file);
        TrainingHeader header = checkpoint.HeaderAs<TrainingHeader>(task.Kind);
        if (header.On?.Digest != task.Data?.Digest)
            throw new DataFileException(file, "was trained on other data than there are now, so it cannot be gone on from: give the data it was trained on with --data, wherever they are, or another --out");
        ThrowIfDifferent(file, "", header.Task, CheckpointFile.ToJson(task.Description));
        ThrowIfDifferent(file, "", header.Training is { } trained ? CheckpointFile.ToJson(trained) : default, CheckpointFile.ToJson(settings));

        var progress = new TrainingProgress();
        checkpoint.Read(Model, reader => task.Model.load(reader));
        checkpoint.Read(Optimizer, optimizer.load_state_dict);
        checkpoint.Read(Data, task.LoadState);
        checkpoint.Read(Progress, progress.Load);
        checkpoint.Read(Random, LoadRandom);
        return progress;
    }

    /// <summary>The model of a checkpoint, without its training.</summary>
    /// <param name="file">The checkpoint.</param>
    /// <param name="kind">The kind of model that it has to be of.</param>
    /// <param name="build">Makes the model from the task's description.</param>
    /// <exception cref="DataFileException">The file is damaged, of another kind of model, or its tensors are not those of the model that it describes.</exception>
    public static (TModel Model, Opened<T> Header) LoadModel<TModel, T>(string file, string kind, Func<T, TModel> build)
        where TModel : nn.Module
        where T : IModelDescription
    {
        using CheckpointFile checkpoint = CheckpointFile.Open(file);
        TrainingHeader header = checkpoint.HeaderAs<TrainingHeader>(kind);
        T description = CheckpointFile.FromJson<T>(file, header.Task);
        TModel model = Built(checkpoint, description, build);
        try
        {
            checkpoint.Read(Model, reader => model.load(reader));
        }
        catch
        {
            model.Dispose();
            throw;
        }

        return (model, new Opened<T>(header.Name, description, header.Step, header.Examples, header.On?.Folder));
    }

    /// <summary>A description that no model can be built from was not written by this program as it is.</summary>
    private static TModel Built<TModel, T>(CheckpointFile checkpoint, T description, Func<T, TModel> build)
        where T : IModelDescription
    {
        try
        {
            description.Check();
            ThrowIfLargerThanItsFile(checkpoint, description.LeastParameters());
            return build(description);
        }
        catch (Exception exception) when (exception is (SampleException and not DataFileException) or ArgumentException or ArithmeticException or ExternalException)
        {
            throw new DataFileException(checkpoint.Path, $"does not fit: {exception.Message}", exception);
        }
    }

    /// <summary>A header may describe a model of any size; before one is made, it is held against what the file has of it.</summary>
    private static void ThrowIfLargerThanItsFile(CheckpointFile checkpoint, double parameters)
    {
        long held = checkpoint.LengthOf(Model) / sizeof(float);
        if (!(parameters <= held))
            throw new DataFileException(checkpoint.Path, FormattableString.Invariant($"does not fit: it describes a model of at least {parameters:N0} parameters and holds no more than {held:N0}"));
    }

    private static void SaveRandom(BinaryWriter writer)
    {
        using Tensor state = get_rng_state();
        byte[] bytes = state.data<byte>().ToArray();
        writer.Write(bytes.Length);
        writer.Write(bytes);
    }

    private static void LoadRandom(BinaryReader reader)
    {
        int length = reader.ReadInt32();
        if (length is < 0 or > MostRandomState) throw new InvalidDataException($"a random state of {length} bytes");
        using Tensor state = tensor(reader.ReadBytes(length));
        set_rng_state(state);
    }

    /// <summary>Names the first setting that differs, in the checkpoint's words and in today's.</summary>
    private static void ThrowIfDifferent(string file, string path, JsonElement then, JsonElement now)
    {
        if (JsonElement.DeepEquals(then, now)) return;
        if (then.ValueKind == JsonValueKind.Object && now.ValueKind == JsonValueKind.Object)
        {
            foreach (JsonProperty property in now.EnumerateObject())
                ThrowIfDifferent(file, path.Length == 0 ? property.Name : $"{path}.{property.Name}", then.TryGetProperty(property.Name, out JsonElement other) ? other : default, property.Value);
        }

        throw new DataFileException(file, $"cannot be gone on from: {(path.Length == 0 ? "the settings" : path)} was {Shown(then)} and is {Shown(now)}; give the same settings, or another --out");
    }

    private static string Shown(JsonElement value)
    {
        const int longest = 60;
        string text = value.ValueKind == JsonValueKind.Undefined ? "not known" : value.GetRawText();
        return text.Length <= longest ? text : text[..longest] + "...";
    }
}
