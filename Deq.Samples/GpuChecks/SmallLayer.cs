using Deq.Modules;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Deq.Samples.GpuChecks;

/// <summary>A declared layer with a normalised weight, a contraction at its start.</summary>
[EquilibriumLayer]
[Solver("anderson", MaxEvaluations = 60, Tolerance = 1e-11)]
[BackwardSolver("anderson", MaxEvaluations = 60, Tolerance = 1e-11)]
internal sealed partial class SmallLayer : Module<Tensor, Tensor>
{
    private readonly WeightNormLinear recurrent;
    private readonly Linear inject;
    private readonly LayerNorm norm;

    public SmallLayer(long width) : base(nameof(SmallLayer))
    {
        recurrent = new WeightNormLinear(width, width, dtype: float64);
        inject = Linear(width, width, dtype: float64);
        norm = LayerNorm([width], dtype: float64);
        RegisterComponents();
    }

    [Cell]
    private Tensor Step(Tensor z, Tensor x) => norm.call((recurrent.call(z) * 0.3 + inject.call(x)).tanh());
}
