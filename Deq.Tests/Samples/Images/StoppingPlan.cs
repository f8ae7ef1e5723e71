using Deq.Samples.Images;
using Deq.Samples.Training;

namespace Deq.Tests.Samples.Images;

/// <summary>A training that somebody stops after a step.</summary>
internal sealed class StoppingPlan(string file, CancellationTokenSource stop)
{
    public void TrainUntil<TForm>(int step, TForm form, ImageSettings settings, int steps)
        where TForm : IImageForm<TForm>
    {
        using ImageTask<TForm> task = SmallTraining.Task(form.For(SmallTraining.Stripes.Shape, SmallTraining.Stripes.Classes), settings);
        new TrainingLoop(task, settings.Training with { Steps = steps }, new StoppingView(step, stop), new CheckpointPlan(file), stop.Token).Train();
    }
}
