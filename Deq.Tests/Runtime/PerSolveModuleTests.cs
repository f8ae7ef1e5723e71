using Deq.Modules;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Deq.Tests.Runtime;

public class PerSolveModuleTests
{
    [Fact]
    public void WeightNorm_IsGTimesVOverItsNorm_WithTheGradientOfThat()
    {
        using var scope = NewDisposeScope();
        manual_seed(1);
        using var linear = new WeightNormLinear(5, 3, dtype: float64);
        var state = linear.state_dict();
        Assert.Equal(["bias", "weight_g", "weight_v"], state.Keys.Order(StringComparer.Ordinal));
        Assert.Equal([3, 1], state["weight_g"].shape);
        var x = randn(4, 5, float64);
        var named = linear.named_parameters().ToDictionary(p => p.Item1, p => p.Item2);
        Tensor Reference() => x.matmul((named["weight_v"] / named["weight_v"].norm(1, true) * named["weight_g"]).t()) + named["bias"];
        Assert.InRange(Dense.Distance(linear.call(x), Reference()), 0, 1e-14);
        Tensor[] leaves = [.. named.Values];
        var c = randn(4, 3, float64);
        Assert.InRange(Dense.Distance(
            autograd.grad([(linear.call(x) * c).sum()], leaves),
            autograd.grad([(Reference() * c).sum()], leaves)), 0, 1e-13);
    }

    [Fact]
    public void WeightNorm_StartsAsThePlainModule()
    {
        using var scope = NewDisposeScope();
        manual_seed(2);
        using var plain = nn.Conv2d(3, 4, 3, padding: 1, dtype: float64);
        manual_seed(2);
        using var normal = new WeightNormConv2d(3, 4, 3, padding: 1, dtype: float64);
        var image = randn(2, 3, 5, 5, float64);
        Assert.InRange(Dense.Distance(normal.call(image), plain.call(image)), 0, 1e-14);
        manual_seed(2);
        using var plain1 = nn.Conv1d(3, 4, 2, dtype: float64);
        manual_seed(2);
        using var normal1 = new WeightNormConv1d(3, 4, 2, dtype: float64);
        var sequence = randn(2, 3, 7, float64);
        Assert.InRange(Dense.Distance(normal1.call(sequence), plain1.call(sequence)), 0, 1e-14);
    }

    [Fact]
    public void WeightNorm_IsComputedOncePerSolve_AndFreshForTheNext()
    {
        using var scope = NewDisposeScope();
        using var linear = new WeightNormLinear(4, 4);
        Assert.NotSame(linear.Weight, linear.Weight);
        linear.BeginSolve();
        Tensor untaped, again;
        using (no_grad()) (untaped, again) = (linear.Weight, linear.Weight);
        Assert.Same(untaped, again);
        Assert.False(untaped.requires_grad);
        Assert.True(linear.Weight.requires_grad);
        Assert.Same(linear.Weight, linear.Weight);
        linear.EndSolve();
        Assert.True(untaped.IsInvalid);
    }

    [Fact]
    public void WeightNorm_FollowsItsParametersFromSolveToSolve()
    {
        using var scope = NewDisposeScope();
        manual_seed(4);
        using var block = new Block(8, 2);
        var x = randn(2, 3, 8, float64);
        var before = block.call(x);
        using (no_grad()) foreach (var (name, p) in block.named_parameters()) if (name == "qkv.weight_g") p.mul_(3);
        Assert.False(Dense.Same(before, block.call(x)));
    }

    [Fact]
    public void WeightNorm_KeepsWorkingInAnotherType()
    {
        using var scope = NewDisposeScope();
        using var linear = new WeightNormLinear(4, 4);
        linear.to(float64);
        Assert.Equal(float64, linear.call(randn(2, 4, float64)).dtype);
        Assert.All(linear.parameters(), p => Assert.Equal(float64, p.dtype));
    }

    [Fact]
    public void Dropout_HasOneMaskPerSolve_AndAnotherInTheNext()
    {
        using var scope = NewDisposeScope();
        manual_seed(5);
        using var dropout = new VariationalDropout(0.4);
        var x = ones(50, 40);
        dropout.BeginSolve();
        var first = dropout.call(x);
        Assert.True(Dense.Same(first, dropout.call(x)));
        dropout.EndSolve();
        dropout.BeginSolve();
        Assert.False(Dense.Same(first, dropout.call(x)));
        dropout.EndSolve();
        Assert.All(Dense.Numbers(first), v => Assert.True(v == 0 || Math.Abs(v - 1 / 0.6) < 1e-6));
        Assert.Equal(1, first.mean().item<float>(), 0.1);
        dropout.eval();
        Assert.True(Dense.Same(x, dropout.call(x)));
    }

    [Theory]
    [InlineData(DropoutMask.Channel, 3 * 5)]
    [InlineData(DropoutMask.Token, 3 * 5)]
    public void Dropout_DropsWholeChannelsOrTokens(DropoutMask mask, int units)
    {
        using var scope = NewDisposeScope();
        manual_seed(6);
        using var dropout = new VariationalDropout(0.5, mask);
        var kept = dropout.call(ones(3, 5, 16)).reshape(units, 16);
        Assert.All(Dense.Numbers(kept.std(1)), spread => Assert.Equal(0, spread));
        Assert.Contains(0.0, Dense.Numbers(kept.select(1, 0)));
        Assert.Contains(2.0, Dense.Numbers(kept.select(1, 0)));
    }

    [Fact]
    public void Dropout_InACell_LeavesFDeterministicOverTheSolve()
    {
        using var scope = NewDisposeScope();
        manual_seed(7);
        using var nested = new Nested(8);
        var x = randn(2, 3, 8, float64);
        var options = new EquilibriumOptions { MaxEvaluations = 200, Tolerance = 1e-9, JacobianGamma = 0 };
        nested.Options = options;
        nested.Inner.Options = options with { Solver = new Solvers.Broyden(), Tolerance = 1e-11 };
        // Only if both the outer and the inner layer meet the same masks at every evaluation can this converge.
        var result = nested.Solve(x);
        Assert.Equal(SolveOutcome.Converged, result.Statistics.Forward!.Outcome);
        Assert.False(Dense.Same(result.Value, nested.Solve(x).Value));
        result.Value.square().sum().BackwardOrThrow();
        Assert.Equal(SolveOutcome.Converged, result.Statistics.Backward!.Outcome);
    }

    [Fact]
    public void Dropout_RefusesWhatItCannotDo()
    {
        using var scope = NewDisposeScope();
        Assert.Contains("[0, 1)", Assert.Throws<ArgumentOutOfRangeException>(() => new VariationalDropout(1)).Message);
        using var dropout = new VariationalDropout(0.4);
        dropout.BeginSolve();
        dropout.call(ones(2, 3));
        Assert.Contains("one module per place", Assert.Throws<EquilibriumException>(() => dropout.call(ones(2, 4))).Message);
        dropout.EndSolve();
    }
}
