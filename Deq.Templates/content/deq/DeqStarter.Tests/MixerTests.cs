using Deq;
using TorchSharp;
using static TorchSharp.torch;

namespace DeqStarter.Tests;

public class MixerTests
{
    [Fact]
    public void Gradient_AgreesWithFiniteDifferences()
    {
        manual_seed(0);
        using var layer = new Mixer(4);
        layer.to(float64);
        using var x = randn(2, 4, float64);
        Equilibrium.CheckGradient(layer, x).ThrowIfWrong();
    }

    [Fact]
    public void Solve_ConvergesWithinTheLimitOfTheAttribute()
    {
        manual_seed(0);
        using var layer = new Mixer(4);
        layer.eval();
        using var x = randn(2, 4);
        using var value = layer.call(x);
        Assert.Equal(SolveOutcome.Converged, layer.Statistics.Forward!.Outcome);
    }
}
