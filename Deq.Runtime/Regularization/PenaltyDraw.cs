using Deq.Gradients;
using static TorchSharp.torch;

namespace Deq.Regularization;

/// <summary>What one training call draws for its penalty: its number among the layer's, whether it draws at all, its probes.</summary>
internal sealed class PenaltyDraw(EquilibriumOptions options, long call)
{
    private readonly long step = call + (options.JacobianStartAt ?? 0);

    public double Gamma => options.JacobianGammaSchedule?.AllowedAt(step, 0, double.MaxValue, nameof(options.JacobianGammaSchedule)) ?? options.JacobianGamma ?? 0;

    /// <summary>A Bernoulli trial with the frequency of this step.</summary>
    public bool Falls
    {
        get
        {
            var frequency = options.JacobianFrequencySchedule?.AllowedAt(step, 0, 1, nameof(options.JacobianFrequencySchedule))
                ?? options.JacobianFrequency ?? EquilibriumDefaults.JacobianFrequency;
            if (Gamma == 0 || frequency is 0 or 1) return Gamma > 0 && frequency == 1;
            return options.JacobianSeed is { } seed ? new Random(Mixed(seed, -1)).NextDouble() < frequency : JacobianPenalty.Drawn(frequency);
        }
    }

    /// <summary>The penalty on a tape.</summary>
    /// <param name="tape">f recorded at z*.</param>
    /// <param name="failed">Samples that are no part of it; null for none.</param>
    public Tensor Of(Tape tape, bool[]? failed)
    {
        var probes = options.JacobianProbes ?? EquilibriumDefaults.JacobianProbes;
        if (options.JacobianSeed is not { } seed) return JacobianPenalty.Of(tape, Gamma, probes, failed);
        using var generator = new Generator((ulong)(uint)Mixed(seed, 0), tape.State.device);
        return JacobianPenalty.Of(tape, Gamma, probes, failed, state => randn(state.shape, state.dtype, state.device, generator: generator));
    }

    // The calls of one seed must not share draws with those of the next seed, as seed + step would.
    private int Mixed(long seed, int stream)
    {
        var x = unchecked((ulong)seed * 0x9E3779B97F4A7C15 + (ulong)step * 0xBF58476D1CE4E5B9 + (ulong)(uint)stream);
        x = unchecked((x ^ (x >> 30)) * 0xBF58476D1CE4E5B9);
        x = unchecked((x ^ (x >> 27)) * 0x94D049BB133111EB);
        return unchecked((int)(x ^ (x >> 31)));
    }
}
