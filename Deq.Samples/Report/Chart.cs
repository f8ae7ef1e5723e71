namespace Deq.Samples.Report;

/// <summary>One line of a chart. Points whose value is not a finite number are left out.</summary>
/// <param name="Label">What the legend calls it.</param>
/// <param name="Color">Slot of the palette in report.css, from 1.</param>
/// <param name="X">Along the level axis, in what the chart counts there.</param>
/// <param name="Y">The values.</param>
/// <param name="Style"><c>line</c>, <c>points</c> (a line with a mark at each value) or <c>level</c> (a dashed line).</param>
internal sealed record ChartSeries(string Label, int Color, IReadOnlyList<double> X, IReadOnlyList<double> Y, string Style = "line");

/// <summary>A chart, over what was trained on where it is of a training.</summary>
/// <param name="Id">Names its element in the page.</param>
/// <param name="Title">What it shows.</param>
/// <param name="Caption">In what unit, on what scale.</param>
/// <param name="Logarithmic">Whether the upright axis is logarithmic.</param>
/// <param name="Series">Its lines.</param>
/// <param name="XLabel">What the level axis counts.</param>
/// <param name="Ceiling">Where a logarithmic axis ends although the data may go on.</param>
internal sealed record Chart(string Id, string Title, string Caption, bool Logarithmic, IReadOnlyList<ChartSeries> Series, string XLabel, double? Ceiling = null)
{
    /// <summary>Whether the level axis is logarithmic, in an SVG file; the page's charts are over what was trained on.</summary>
    [System.Text.Json.Serialization.JsonIgnore]
    public bool LogarithmicX { get; init; }
}
