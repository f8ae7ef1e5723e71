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
[Solver("anderson", MaxEvaluations = PaperLimit, Tolerance = 1e-3)]
[BackwardSolver("anderson", MaxEvaluations = PaperLimit, Tolerance = 1e-4)]
[JacobianReg(gamma: 1, Frequency = 0.4)]
internal sealed partial class CubicLayer : Module<Tensor, Tensor>
{
    public const int PaperHidden = 50, PaperLimit = 6;

    private const double InitialDeviation = 0.1;

    private readonly Linear state, input, output;

    public CubicLayer(int hidden = PaperHidden) : base(nameof(CubicLayer))
    {
        state = Linear(1, hidden, hasBias: false);
        input = Linear(1, hidden);
        output = Linear(hidden, 1, hasBias: false);
        // The paper's N(0, 0.01), read as a variance here, as its noise of N(0, 0.05) is; the larger models take it for a deviation, as their
        // authors' code does. Either way a Jacobian near zero. TorchSharp's own start is so steep that some seeds diverge at once.
        foreach (Linear map in new[] { state, input, output }) init.normal_(map.weight!, 0, InitialDeviation);
        init.normal_(input.bias!, 0, InitialDeviation);
        RegisterComponents();
    }

    /// <param name="z">The state, n x 1.</param>
    /// <param name="x">n x 1.</param>
    [Cell]
    public Tensor Step(Tensor z, Tensor x) => output.call(functional.relu(state.call(z) + input.call(x)));
}
