namespace Deq;

/// <summary>
/// What the library has to say without failing, each thing once per layer. Without a subscriber it goes to the standard error stream.
/// </summary>
public static class EquilibriumWarnings
{
    /// <summary>Raised with a message; may come from any thread.</summary>
    public static event Action<string>? Raised;

    internal static void Raise(string message)
    {
        if (Raised is { } subscribers) subscribers(message);
        else Console.Error.WriteLine($"Deq: {message}");
    }
}
