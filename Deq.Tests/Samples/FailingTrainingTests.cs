using Deq.Samples.CopyMemory;
using Deq.Samples.Images;
using Deq.Samples.Language;
using Deq.Samples.Mdeq;
using Deq.Samples.Progress;
using Deq.Samples.Report;
using Deq.Samples.RevDeq;
using Deq.Samples.Synthetic;
using Deq.Samples.Training;
using Deq.Samples.Trellis;
using Deq.Tests.Samples.Images;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Deq.Tests.Samples;

/// <summary>Trainings whose model somebody spoils after a step.</summary>
public partial class FailingTrainingTests
{
    private const int SpoiltAt = 5;

    [Theory]
    [InlineData("transformer", "TransformerBlock")]
    [InlineData("reversible", "ReversibleBlock")]
    [InlineData("trellis", "TrellisBlock")]
    [InlineData("copy-memory", "TrellisBlock")]
    [InlineData("mdeq", "MultiscaleLayer")]
    [InlineData("mdeq residual", "MultiscaleLayer")]
    [InlineData("revdeq", "ReversibleStage")]
    [InlineData("synthetic", "CubicLayer")]
    public void SolveThatIsNotFinite_StopsWithLayerStepAndResiduals_TheCheckpointBeforeKept(string form, string layer)
    {
        using var folder = new TemporaryFolder();
        using TrainingTask task = Task(form);

        var failure = Assert.Throws<TrainingFailedException>(() => Train(task, folder.File("model.deq"), parameter => parameter.fill_(float.NaN)));

        Assert.Equal(SpoiltAt + 1, failure.Step);
        Assert.Contains($"training ended at step {SpoiltAt + 1}", failure.Message);
        Assert.Contains(layer, failure.Message);
        Assert.Contains("Residuals", failure.Message);
        Assert.Contains($"The checkpoint of step {SpoiltAt - 1} is kept", failure.Message);
        using TrainingTask loaded = Task(form);
        using var optimizer = loaded.CreateOptimizer(1e-3);
        TrainingProgress progress = TrainingCheckpoint.Load(folder.File("model.deq"), loaded, Settings, optimizer);
        Assert.Equal(SpoiltAt - 1, progress.Step);
        Assert.All(loaded.Model.parameters(), parameter => Assert.True(parameter.isfinite().all().item<bool>()));
    }

    [Fact]
    public void SolvesThatFindNoEquilibrium_StopTheTrainingAfterAWhile()
    {
        using var folder = new TemporaryFolder();
        using var task = new SlopeTask();

        // A slope of -3: plain iteration moves away from its fixed point.
        var failure = Assert.Throws<TrainingFailedException>(() => Train(task, folder.File("model.deq"), parameter => parameter.fill_(-3)));

        Assert.Equal(SpoiltAt + SolveWatch.Patience, failure.Step);
        Assert.Contains($"for {SolveWatch.Patience} steps one after another", failure.Message);
        Assert.Contains(nameof(Slope), failure.Message);
        Assert.Contains("Residuals", failure.Message);
        Assert.Contains("is kept", failure.Message);
    }

    private static TrainingSettings Settings => new() { Steps = 200, LearningRate = 1e-6, WarmUpSteps = 0, Clip = 1, Validations = 1 };

    private static void Train(TrainingTask task, string file, Action<Tensor> spoil)
    {
        // Checkpoints at even steps: what is spoilt after an odd one is in none.
        var plan = new CheckpointPlan(file) { EverySteps = 2 };
        new TrainingLoop(task, Settings, new SpoilingView(task.Model, spoil), plan).Train();
    }

    private static TrainingTask Task(string form)
    {
        var trellis = new TrellisSettings { Hidden = 16 };
        LanguageSettings small = SmallLanguage.Settings with { PretrainSteps = 0 };
        var images = new ImageSettings { Output = "", Images = 0, Batch = 8 };
        if (form.StartsWith("mdeq", StringComparison.Ordinal))
        {
            var scales = new MdeqSettings { Cell = form == "mdeq" ? Deq.Samples.Mdeq.CellKind.SingleConvolution : Deq.Samples.Mdeq.CellKind.Residual, Channels = [4, 8], Groups = 2, Expansion = 2 };
            return SmallTraining.Task(scales.For(SmallTraining.Stripes.Shape, SmallTraining.Stripes.Classes), images);
        }

        if (form == "revdeq") return SmallTraining.Task(new RevDeqSettings { Channels = [4, 8], ChannelsPerGroup = 2 }.For(SmallTraining.Stripes.Shape, SmallTraining.Stripes.Classes), images);
        if (form == "synthetic") return new CubicTask(new CubicDescription(Hidden: 10, LinearTerm.Minus, Batch: 8, Gamma: 0), seed: 1);
        if (form != "copy-memory")
        {
            return SmallLanguage.Create(form switch
            {
                "reversible" => small with { Model = small.Model with { Reversible = new ReversibleForm() } },
                "trellis" => small with { Model = small.Model with { Trellis = trellis } },
                _ => small,
            });
        }

        manual_seed(1);
        var task = new CopyTask("copy", new CopyDescription(new CopyForm { Body = small.Model with { Trellis = trellis } }, small.Solve, Delay: 3, TrainSequences: 40, Batch: 8, PretrainSteps: 0), 1, CPU);
        small.Solve.Apply(task.CopyModel);
        return task;
    }

    /// <summary>z = s z + x.</summary>
    [EquilibriumLayer]
    [Solver("picard", MaxEvaluations = 8, Tolerance = 1e-3)]
    internal sealed partial class Slope : nn.Module<Tensor, Tensor>
    {
        private readonly Parameter slope;

        public Slope() : base(nameof(Slope))
        {
            slope = new Parameter(full(1, 0.5f));
            RegisterComponents();
        }

        [Cell]
        private Tensor Step(Tensor z, Tensor x) => slope * z + x;
    }

    private sealed class SlopeModel : nn.Module<Tensor, Tensor>
    {
        private readonly Slope block = new();

        public SlopeModel() : base(nameof(SlopeModel)) => RegisterComponents();

        public override Tensor forward(Tensor input) => block.call(input);
    }

    private sealed class SlopeTask : TrainingTask
    {
        private readonly SlopeModel model = new();

        public override string Name => "slope";

        public override string Kind => "slope";

        public override nn.Module Model => model;

        public override Measure Measure => Measure.SquaredError;

        public override string Unit => "numbers";

        public override object Description => new { };

        public override BatchLoss NextBatch(int step) => new(model.call(ones(4, 1)).square().mean(), 4);

        public override double Evaluate() => 0;

        public override void SaveState(BinaryWriter writer)
        {
        }

        public override void LoadState(BinaryReader reader)
        {
        }
    }

    private sealed class SpoilingView(nn.Module model, Action<Tensor> spoil) : ITrainingView
    {
        public TimeSpan Interval => TimeSpan.Zero;

        public void Say(string line)
        {
        }

        public void During(Action training) => training();

        public void Show(ProgressRecord progress)
        {
            if (progress.Recent.Step != SpoiltAt) return;
            using IDisposable untaped = no_grad();
            foreach (IEquilibriumLayer layer in model.EquilibriumLayers())
                foreach (Parameter parameter in ((nn.Module)layer).parameters()) spoil(parameter);
        }

        public void Validated(string run, Measure measure, ValidationRecord validation)
        {
        }

        public void Results(IReadOnlyList<ResultRow> rows, Scale scale)
        {
        }
    }
}
