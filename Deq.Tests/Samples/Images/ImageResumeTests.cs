using Deq.Samples.Images;
using Deq.Samples.Mdeq;
using Deq.Samples.Report;
using Deq.Samples.RevDeq;
using Deq.Samples.Training;

namespace Deq.Tests.Samples.Images;

public class ImageResumeTests
{
    private const int Steps = 50, StopAt = 25;

    [Theory]
    [InlineData(nameof(CellKind.SingleConvolution), ModelKind.Equilibrium)]
    [InlineData(nameof(CellKind.Residual), ModelKind.Equilibrium)]
    [InlineData(nameof(CellKind.Residual), ModelKind.Tied)]
    [InlineData(nameof(CellKind.SingleConvolution), ModelKind.Stacked)]
    public void Mdeq_Resumed_EqualsNoInterruptionToTheBit(string cell, object kind)
    {
        var form = new MdeqSettings { Cell = Enum.Parse<CellKind>(cell), Channels = [4, 8], Groups = 2, Expansion = 2, Dropout = cell == nameof(CellKind.Residual) ? 0.1 : 0, Kind = (ModelKind)kind, Layers = 2 };
        bool solves = form.Kind == ModelKind.Equilibrium;
        Check(form, new ImageSettings
        {
            Output = "",
            Images = 0,
            Batch = 8,
            Gamma = solves ? 1 : 0,
            LastGamma = solves ? 2 : null,
            Frequency = 0.5,
            PretrainSteps = 5,
            Augmentation = Augmentation.ShiftAndFlip,
        });
    }

    /// <summary>The optimiser of the papers' ImageNet presets has a state of its own: the momentum.</summary>
    [Fact]
    public void MdeqByMomentum_Resumed_EqualsNoInterruptionToTheBit() => Check(
        new MdeqSettings { Channels = [4, 8], Groups = 2 },
        new ImageSettings { Output = "", Images = 0, Batch = 8, Optimizer = ImageOptimizer.Sgd, LearningRate = 0.05, WeightDecay = 5e-5, Augmentation = Augmentation.CropAndFlip });

    [Theory]
    [InlineData(ModelKind.Equilibrium)]
    [InlineData(ModelKind.Stacked)]
    public void RevDeq_Resumed_EqualsNoInterruptionToTheBit(object kind) => Check(
        new RevDeqSettings { Channels = [4, 8], ChannelsPerGroup = 2, Kind = (ModelKind)kind, Layers = 2 },
        new ImageSettings { Output = "", Images = 0, Batch = 8, Augmentation = Augmentation.ShiftAndFlip });

    [Fact]
    public void EvaluationThatIsAskedToStop_EndsBeforeItsNextBatch()
    {
        var form = new MdeqSettings { Channels = [4, 8], Groups = 2 };
        using ImageTask<MdeqSettings> task = SmallTraining.Task(form.For(SmallTraining.Stripes.Shape, SmallTraining.Stripes.Classes), new ImageSettings { Output = "", Images = 0, Batch = 8 });

        Assert.Throws<TrainingInterruptedException>(() => ImageEvaluation.Measure(task.Classifier, SmallTraining.Stripes, SmallTraining.Stripes.Test, new CancellationToken(canceled: true)));
        Assert.InRange(ImageEvaluation.Measure(task.Classifier, SmallTraining.Stripes, SmallTraining.Stripes.Test).Accuracy, 0, 1);
    }

    private static void Check<TForm>(TForm form, ImageSettings settings)
        where TForm : IImageForm<TForm>
    {
        using var folder = new TemporaryFolder();
        RunRecord whole = SmallTraining.Train(form, settings, Steps);
        using var stop = new CancellationTokenSource();
        var view = new StoppingPlan(folder.File("model.deq"), stop);

        Assert.Throws<TrainingInterruptedException>(() => view.TrainUntil(StopAt, form, settings, Steps));
        RunRecord resumed = SmallTraining.Train(form, settings, Steps, new CheckpointPlan(folder.File("model.deq"), Resume: true));

        Assert.Equal(whole.Steps.Select(Numbers), resumed.Steps.Select(Numbers));
        Assert.Equal(whole.Validations.Select(validation => (validation.Step, validation.Score)), resumed.Validations.Select(validation => (validation.Step, validation.Score)));
    }

    private static (int, double, double, double) Numbers(StepRecord step) => (step.Step, step.Loss, step.GradientNorm, step.Penalty);
}
