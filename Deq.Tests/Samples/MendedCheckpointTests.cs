using System.Globalization;
using System.Text.Json.Nodes;
using Deq.Samples.CopyMemory;
using Deq.Samples.Data;
using Deq.Samples.Images;
using Deq.Samples.Language;
using Deq.Samples.Mdeq;
using Deq.Samples.RevDeq;
using Deq.Samples.Training;
using Deq.Samples.Trellis;
using Deq.Tests.Samples.Images;
using TorchSharp;
using static TorchSharp.torch;

namespace Deq.Tests.Samples;

/// <summary>
/// Checkpoints whose checksum holds and whose header says something else: every value of it in turn becomes what no header has. The answer is
/// a model that computes, or an error that names the file; before a model of any size is made.
/// </summary>
public class MendedCheckpointTests
{
    private const long MostMemory = 1 << 28;

    private static readonly string[] Values = ["null", "-1", "0", "7", "4096", "1000000000", "1e300", "\"x\"", "[]", "{}", "[1000000,2000000]", "true"];

    public static TheoryData<string> Models => ["mdeq", "mdeq residual", "revdeq", "transformer", "trellis", "revdeq-lm", "copy-memory", "lstm"];

    [Theory]
    [MemberData(nameof(Models))]
    public void AnyValueOfTheHeader_GivesAnErrorOrAModel(string model)
    {
        using var folder = new TemporaryFolder();
        string file = folder.File("model.deq");
        Action read = Save(model, file);
        read();
        byte[] original = File.ReadAllBytes(file);
        JsonNode header = MendedHeader.Of(original);
        (int refused, int all) = (0, 0);
        foreach (string path in MendedHeader.Paths(header))
        {
            foreach (string value in Values)
            {
                JsonNode? node = JsonNode.Parse(value);
                File.WriteAllBytes(file, MendedHeader.With(original, MendedHeader.Replaced(header, path, node)));
                all++;
                try
                {
                    Assert.True(Peak(read) < MostMemory, $"{path} = {value}");
                }
                catch (DataFileException exception)
                {
                    refused++;
                    Assert.StartsWith(file, exception.Message);
                }
                catch (Exception exception) when (exception is not Xunit.Sdk.XunitException)
                {
                    Assert.Fail($"{path} = {value}: {exception}");
                }
            }
        }

        // Steps and names may be anything; sizes, kinds and what is missing may not.
        Assert.InRange(refused, all / 2, all - 1);
    }

    [Theory]
    [InlineData("[6400,12800]")]
    [InlineData("[1600,3200]")]
    public void AModelLargerThanItsFile_IsRefusedBeforeItIsMade(string channels)
    {
        using var folder = new TemporaryFolder();
        string file = folder.File("model.deq");
        Action read = Save("mdeq", file);
        byte[] original = File.ReadAllBytes(file);
        JsonNode header = MendedHeader.Of(original);
        header["Header"]!["Task"]!["Form"]!["Channels"] = JsonNode.Parse(channels);
        File.WriteAllBytes(file, MendedHeader.With(original, header));

        long peak = Peak(() => Assert.Contains("describes a model of at least", Assert.Throws<DataFileException>(read).Message));

        Assert.True(peak < 20_000_000, $"{peak}");
    }

    public static TheoryData<string> Presets => [.. LanguageModels.Keys, .. ImageForms.Keys];

    /// <summary>The bound is one: below the true number, and not far.</summary>
    [Theory]
    [MemberData(nameof(Presets))]
    public void LeastParameters_AreNearlyAll(string model)
    {
        (double least, long all) = LanguageModels.TryGetValue(model, out ModelSettings? settings)
            ? Count(settings)
            : (ImageForms[model].Least(), ImageForms[model].All());

        Assert.InRange(least / all, 0.9, 1);

        static (double, long) Count(ModelSettings settings)
        {
            using var built = new LanguageModel(settings, 900);
            return (settings.LeastParameters(900), built.ParameterCount);
        }
    }

    private static Dictionary<string, ModelSettings> LanguageModels
    {
        get
        {
            var small = new ModelSettings { Width = 64, Heads = 4, FeedForward = 128, Sequence = 24, Cutoffs = [100, 400] };
            var trellis = new TrellisSettings { Hidden = 96 };
            return new Dictionary<string, ModelSettings>
            {
                ["transformer"] = small,
                ["transformer stacked"] = small with { StackedLayers = 3 },
                ["transformer without convolution"] = small with { Reach = 0, Cutoffs = [], Untied = true, WeightNorm = true },
                ["RevDEQ's cell"] = small with { Cell = Deq.Samples.Language.CellKind.RevDeq },
                ["TrellisNet"] = small with { Trellis = trellis, WeightNorm = true },
                ["TrellisNet, narrow"] = small with { Trellis = trellis with { Hidden = 32, Kernel = 3 } },
                ["TrellisNet, stacked"] = small with { Trellis = trellis, StackedLayers = 3 },
            };
        }
    }

    private static Dictionary<string, (Func<double> Least, Func<long> All)> ImageForms
    {
        get
        {
            var forms = new Dictionary<string, (Func<double>, Func<long>)>();
            Add("quick", new MdeqSettings());
            Add("four scales, stacked", new MdeqSettings { Channels = [16, 16, 32, 32], Kind = ModelKind.Stacked, Layers = 3 });
            Add("papers'", MdeqPresets.All.Single(preset => preset.Name == "cifar10").Form);
            Add("papers', narrow head", new MdeqSettings { Channels = [16, 32, 32], Cell = Deq.Samples.Mdeq.CellKind.Residual, HeadChannels = [8, 8, 16], FinalChannels = 40 });
            Add("stages", new RevDeqSettings());
            Add("stages, wide", new RevDeqSettings { Channels = [16, 24, 32], Widths = [1, 3, 1], SmallStem = false });
            Add("stages, stacked", new RevDeqSettings { Kind = ModelKind.Stacked, Layers = 4 });
            return forms;

            void Add<TForm>(string name, TForm form)
                where TForm : IImageForm<TForm> => forms.Add(name, (form.LeastParameters, () =>
                {
                    using ImageClassifier model = form.Build();
                    return model.ParameterCount;
                }
            ));
        }
    }

    /// <summary>Writes a checkpoint of a small model; the action reads it again and lets the model compute.</summary>
    private static Action Save(string model, string file)
    {
        ImageSettings images = new() { Output = "", Images = 0, Batch = 4 };
        switch (model)
        {
            case "mdeq":
                return Saved(SmallTraining.Task(new MdeqSettings { Channels = [4, 8], Groups = 2 }.For(SmallTraining.Stripes.Shape, 3), images), () => Classify(ImageRun<MdeqSettings>.Load("small", file).Model));
            case "mdeq residual":
                var residual = new MdeqSettings { Channels = [4, 8], Groups = 2, Cell = Deq.Samples.Mdeq.CellKind.Residual, Dropout = 0.1, WeightNorm = true, HeadChannels = [2, 4], FinalChannels = 8, Kind = ModelKind.Tied, Layers = 2 };
                return Saved(SmallTraining.Task(residual.For(SmallTraining.Stripes.Shape, 3), images), () => Classify(ImageRun<MdeqSettings>.Load("small", file).Model));
            case "revdeq":
                return Saved(SmallTraining.Task(new RevDeqSettings { Channels = [4, 8], ChannelsPerGroup = 2 }.For(SmallTraining.Stripes.Shape, 3), images), () => Classify(ImageRun<RevDeqSettings>.Load("small", file).Model));
            case "copy-memory":
            case "lstm":
                var form = new CopyForm { Body = new ModelSettings { Width = 8, Heads = 2, FeedForward = 16, Reach = 0 }, Lstm = model == "lstm" ? 6 : 0 };
                return Saved(new CopyTask(model, new CopyDescription(form, new SolveSettings(), Delay: 3, TrainSequences: 40, Batch: 8, PretrainSteps: 0), 1, CPU), () =>
                {
                    (CopyModel rebuilt, _) = TrainingCheckpoint.LoadModel(file, CopyTask.KindName, (CopyDescription description) =>
                    {
                        var copy = new CopyModel(description.Form);
                        description.Solve.Apply(copy);
                        return copy;
                    });
                    using (rebuilt)
                    {
                        rebuilt.eval();
                        using DisposeScope scope = NewDisposeScope();
                        rebuilt.call(zeros([1, 13], ScalarType.Int64));
                    }
                });
            default:
                ModelSettings small = SmallLanguage.Settings.Model;
                ModelSettings settings = model switch
                {
                    "trellis" => small with { Trellis = new TrellisSettings { Hidden = 12 }, Memory = 1 },
                    "revdeq-lm" => small with { Cell = Deq.Samples.Language.CellKind.RevDeq, Reversible = new ReversibleForm() },
                    _ => small with { WeightNorm = true, Dropout = 0.1 },
                };
                return Saved(SmallLanguage.Create(SmallLanguage.Settings with { Model = settings }), () =>
                {
                    (LanguageModel rebuilt, TrainingCheckpoint.Opened<LanguageDescription> header) = LanguageRun.Load(SmallLanguage.Kind, file);
                    using (rebuilt) Evaluation.Measure(rebuilt, [.. Enumerable.Range(0, 20).Select(i => i % header.Description.Words.Count)]);
                });
        }

        Action Saved(TrainingTask task, Action read)
        {
            using (task)
            {
                using var optimizer = task.CreateOptimizer(1e-3);
                TrainingCheckpoint.Save(file, task, new TrainingSettings { Steps = 1, LearningRate = 1e-3 }, optimizer, new TrainingProgress());
            }

            return read;
        }

        static void Classify(ImageClassifier classifier)
        {
            using (classifier)
            {
                classifier.eval();
                using DisposeScope scope = NewDisposeScope();
                using IDisposable untaped = no_grad();
                classifier.call(zeros(1, 2, 9, 9));
            }
        }
    }

    /// <summary>Bytes by which the process's resident memory rises above what it is now; 0 where the system does not tell.</summary>
    private static long Peak(Action action)
    {
        if (!OperatingSystem.IsLinux())
        {
            action();
            return 0;
        }

        // Sets the high-water mark to what is resident now (proc(5)).
        File.WriteAllText("/proc/self/clear_refs", "5");
        long before = HighWaterMark();
        action();
        return HighWaterMark() - before;
    }

    private static long HighWaterMark() =>
        1024 * long.Parse(File.ReadLines("/proc/self/status").Single(line => line.StartsWith("VmHWM:", StringComparison.Ordinal)).Split((char[])[' ', '\t'], StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture);
}
