using Deq.Solvers;
using static Deq.Samples.GpuChecks.DeviceCheck;
using static TorchSharp.torch;

namespace Deq.Samples.GpuChecks;

/// <summary>Solvers and implicit gradients. At the tolerance of the solves both devices sit on the same equilibrium, whatever way they came.</summary>
internal static class EquilibriumChecks
{
    private const long Width = 24, Batch = 8;
    private const double Tolerance = 1e-11;

    public static IEnumerable<DeviceCheck> All =>
    [
        .. new FixedPointSolver[] { new Picard(), new Anderson(), new Broyden() }.SelectMany(solver => new DeviceCheck[]
        {
            new($"{solver.GetType().Name}: equilibrium and implicit gradient", 1e-8, d => Solved(d, solver)),
            new($"{solver.GetType().Name}: a sample of NaN leaves the others alone", 1e-8, d => BesideNaN(d, solver)),
        }),
        new("A declared layer: value and gradient of every parameter", 1e-7, d =>
        {
            SmallLayer layer = TrainingChecks.Layer(d, Width);
            Tensor x = Normal(2, d, float64, Batch, Width).requires_grad_();
            Tensor value = layer.call(x);
            return [value, .. autograd.grad([value.square().sum()], [x, .. layer.parameters()])];
        }),
    ];

    private static EquilibriumOptions Options(FixedPointSolver solver) => new()
    {
        Solver = solver,
        MaxEvaluations = 200,
        BackwardMaxEvaluations = 200,
        Tolerance = Tolerance,
        BackwardTolerance = Tolerance,
    };

    private static Tensor[] Solved(Device device, FixedPointSolver solver)
    {
        (Tensor w, Tensor x) = Problem(device);
        Tensor value = Equilibrium.Solve(z => (z.matmul(w) + x).tanh(), zeros_like(x), Options(solver)).Value;
        return [value, .. autograd.grad([value.square().sum()], [w, x])];
    }

    private static Tensor[] BesideNaN(Device device, FixedPointSolver solver)
    {
        (Tensor w, Tensor x) = Problem(device);
        using var still = no_grad();
        Tensor spoiled = x.clone();
        spoiled[2].fill_(double.NaN);
        Tensor value = Equilibrium.Solve(z => (z.matmul(w) + spoiled).tanh(), zeros_like(x), Options(solver) with { OnFailure = OnFailure.Report }).Value;
        return [value[..2], value[3..]];
    }

    private static (Tensor Weight, Tensor Input) Problem(Device device) =>
        ((Normal(1, device, float64, Width, Width) * (0.5 / Math.Sqrt(Width))).requires_grad_(), Normal(2, device, float64, Batch, Width).requires_grad_());
}
