using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Deq.Samples.Synthetic;

/// <summary>
/// The JR paper's smallest equilibrium model (section 5.1): f(z; x) = W2^T relu(W1 z + U x + b) with scalars z and x, whose equilibrium
/// is the prediction. Solvers, limits and tolerances are those of its table 4.
/// </summary>
[EquilibriumLayer]
[Solver("anderson", MaxEvaluations = 6, Tolerance = 1e-3)]
[BackwardSolver("anderson", MaxEvaluations = 6, Tolerance = 1e-4)]
[JacobianReg(gamma: 1, Frequency = 0.4)]
internal sealed partial class CubicLayer : Module<Tensor, Tensor>
{
    public const int PaperHidden = 50;

    private readonly Linear state, input, output;

    public CubicLayer(int hidden = PaperHidden) : base(nameof(CubicLayer))
    {
        state = Linear(1, hidden, hasBias: false);
        input = Linear(1, hidden);
        output = Linear(hidden, 1, hasBias: false);
        RegisterComponents();
    }

    /// <param name="z">The state, n x 1.</param>
    /// <param name="x">n x 1.</param>
    [Cell]
    public Tensor Step(Tensor z, Tensor x) => output.call(functional.relu(state.call(z) + input.call(x)));
}
