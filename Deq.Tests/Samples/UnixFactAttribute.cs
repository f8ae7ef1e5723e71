using Deq.Tests.Infrastructure;

namespace Deq.Tests.Samples;

/// <summary>A test that sends a signal; skipped where there are none.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class UnixFactAttribute() : FactIfAttribute(OperatingSystem.IsWindows() ? "signals are sent with 'kill', which Windows does not have" : null);
