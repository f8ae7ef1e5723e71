using Deq.Modules;
using TorchSharp;
using static TorchSharp.torch;

namespace Deq.Tests.Runtime;

/// <summary>Variational dropout by element, channel and token.</summary>
public class VariationalDropoutTests
{
    private const double P = 0.3;

    public static TheoryData<DropoutMask, ScalarType> Masks()
    {
        TheoryData<DropoutMask, ScalarType> cells = [];
        foreach (var mask in Enum.GetValues<DropoutMask>())
            foreach (var type in new[] { ScalarType.Float32, ScalarType.Float64, ScalarType.BFloat16 }) cells.Add(mask, type);
        return cells;
    }

    private static Tensor Ones(DropoutMask mask, ScalarType type) => mask == DropoutMask.Token ? ones(20, 30, 12, type) : ones(20, 30, 4, 3, type);

    /// <summary>One row per unit that is dropped or kept as a whole.</summary>
    private static Tensor Units(DropoutMask mask, Tensor masked) => mask switch
    {
        DropoutMask.Element => masked.reshape(-1, 1),
        _ => masked.flatten(0, 1).flatten(1),
    };

    [Theory, MemberData(nameof(Masks))]
    public void AUnitIsDroppedOrKeptAsAWhole_AndScaledToKeepTheMean(DropoutMask mask, ScalarType type)
    {
        using var scope = NewDisposeScope();
        manual_seed(1);
        using var dropout = new VariationalDropout(P, mask);
        var units = Units(mask, dropout.call(Ones(mask, type))).to(float64);
        Assert.Equal(0, (units - units.narrow(1, 0, 1)).abs().max().item<double>());
        var kept = Dense.Numbers(units.select(1, 0));
        var scale = 1 / (1 - P);
        Assert.All(kept, v => Assert.True(v == 0 || Math.Abs(v - scale) < (type == ScalarType.BFloat16 ? 4e-3 : 1e-6) * scale));
        // Bernoulli(1 - p) over n units: four standard deviations.
        var share = kept.Count(v => v != 0) / (double)kept.Length;
        Assert.InRange(Math.Abs(share - (1 - P)), 0, 4 * Math.Sqrt(P * (1 - P) / kept.Length));
        Assert.Equal(mask == DropoutMask.Element ? 7200 : 600, kept.Length);
    }

    [Theory, MemberData(nameof(Masks))]
    public void OneSolve_HasOneMask_OnTheTapeToo_AndTheNextAnother(DropoutMask mask, ScalarType type)
    {
        using var scope = NewDisposeScope();
        manual_seed(2);
        using var dropout = new VariationalDropout(P, mask);
        var x = Ones(mask, type).requires_grad_();
        List<Tensor> Solve(out Tensor gradient)
        {
            List<Tensor> seen = [];
            var result = Equilibrium.Solve(z =>
            {
                var masked = dropout.call(x);
                seen.Add(masked.detach().clone().DetachFromDisposeScope());
                return z * 0.5 + masked * 0.5;
            }, zeros_like(x).detach(), new() { MaxEvaluations = 8, OnFailure = OnFailure.Report }, dropout);
            gradient = autograd.grad([result.Value.sum()], [x])[0];
            return seen;
        }
        var first = Solve(out var gradient);
        Assert.True(first.Count > 2);
        Assert.All(first, masked => Assert.True(Dense.Same(first[0], masked)));
        // z* = mask x, so dL/dx is the mask that the forward solve had.
        Assert.InRange(Dense.Distance(gradient, first[0]), 0, type == ScalarType.BFloat16 ? 2e-2 : 1e-3);
        Assert.False(Dense.Same(first[0], Solve(out _)[0]));
    }

    [Theory]
    [InlineData(DropoutMask.Element)]
    [InlineData(DropoutMask.Channel)]
    [InlineData(DropoutMask.Token)]
    public void UndoingReversibleSteps_MeetsTheMaskTheyWereTakenWith(DropoutMask mask)
    {
        using var scope = NewDisposeScope();
        manual_seed(3);
        using var dropout = new VariationalDropout(P, mask);
        var x = randn(4, 5, 6, float64).requires_grad_();
        Tensor? drawn = null;
        var value = Equilibrium.SolveReversible((z, inputs) =>
        {
            if (drawn is null) drawn = dropout.call(ones(4, 5, 6, float64)).DetachFromDisposeScope();
            return (dropout.call(z) * 0.6 + inputs[0]).tanh();
        }, zeros_like(x), [x], new() { Beta = 0.7, Steps = 6 }, dropout).Value;
        // Other draws between forward and backward change nothing.
        dropout.call(x);
        var got = autograd.grad([value.square().sum()], [x])[0];
        Tensor y = zeros_like(x), z = y;
        for (var n = 0; n < 6; n++)
        {
            y = y * 0.3 + (z * drawn! * 0.6 + x).tanh() * 0.7;
            z = z * 0.3 + (y * drawn! * 0.6 + x).tanh() * 0.7;
        }
        Assert.InRange(Dense.Distance(got, autograd.grad([z.square().sum()], [x])[0]), 0, 1e-11);
    }

    [Theory]
    [InlineData(DropoutMask.Element)]
    [InlineData(DropoutMask.Channel)]
    [InlineData(DropoutMask.Token)]
    public void ASeedRepeatsTheMask_EvalModeAndPZeroAreTheIdentity(DropoutMask mask)
    {
        using var scope = NewDisposeScope();
        using var dropout = new VariationalDropout(P, mask);
        var x = randn(8, 9, 10);
        Tensor Seeded(long seed)
        {
            manual_seed(seed);
            dropout.BeginSolve();
            var masked = dropout.call(x);
            dropout.EndSolve();
            return masked;
        }
        Assert.True(Dense.Same(Seeded(4), Seeded(4)));
        Assert.False(Dense.Same(Seeded(4), Seeded(5)));
        using var never = new VariationalDropout(0, mask);
        Assert.True(Dense.Same(x, never.call(x)));
        dropout.eval();
        Assert.True(Dense.Same(x, Seeded(4)));
        dropout.train();
        Assert.False(Dense.Same(x, Seeded(4)));
    }
}
