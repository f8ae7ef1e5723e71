using static TorchSharp.torch;

namespace Deq.Samples.Images;

/// <summary>A model from images, B x C x H x W, to the logits of classes, B x K.</summary>
internal abstract class ImageClassifier(string name) : nn.Module<Tensor, Tensor>(name)
{
    /// <summary>Whether the model solves for an equilibrium, rather than being an explicit twin.</summary>
    public abstract bool IsEquilibrium { get; }

    /// <summary>Whether a call solves for an equilibrium now, at which a spectral radius can be measured: an equilibrium model does not while it is pre-trained.</summary>
    public abstract bool SolvesNow { get; }

    /// <summary>While positive, an equilibrium model applies its cells so many times instead: shallow pre-training. 0 ends that.</summary>
    public abstract void UseStackedApplications(int times);

    /// <summary>Elements of all parameters.</summary>
    public long ParameterCount => parameters().Sum(parameter => parameter.numel());
}
