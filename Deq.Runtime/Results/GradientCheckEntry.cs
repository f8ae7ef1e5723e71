using System.Globalization;

namespace Deq;

/// <summary>What a gradient check found for one input or parameter.</summary>
/// <param name="Name">The parameter's name; <c>the input</c>, or of several <c>input x</c> with the name that the layer's forward gives it.</param>
/// <param name="Shape">Its shape.</param>
/// <param name="Error">
/// The distance between the gradient and the finite differences along the directions tried, relative to the differences and to a small
/// share of the largest gradient of all; NaN where there were none.
/// </param>
/// <param name="AlgebraError">The distance between the gradient and that of dense algebra, relative in the same way; null where there was none.</param>
/// <param name="WorstGradient">What the gradient says where it disagrees most: along the direction, or for the element.</param>
/// <param name="WorstReference">What the reference says there.</param>
/// <param name="Directions">Directions tried: every element of a small tensor; of a larger one its gradient's own and random ones.</param>
/// <param name="Passed">Whether the errors are within the tolerance.</param>
public sealed record GradientCheckEntry(
    string Name, IReadOnlyList<long> Shape, double Error, double? AlgebraError, double WorstGradient, double WorstReference, int Directions, bool Passed)
{
    /// <inheritdoc/>
    public override string ToString()
    {
        List<string> found = [];
        if (Directions > 0) found.Add(Text($"{Error:g2} from differences over {Directions} directions"));
        if (AlgebraError is { } error) found.Add(Text($"{error:g2} from dense algebra"));
        return $"{(Passed ? "right" : "WRONG")}  {Name} [{string.Join(", ", Shape)}]: relative error {string.Join(", ", found)}"
            + (Passed ? "" : Text($"; at worst the gradient says {WorstGradient:g6}, the reference {WorstReference:g6}"));
    }

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
