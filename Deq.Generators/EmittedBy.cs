namespace Deq.Generators;

/// <summary>What emitted members carry in their <c>[GeneratedCode]</c>.</summary>
internal static class EmittedBy
{
    public const string Tool = "Deq.Generators";

    public static string Version { get; } = typeof(EmittedBy).Assembly.GetName().Version.ToString();
}
