using static TorchSharp.torch;

namespace TorchSharp.Modules;

/// <summary>Cross entropy of logits B x C x ... with class numbers B x ..., or with probabilities of the logits' shape.</summary>
public sealed class CrossEntropyLoss(
    Tensor? weight = null, long? ignore_index = null, nn.Reduction reduction = nn.Reduction.Mean, double label_smoothing = 0)
    : WeightedLoss<Tensor, Tensor, Tensor>(weight, reduction)
{
    private const long NoClass = -100;

    public long? ignore_index { get; } = ignore_index;

    public double label_smoothing { get; } = label_smoothing;

    public override Tensor forward(Tensor input, Tensor target)
        => nn.functional.cross_entropy(input, target, weight, ignore_index ?? NoClass, reduction, label_smoothing);
}
