using Deq.Samples.Images;
using Deq.Samples.Mdeq;
using Deq.Samples.Report;
using Deq.Samples.RevDeq;
using Deq.Samples.Training;

namespace Deq.Tests.Samples.Images;

public class ImageResumeTests
{
    private const int Steps = 50, StopAt = 23;

    [Fact]
    public void Mdeq_Resumed_EqualsNoInterruptionToTheBit() => Check(
        new MdeqSettings { Cell = CellKind.Residual, Channels = [4, 8], Groups = 2, Expansion = 2, Dropout = 0.1 },
        new ImageSettings { Output = "", Images = 0, Batch = 8, Gamma = 1, Frequency = 0.5, PretrainSteps = 5, Augmentation = Augmentation.ShiftAndFlip });

    [Fact]
    public void RevDeq_Resumed_EqualsNoInterruptionToTheBit() => Check(
        new RevDeqSettings { Channels = [4, 8], ChannelsPerGroup = 2 },
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
