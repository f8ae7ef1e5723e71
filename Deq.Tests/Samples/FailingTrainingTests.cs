using Deq.Samples.CopyMemory;
using Deq.Samples.Language;
using Deq.Samples.Progress;
using Deq.Samples.Report;
using Deq.Samples.Training;
using Deq.Samples.Trellis;
using TorchSharp;
using static TorchSharp.torch;

namespace Deq.Tests.Samples;

/// <summary>Trainings whose model somebody spoils after a step.</summary>
public class FailingTrainingTests
{
    private const int SpoiltAt = 5;

    [Theory]
    [InlineData("transformer", "TransformerBlock")]
    [InlineData("reversible", "ReversibleBlock")]
    [InlineData("trellis", "TrellisBlock")]
    [InlineData("copy-memory", "TrellisBlock")]
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
        using TrainingTask task = Task("transformer");

        // Maps so large that neighbouring states end far apart.
        var failure = Assert.Throws<TrainingFailedException>(() => Train(task, folder.File("model.deq"), parameter => parameter.mul_(1000)));

        Assert.InRange(failure.Step, SpoiltAt + SolveWatch.Patience, SpoiltAt + 2 * SolveWatch.Patience);
        Assert.Contains($"for {SolveWatch.Patience} steps one after another", failure.Message);
        Assert.Contains("TransformerBlock", failure.Message);
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
            foreach ((string name, var parameter) in model.named_parameters())
            {
                if (name.Contains("block.")) spoil(parameter);
            }
        }

        public void Validated(string run, Measure measure, ValidationRecord validation)
        {
        }

        public void Results(IReadOnlyList<ResultRow> rows, Scale scale)
        {
        }
    }
}
