using Deq.Samples.Images;
using Deq.Solvers;
using TorchSharp;
using static TorchSharp.torch;

namespace Deq.Samples.Evidence;

/// <summary>Trials on Fashion-MNIST: the whole set where the machine has it, a shipped part where seconds must do.</summary>
internal static class ImageTrials
{
    private const int SmokeTest = 100;

    public static Trial Of<TForm>(string name, string kind, TForm form, ImageSettings settings, bool smoke)
        where TForm : IImageForm<TForm> => new(
            name, new { kind, form, settings.Solve, settings.Batch, settings.Optimizer, settings.WeightDecay, settings.PretrainSteps, settings.PretrainLayers, data = smoke ? "part" : "whole" },
            settings.Training, () => new ImageTask<TForm>(name, kind, form, settings, Data(smoke)));

    public static ImageData Data(bool smoke)
    {
        if (!smoke) return FashionMnist.Read();
        ImageData part = FashionMnist.Shipped();
        return part with { Test = part.Test.Slice(0, SmokeTest), Validation = part.Validation.Slice(0, SmokeTest) };
    }

    /// <summary>Accuracy on the test images, and evaluations of the cells per batch.</summary>
    public static double[] Test<TForm>(ImageTask<TForm> task, EvidenceRun run)
        where TForm : IImageForm<TForm>
    {
        task.Classifier.UseStackedApplications(0);
        ImageData data = Data(run.Smoke);
        ImageEvaluation test = ImageEvaluation.Measure(task.Classifier, data, data.Test, run.Stop);
        return [test.Accuracy, test.Evaluations];
    }

    /// <summary>Accuracy and evaluations under other limits and tolerances than those of the training.</summary>
    public static (double Accuracy, double Evaluations) TestUnder(ImageClassifier model, ImageData data, ImageSplit images, int limit, double tolerance, CancellationToken stop)
    {
        IEquilibriumLayer[] layers = [.. model.EquilibriumLayers()];
        EquilibriumOptions[] before = [.. layers.Select(layer => layer.Options)];
        foreach (IEquilibriumLayer layer in layers)
            layer.Options = layer.Options with { MaxEvaluations = limit, Tolerance = tolerance, InferenceMaxEvaluations = limit, InferenceTolerance = tolerance };
        ImageEvaluation test = ImageEvaluation.Measure(model, data, images, stop);
        foreach ((IEquilibriumLayer layer, EquilibriumOptions options) in layers.Zip(before)) layer.Options = options;
        return (test.Accuracy, test.Evaluations);
    }
}
