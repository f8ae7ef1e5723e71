using Deq.Samples.Images;
using Deq.Samples.Mdeq;
using Deq.Samples.Progress;
using Deq.Samples.Report;
using Deq.Samples.Training;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Deq.Tests.Samples.Images;

/// <summary>Which images a classifier is trained, watched and judged on, and by which optimiser.</summary>
public sealed class ImageTaskTests : IDisposable
{
    private static readonly MdeqSettings Form = new() { Input = new ImageShape(2, 9, 9), Classes = 3, Channels = [4, 8], Groups = 2 };

    private readonly DisposeScope scope = NewDisposeScope();

    public void Dispose() => scope.Dispose();

    /// <summary>130 images, of which the untrained model gets all of one split right, none of the next, half of the last: labels are made of its own answers.</summary>
    [Fact]
    public void Accuracy_IsTheShareOfTheSplitThatIsClassifiedRight()
    {
        const int count = 130;
        var settings = new ImageSettings { Output = "", Images = 0, Batch = 8 };
        byte[] pixels = new byte[count * Form.Input.Size];
        new Random(3).NextBytes(pixels);
        ImageData Data(Func<int, byte> train, Func<int, byte> validation, Func<int, byte> test)
        {
            PackedImages Split(Func<int, byte> label) => new(Form.Input, pixels, [.. Enumerable.Range(0, count).Select(label)]);
            return new ImageData("drawn", Form.Input, ["a", "b", "c"], new PixelStatistics([0.5f, 0.5f], [0.25f, 0.25f]), Split(train), Split(validation), Split(test));
        }

        ImageData unlabelled = Data(_ => 0, _ => 0, _ => 0);
        long[] answers;
        using (ImageTask<MdeqSettings> task = Task(settings, unlabelled))
        {
            using IDisposable untaped = no_grad();
            task.Model.eval();
            answers = [.. ImageBatches.Once(unlabelled, unlabelled.Test, 1).Select(batch => task.Classifier.call(batch.ToTensors().Images).argmax(1).item<long>())];
        }

        byte Right(int index) => (byte)answers[index];
        byte Wrong(int index) => (byte)((answers[index] + 1) % 3);
        ImageData data = Data(Wrong, index => index < 13 ? Right(index) : Wrong(index), index => index < 91 ? Right(index) : Wrong(index));
        using ImageTask<MdeqSettings> judged = Task(settings, data);
        judged.Model.train();

        // 13 of 130 validation images, by which a training is watched; 91 of 130 test images; no training image.
        Assert.Equal(0.1, judged.Evaluate(), 1e-9);
        Assert.Equal(0.7, ImageEvaluation.Measure(judged.Classifier, data, data.Test).Accuracy, 1e-9);
        Assert.Equal(0, ImageEvaluation.Measure(judged.Classifier, data, data.Train).Accuracy, 1e-9);
        Assert.True(judged.Model.training, "the mode it was in");
    }

    /// <summary>The checkpoint's line of the table: its test accuracy is that of the test files.</summary>
    [Fact]
    public void RowOfTheTable_HasTheAccuracyOfEachSplit()
    {
        using var folder = new TemporaryFolder();
        string data = Directory.CreateDirectory(folder.File("data")).FullName;
        ImageFiles.FashionMnist(data, train: 40, test: 20, gzip: false);
        var error = new StringWriter();
        Assert.True(Deq.Samples.Commands.SampleProgram.Run(["mdeq", "train", "--data", data, "--out", folder.File("out"), "--steps", "1", "--batch", "2", "--pretrain-steps", "0", "--plain"], TextWriter.Null, error) == 0, error.ToString());
        ImageData read = FashionMnist.Read(data);
        (ImageClassifier model, _) = ImageRun<MdeqSettings>.Load("mdeq", folder.File("out/model.deq"));
        model.eval();
        byte[] answers;
        using (no_grad()) answers = [.. ImageBatches.Once(read, read.Test, 20).SelectMany(batch => model.call(batch.ToTensors().Images).argmax(1).data<long>().ToArray()).Select(answer => (byte)answer)];
        // Fifteen of the twenty right.
        for (int i = 0; i < 5; i++) answers[i] = (byte)((answers[i] + 1) % 10);
        using (FileStream labels = File.Create(Path.Combine(data, FashionMnist.TestLabels))) IdxFile.Write(labels, [20], answers);

        var view = new RowView();
        ImageRun<MdeqSettings>.Evaluate("mdeq", folder.File("out/model.deq"), data, CPU, view);

        read = FashionMnist.Read(data);
        ResultRow row = Assert.Single(view.Rows);
        Assert.Equal(0.75, row.Test, 1e-9);
        Assert.Equal(ImageEvaluation.Measure(model, read, read.Validation).Accuracy, row.Validation);
    }

    [Fact]
    public void Batch_HasTheCrossEntropyAndTheAccuracyOfItsImages()
    {
        var settings = new ImageSettings { Output = "", Images = 0, Batch = 8, Seed = 4 };
        using ImageTask<MdeqSettings> task = Task(settings, SmallTraining.Stripes);
        task.Model.train();
        (Tensor images, Tensor labels) = ImageBatches.Training(SmallTraining.Stripes, 8, 4, 2, Augmentation.None).ToTensors();

        BatchLoss batch = task.NextBatch(3);

        Tensor logarithms = task.Classifier.call(images).log_softmax(1);
        Assert.Equal(-logarithms.gather(1, labels.unsqueeze(1)).mean().item<float>(), batch.Loss.item<float>(), 1e-5f);
        Assert.Equal(logarithms.argmax(1).eq(labels).sum().item<long>() / 8.0, batch.Score);
        Assert.Equal(8, batch.Examples);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(5)]
    public void PretrainingSteps_ApplyTheCellAsOftenAsTheSettingsSay(int layers)
    {
        var settings = new ImageSettings { Output = "", Images = 0, Batch = 8, PretrainSteps = 1, PretrainLayers = layers };
        using ImageTask<MdeqSettings> pretrained = Task(settings, SmallTraining.Stripes);
        using ImageTask<MdeqSettings> tied = Task(settings, SmallTraining.Stripes, Form with { Kind = ModelKind.Tied, Layers = layers });
        tied.Model.load_state_dict(pretrained.Model.state_dict());

        Assert.Equal(tied.NextBatch(1).Loss.item<float>(), pretrained.NextBatch(1).Loss.item<float>());
    }

    [Theory]
    [InlineData(nameof(ImageOptimizer.Adam))]
    [InlineData(nameof(ImageOptimizer.AdamW))]
    [InlineData(nameof(ImageOptimizer.Sgd))]
    public void Optimiser_TakesTheStepsOfItsName(string name)
    {
        const double rate = 0.02, decay = 0.3;
        var settings = new ImageSettings { Output = "", Images = 0, Batch = 8, Optimizer = Enum.Parse<ImageOptimizer>(name), WeightDecay = decay };
        using ImageTask<MdeqSettings> task = Task(settings, SmallTraining.Stripes);
        using OptimizerHelper optimizer = task.CreateOptimizer(rate);

        WrittenOutSteps.Check(task.Model, optimizer, settings.Optimizer switch
        {
            ImageOptimizer.Adam => WrittenOutSteps.Adam(rate, 0.9, 0.999, decay),
            ImageOptimizer.AdamW => WrittenOutSteps.AdamW(rate, 0.9, 0.999, decay),
            _ => WrittenOutSteps.Nesterov(rate, 0.9, decay),
        });
    }

    private static ImageTask<MdeqSettings> Task(ImageSettings settings, ImageData data, MdeqSettings? form = null) => new("test", "test", form ?? Form, settings, data);

    private sealed class RowView : ITrainingView
    {
        public List<ResultRow> Rows { get; } = [];

        public TimeSpan Interval => TimeSpan.Zero;

        public void Say(string line)
        {
        }

        public void During(Action training) => training();

        public void Show(ProgressRecord progress)
        {
        }

        public void Validated(string run, Measure measure, ValidationRecord validation)
        {
        }

        public void Results(IReadOnlyList<ResultRow> rows, Scale scale) => Rows.AddRange(rows);
    }
}
