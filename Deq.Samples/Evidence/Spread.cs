using System.Globalization;
using Deq.Samples.Report;

namespace Deq.Samples.Evidence;

/// <summary>One quantity of models that differ by their seed alone. Of a model that failed there is none, NaN, and it is left out.</summary>
/// <param name="Values">One for each seed.</param>
internal sealed record Spread(IReadOnlyList<double> Values)
{
    private readonly double[] ordered = [.. Values.Where(value => !double.IsNaN(value)).Order()];

    /// <summary>Of two in the middle their mean; NaN where all failed.</summary>
    public double Median => ordered.Length == 0 ? double.NaN : (ordered[(ordered.Length - 1) / 2] + ordered[ordered.Length / 2]) / 2;

    /// <summary>The median, and lowest and highest in parentheses where there are several.</summary>
    /// <param name="format">Of each number.</param>
    public string Text(string format) => ordered.Length < 2 ? Number(Median, format) : $"{Number(Median, format)} ({Number(ordered[0], format)} to {Number(ordered[^1], format)})";

    /// <summary>A dash for NaN.</summary>
    public static string Number(double value, string format) => double.IsNaN(value) ? Format.Missing : value.ToString(format, CultureInfo.InvariantCulture);
}
