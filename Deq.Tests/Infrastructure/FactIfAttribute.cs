namespace Deq.Tests.Infrastructure;

/// <summary>A test that needs something which not every machine has: skipped, with the reason, where it is missing.</summary>
[AttributeUsage(AttributeTargets.Method)]
public abstract class FactIfAttribute : FactAttribute
{
    /// <param name="reason">Why not, or null where the test can run.</param>
    protected FactIfAttribute(string? reason) => Skip = reason;
}
