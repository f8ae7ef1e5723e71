namespace Deq.Tests.Runtime;

/// <summary>What the library said while an action ran on this thread or below it.</summary>
internal static class Warnings
{
    private static readonly Lock Gate = new();

    public static IReadOnlyList<string> During(Action action)
    {
        // The event is one for the process: tests that listen take turns.
        lock (Gate)
        {
            var heard = new List<string>();
            void Hear(string message) { lock (heard) heard.Add(message); }
            EquilibriumWarnings.Raised += Hear;
            try { action(); }
            finally { EquilibriumWarnings.Raised -= Hear; }
            return heard;
        }
    }
}
