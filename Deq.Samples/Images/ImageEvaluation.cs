using Deq.Samples.Training;
using TorchSharp;
using static TorchSharp.torch;

namespace Deq.Samples.Images;

/// <summary>How well a model classifies a split.</summary>
/// <param name="Accuracy">Share classified right; NaN for an empty split.</param>
/// <param name="Evaluations">Evaluations of the cells per batch; NaN for a model without an equilibrium.</param>
internal readonly record struct ImageEvaluation(double Accuracy, double Evaluations)
{
    private const int Batch = 100;

    /// <summary>Measures in eval mode, on no tape, and leaves the model in the mode it was in.</summary>
    /// <exception cref="TrainingInterruptedException">Somebody asked to stop.</exception>
    public static ImageEvaluation Measure(ImageClassifier model, ImageData data, ImageSplit split, CancellationToken stop = default)
    {
        bool training = model.training;
        model.eval();
        try
        {
            using IDisposable untaped = no_grad();
            IEquilibriumLayer[] layers = model.IsEquilibrium ? [.. model.EquilibriumLayers()] : [];
            Device device = model.parameters().First().device;
            long right = 0;
            double evaluations = 0;
            int batches = 0;
            foreach (ImageBatch batch in ImageBatches.Once(data, split, Batch))
            {
                TrainingInterruptedException.ThrowWhileEvaluating(stop);
                using DisposeScope scope = NewDisposeScope();
                (Tensor images, Tensor labels) = batch.ToTensors(device);
                right += model.call(images).argmax(1).eq(labels).sum().ToInt64();
                evaluations += layers.Sum(layer => layer.Statistics.Forward?.Evaluations ?? 0);
                batches++;
            }

            return new ImageEvaluation((double)right / split.Count, layers.Length > 0 ? evaluations / batches : double.NaN);
        }
        finally
        {
            model.train(training);
        }
    }
}
