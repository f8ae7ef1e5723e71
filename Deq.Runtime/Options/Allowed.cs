using System.Runtime.CompilerServices;
using TorchSharp;

namespace Deq;

/// <summary>The ranges of options, with errors that say what was given, what is allowed and what to do.</summary>
internal static class Allowed
{
    public static int? AtLeastOne(int? value, string name) => value is < 1
        ? throw new ArgumentOutOfRangeException(name, value, $"{name} is {value}; it must be at least 1. Leave it out for the default.")
        : value;

    public static int? NotNegative(int? value, string name) => value is < 0
        ? throw new ArgumentOutOfRangeException(name, value, $"{name} is {value}; it must not be negative. Leave it out for the default.")
        : value;

    public static double? Beta(double? value, string name) => value is not null and not (> 0 and < 2 and not 1)
        ? throw new ArgumentOutOfRangeException(name, value, $"{name} is {value}; it must be in (0, 2) and not 1, where a step cannot be undone. The authors use 0.5 to 0.8.")
        : value;

    public static double? Positive(double? value, string name) => value is not null and not (> 0 and < double.PositiveInfinity)
        ? throw new ArgumentOutOfRangeException(name, value, $"{name} is {value}; it must be a positive, finite number. Leave it out for the default.")
        : value;

    public static double? FiniteNotNegative(double? value, string name) => value is not null and not (>= 0 and < double.PositiveInfinity)
        ? throw new ArgumentOutOfRangeException(name, value, $"{name} is {value}; it must be finite and not negative; 0 switches it off.")
        : value;

    public static double? Probability(double? value, string name) => value is not null and not (>= 0 and <= 1)
        ? throw new ArgumentOutOfRangeException(name, value, $"{name} is {value}; it is a probability, in [0, 1].")
        : value;

    public static double? Decay(double? value, string name) => value is not null and not (> 0 and <= 1)
        ? throw new ArgumentOutOfRangeException(name, value, $"{name} is {value}; it is the share of a loss that is left one state earlier, in (0, 1].")
        : value;

    public static torch.ScalarType? FloatingPoint(torch.ScalarType? value, string name) =>
        value is null or torch.ScalarType.Float64 or torch.ScalarType.Float32 or torch.ScalarType.Float16 or torch.ScalarType.BFloat16
            ? value
            : throw new ArgumentOutOfRangeException(name, value, $"{name} is {value}; it must be a type of real floating point: Float64, Float32, Float16 or BFloat16. Leave it out for Float64.");

    public static double Damping(double value, string meaning = "the share of f(z) in the next iterate", [CallerMemberName] string name = "") => value is not (> 0 and <= 1)
        ? throw new ArgumentOutOfRangeException(name, value, $"{name} is {value}; it is {meaning}, in (0, 1].")
        : value;
}
