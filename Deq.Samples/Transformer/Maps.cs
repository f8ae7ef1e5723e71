using Deq.Modules;
using TorchSharp;
using static TorchSharp.torch;

namespace Deq.Samples.Transformer;

/// <summary>Linear maps with or without weight normalisation: the papers train with it, small models do without.</summary>
internal static class Maps
{
    public static nn.Module<Tensor, Tensor> Linear(long inputs, long outputs, bool bias, bool weightNorm) =>
        weightNorm ? new WeightNormLinear(inputs, outputs, bias) : nn.Linear(inputs, outputs, bias);
}
