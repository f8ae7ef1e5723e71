using TorchSharp.Interop;

namespace TorchSharp;

public static partial class torch
{
    /// <summary>No graph is recorded on this thread until the result is disposed.</summary>
    public static IDisposable no_grad() => new GradMode(false);

    public static IDisposable enable_grad(bool enabled = true) => new GradMode(enabled);

    public static IDisposable set_grad_enabled(bool mode = true) => new GradMode(mode);

    public static bool is_grad_enabled() => NativeMethods.deq_grad_mode() != 0;

    /// <summary>Like <see cref="no_grad"/>, and what is made inside can never take part in a graph.</summary>
    public static IDisposable inference_mode(bool mode = true) => new InferenceGuard(mode);

    public static bool is_inference_mode_enabled() => NativeMethods.deq_inference_mode() != 0;

    /// <remarks>The mode belongs to the thread: never hold one across an <c>await</c>.</remarks>
    internal sealed class GradMode : IDisposable
    {
        private readonly int _previous;

        internal GradMode(bool enabled)
        {
            _previous = NativeMethods.deq_grad_mode();
            NativeMethods.deq_set_grad_mode(enabled ? 1 : 0);
        }

        public void Dispose() => NativeMethods.deq_set_grad_mode(_previous);
    }

    private sealed class InferenceGuard(bool mode) : IDisposable
    {
        private nint _guard = NativeMethods.deq_inference_guard(mode ? 1 : 0);

        public void Dispose()
        {
            nint g = Interlocked.Exchange(ref _guard, 0);
            if (g != 0) NativeMethods.deq_free_inference_guard(g);
        }
    }
}
