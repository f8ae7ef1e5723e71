using Deq.Reversible;
using static TorchSharp.torch;

namespace Deq;

/// <summary>A call of a layer as a diagnosis takes it over, before its solve: while it lasts, what is computed once per solve is in place.</summary>
/// <param name="Cell">f, several states side by side.</param>
/// <param name="Start">z_0.</param>
/// <param name="Options">The options of the call, all levels applied.</param>
/// <param name="Reversible">Of a reversible layer.</param>
internal sealed record DiagnosedCall(Func<Tensor, Tensor> Cell, Tensor Start, EquilibriumOptions Options, ReversibleSettings? Reversible = null);
