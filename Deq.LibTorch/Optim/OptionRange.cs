namespace TorchSharp.Modules;

/// <summary>What an optimiser's numbers may be.</summary>
internal static class OptionRange
{
    public static void ThrowIfNegative(double value, string option)
    {
        if (!(value >= 0) || double.IsPositiveInfinity(value))
            throw new ArgumentException($"{option} is {value}: it must be 0 or a positive number.", option);
    }

    public static void ThrowUnlessDecay(double value, string option)
    {
        if (!(value >= 0 && value < 1)) throw new ArgumentException($"{option} is {value}: it must be at least 0 and less than 1.", option);
    }
}
