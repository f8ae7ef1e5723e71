using Deq.Samples.Data;
using Deq.Samples.Training;
using TorchSharp;
using static TorchSharp.torch;

namespace Deq.Samples.Language;

/// <summary>How well a model predicts a text.</summary>
/// <param name="Perplexity">exp of the mean cross-entropy of every word but the first.</param>
/// <param name="Evaluations">Evaluations of the cell per batch; NaN for a model without an equilibrium.</param>
internal readonly record struct Evaluation(double Perplexity, double Evaluations)
{
    /// <summary>Segments evaluated side by side. A sample's result does not depend on what stands beside it.</summary>
    private const int Rows = 32;

    /// <summary>Measures in eval mode, on no tape, and leaves the model in the mode it was in.</summary>
    /// <exception cref="TrainingInterruptedException">Somebody asked to stop.</exception>
    public static Evaluation Measure(LanguageModel model, int[] text, CancellationToken stop = default)
    {
        bool training = model.training;
        model.eval();
        using DisposeScope all = NewDisposeScope();
        try
        {
            using IDisposable untaped = no_grad();
            double sum = 0, evaluations = 0;
            long words = 0;
            int batches = 0;
            Tensor? memory = null;
            foreach (Segment segment in model.Remembers ? Segments.OnceInRows(text, Rows, model.Sequence) : Segments.Once(text, Rows, model.Sequence))
            {
                TrainingInterruptedException.ThrowWhileEvaluating(stop);
                using DisposeScope scope = NewDisposeScope();
                (Tensor inputs, Tensor next) = segment.ToTensors(model.Device);
                Tensor? before = memory;
                if (!segment.Continues) memory = null;
                sum += model.Loss(inputs, next, ref memory).item<float>() * (double)segment.Tokens;
                memory?.MoveToOuterDisposeScope();
                before?.Dispose();
                words += segment.Tokens;
                batches++;
                evaluations += model.EquilibriumLayers().Sum(layer => layer.Statistics.Forward?.Evaluations ?? 0);
            }

            return new Evaluation(Math.Exp(sum / words), evaluations > 0 ? evaluations / batches : double.NaN);
        }
        finally
        {
            model.train(training);
        }
    }
}
