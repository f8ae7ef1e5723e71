using TorchSharp.Interop;

namespace TorchSharp;

/// <summary>While it lasts, the engine says which forward operation a failing backward belongs to, and stops at a NaN.</summary>
public class AnomalyMode : IDisposable
{
    private readonly int _previous;

    public AnomalyMode(bool enabled, bool check_nan = true)
    {
        _previous = NativeMethods.deq_anomaly_mode();
        NativeMethods.deq_set_anomaly_mode(enabled ? 1 : 0, check_nan ? 1 : 0);
    }

    public static bool IsEnabled => (NativeMethods.deq_anomaly_mode() & 1) != 0;

    public static bool ShouldCheckNaN => (NativeMethods.deq_anomaly_mode() & 2) != 0;

    public void Dispose()
    {
        Dispose(true);
        GC.SuppressFinalize(this);
    }

    protected virtual void Dispose(bool disposing)
    {
        if (disposing) NativeMethods.deq_set_anomaly_mode(_previous & 1, (_previous & 2) >> 1);
    }
}
