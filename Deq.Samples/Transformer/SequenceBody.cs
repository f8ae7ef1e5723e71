using TorchSharp;
using static TorchSharp.torch;

namespace Deq.Samples.Transformer;

/// <summary>What stands between the words as vectors and the softmax: B x T x D to B x T x D, causal.</summary>
internal abstract class SequenceBody(string name) : nn.Module<Tensor, Tensor>(name);
