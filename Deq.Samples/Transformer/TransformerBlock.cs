using Deq.Samples.Language;
using TorchSharp;
using static TorchSharp.torch;

namespace Deq.Samples.Transformer;

/// <summary>
/// The DEQ-Transformer's one layer (Bai, Kolter, Koltun 2019, section 4.2): its output is the state z* that attention and feed-forward part,
/// given the injected words, no longer change. How its equilibrium is found and differentiated is written by the compiler from the
/// attributes, whose figures the command line may override.
/// </summary>
[EquilibriumLayer]
[Solver("anderson", Memory = 6, MaxEvaluations = 12, Tolerance = 2e-2)]
[BackwardSolver("anderson", Memory = 6, MaxEvaluations = 8, Tolerance = 5e-2)]
[JacobianReg(gamma: 0.5, Frequency = 0.1)]
internal sealed partial class TransformerBlock : nn.Module<Tensor, Tensor, Tensor, Tensor?, Tensor>
{
    private readonly TransformerCell cell;

    public TransformerBlock(TransformerCell cell) : base(nameof(TransformerBlock))
    {
        this.cell = cell;
        RegisterComponents();
    }

    /// <param name="z">The state, B x T x D.</param>
    /// <param name="words">The words as vectors, B x T x D.</param>
    /// <param name="injection">The words mapped to what is added to queries, keys and values, B x T x 3D.</param>
    /// <param name="distances">What <see cref="RelativePositions"/> gives for M + T.</param>
    /// <param name="memory">Keys and values of the M words before, B x M x 2D.</param>
    [Cell]
    private Tensor Step(Tensor z, Tensor words, Tensor injection, Tensor distances, Tensor? memory) =>
        cell.call(z, new BlockInputs(words, injection, distances, memory));
}
