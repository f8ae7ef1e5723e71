using System.Globalization;

namespace Deq.Samples.Report;

/// <summary>How figures are written, on the terminal and in the report alike.</summary>
internal static class Format
{
    public const string Missing = "-";

    public static string Perplexity(double value) => value switch
    {
        double.NaN => Missing,
        >= 1e5 => value.ToString("0.0e0", CultureInfo.InvariantCulture),
        >= 1000 => value.ToString("N0", CultureInfo.InvariantCulture),
        _ => value.ToString("0.0", CultureInfo.InvariantCulture),
    };

    public static string Count(long value) => value.ToString("N0", CultureInfo.InvariantCulture);

    /// <summary>Thousands and millions with three digits.</summary>
    public static string Short(double value) => value switch
    {
        double.NaN => Missing,
        >= 999_500 => (value / 1e6).ToString(value >= 99.95e6 ? "0" : value >= 9.995e6 ? "0.0" : "0.00", CultureInfo.InvariantCulture) + " M",
        >= 9_995 => (value / 1e3).ToString(value >= 99_950 ? "0" : "0.0", CultureInfo.InvariantCulture) + " k",
        _ => value.ToString("0", CultureInfo.InvariantCulture),
    };

    public static string Decimal(double value, string format = "0.0") =>
        double.IsNaN(value) ? Missing : value.ToString(format, CultureInfo.InvariantCulture);

    public static string Small(double value) =>
        double.IsNaN(value) ? Missing : value == 0 ? "0" : value.ToString("0.0e0", CultureInfo.InvariantCulture);

    public static string Duration(TimeSpan time) => time.TotalHours >= 1
        ? time.ToString(@"h\:mm\:ss", CultureInfo.InvariantCulture)
        : time.ToString(@"m\:ss", CultureInfo.InvariantCulture);
}
