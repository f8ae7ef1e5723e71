namespace Deq.Tests.Samples;

/// <summary>Tests that send a signal; skipped where there are none.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class UnixTheoryAttribute : TheoryAttribute
{
    public UnixTheoryAttribute()
    {
        if (OperatingSystem.IsWindows()) Skip = "signals are sent with 'kill', which Windows does not have";
    }
}
