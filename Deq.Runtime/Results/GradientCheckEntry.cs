using System.Globalization;

namespace Deq;

/// <summary>What a gradient check found for one input or parameter.</summary>
/// <param name="Name">The parameter's name, or <c>input 0</c>.</param>
/// <param name="Shape">Its shape.</param>
/// <param name="Error">
/// The distance between the gradient and the finite differences along the directions tried, relative to the differences and to a small
/// share of the largest gradient of all.
/// </param>
/// <param name="WorstGradient">What the gradient says along the direction that disagrees most.</param>
/// <param name="WorstDifference">What the finite differences say along it.</param>
/// <param name="Directions">Directions tried: every element of a small tensor; of a larger one its gradient's own and random ones.</param>
/// <param name="Passed">Whether the error is within the tolerance.</param>
public sealed record GradientCheckEntry(
    string Name, IReadOnlyList<long> Shape, double Error, double WorstGradient, double WorstDifference, int Directions, bool Passed)
{
    /// <inheritdoc/>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture,
        $"{(Passed ? "right" : "WRONG")}  {Name} [{string.Join(", ", Shape)}]: relative error {Error:g2} over {Directions} directions")
        + (Passed ? "" : string.Create(CultureInfo.InvariantCulture, $"; at worst the gradient says {WorstGradient:g6}, the differences {WorstDifference:g6}"));
}
