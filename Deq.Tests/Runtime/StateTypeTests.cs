using Deq.Solvers;
using TorchSharp;
using static TorchSharp.torch;

namespace Deq.Tests.Runtime;

/// <summary>States of types of their own.</summary>
public class StateTypeTests
{
    [Theory]
    [InlineData(ScalarType.Float32, ScalarType.Float64, 1e-5)]
    [InlineData(ScalarType.Float64, ScalarType.Float32, 1e-5)]
    [InlineData(ScalarType.BFloat16, ScalarType.Float32, 3e-2)]
    [InlineData(ScalarType.Float16, ScalarType.BFloat16, 3e-2)]
    public void EveryStateKeepsItsType_AndValueAndGradientAreRightToTheNarrowest(ScalarType first, ScalarType second, double agreement)
    {
        using var scope = NewDisposeScope();
        manual_seed(1);
        var x = randn(3, 4, float64);
        foreach (FixedPointSolver solver in new FixedPointSolver[] { new Picard(), new Anderson(), new Broyden() })
        {
            (Tensor A, Tensor B, Tensor Gradient) Run(ScalarType a, ScalarType b, double tolerance)
            {
                using var layer = new TwoTypes(a, b);
                var leaf = x.clone().requires_grad_();
                var value = layer.Solve(leaf, options: new() { Solver = solver, Tolerance = tolerance, BackwardTolerance = tolerance, MaxEvaluations = 100, BackwardMaxEvaluations = 100 }).Value;
                Assert.Equal((a, b), (value.A.dtype, value.B.dtype));
                (value.A.to(float64).sin().sum() + value.B.to(float64).square().sum()).BackwardOrThrow();
                Assert.Equal((SolveOutcome.Converged, SolveOutcome.Converged), (layer.Statistics.Forward!.Outcome, layer.Statistics.Backward!.Outcome));
                return (value.A, value.B, leaf.grad!);
            }
            var exact = Run(ScalarType.Float64, ScalarType.Float64, 1e-12);
            var got = Run(first, second, agreement / 5);
            Assert.InRange(Dense.Distance([got.A, got.B, got.Gradient], [exact.A, exact.B, exact.Gradient]), 0, agreement);
        }
    }
}

/// <summary>Two states, each in a type of its own; the input in float64.</summary>
[EquilibriumLayer]
internal sealed partial class TwoTypes(ScalarType first, ScalarType second) : nn.Module<Tensor, (Tensor A, Tensor B)>(nameof(TwoTypes))
{
    // In float64 but for what a state is rounded to: which operators a type has is not the question here.
    [Cell]
    private (Tensor A, Tensor B) Step(Tensor a, Tensor b, Tensor x)
    {
        Tensor wide = a.to(float64), other = b.to(float64);
        return ((wide * 0.3 + other.sum(1, keepdim: true) * 0.1 + x).tanh().to(first), (other * 0.4 + wide.narrow(1, 0, 2) * 0.2).tanh().to(second));
    }

    [InitialState]
    private (Tensor A, Tensor B) Start(Tensor x) => (zeros(x.shape[0], 4, first), zeros(x.shape[0], 2, second));
}
