using System.Runtime.InteropServices;
using TorchSharp;
using static TorchSharp.torch;

namespace Deq.Gradients;

/// <summary>What becomes of an exception inside a backward pass, which must not leave it.</summary>
internal static class BackwardFailure
{
    [ThreadStatic] private static Watch? watch;

    /// <summary>Records the failure, and gives a gradient that makes the engine fail.</summary>
    /// <param name="layer">The layer's name.</param>
    /// <param name="statistics">The call's.</param>
    /// <param name="gradient">What the backward pass was given.</param>
    /// <param name="cause">What was thrown in it.</param>
    /// <param name="tapeFollows">Whether the engine goes on through the tape on which it failed.</param>
    public static Tensor Record(string layer, EquilibriumStatistics statistics, Tensor gradient, Exception cause, bool tapeFollows)
    {
        if (cause is EquilibriumSolveException solve) statistics.Backward = solve.Statistics;
        var failure = new EquilibriumBackwardException(layer, cause);
        statistics.BackwardFailure = failure;
        if (Watch.Current is { } current) current.Failure ??= failure;
        else EquilibriumWarnings.Raise($"{failure.Message} (loss.BackwardOrThrow() throws this instead of the engine's own error.)");
        // A native failure of the tape (freed by an earlier backward, a tensor changed in place) meets the engine again when it walks that
        // tape, and it reports the true cause. Anything else: a gradient of a wrong shape, which the engine refuses.
        return tapeFollows && cause is ExternalException ? full_like(gradient, double.NaN) : zeros([.. gradient.shape, 2], gradient.dtype, gradient.device);
    }

    /// <summary>Failures of the backward pass that a thread waits for; engine threads of other devices find it as the latest one.</summary>
    internal sealed class Watch : IDisposable
    {
        private static readonly Lock Gate = new();
        private static readonly List<Watch> Open = [];
        private readonly Watch? around = watch;

        public Watch()
        {
            watch = this;
            lock (Gate) Open.Add(this);
        }

        public static Watch? Current
        {
            get
            {
                if (watch is not null) return watch;
                lock (Gate) return Open.Count > 0 ? Open[^1] : null;
            }
        }

        public EquilibriumBackwardException? Failure { get; set; }

        public void Dispose()
        {
            watch = around;
            lock (Gate) Open.Remove(this);
        }
    }
}
