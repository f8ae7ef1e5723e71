using static TorchSharp.torch;

namespace Deq;

/// <summary>The result of a call's forward solve.</summary>
/// <param name="Value">On no tape: z* where <paramref name="NeedsTape"/>, to record f at; else f(z*), the layer's value.</param>
/// <param name="NeedsTape">Whether a gradient could be asked for.</param>
public readonly record struct FixedPoint(Tensor Value, bool NeedsTape);
