using System.Globalization;

namespace Deq;

/// <summary>A diagnosis as text: what was tried on what, a table of the solvers, the advice.</summary>
internal static class DiagnosisReport
{
    public static string Of(EquilibriumDiagnosis d)
    {
        var culture = CultureInfo.InvariantCulture;
        List<string> lines =
        [
            string.Create(culture, $"{d.Layer}: {Count(d.Samples, "sample")} of {Count(d.StateSize, "number")} in {d.Type}; to a residual of {d.Tolerance:g3} within {d.MaxEvaluations} evaluations"),
        ];
        if (double.IsFinite(d.SpectralRadius))
        {
            var finite = d.SpectralRadii.Where(double.IsFinite).ToArray();
            var spread = finite.Max() - finite.Min() > 0.005 ? string.Create(culture, $" (samples from {finite.Min():f2})") : "";
            lines.Add(string.Create(culture, $"spectral radius {Radius(d.SpectralRadius)}{spread}, ||J||_F/sqrt(d) {d.JacobianNorms.Where(double.IsFinite).DefaultIfEmpty(double.NaN).Max():f2}; ")
                + string.Create(culture, $"one evaluation {d.EvaluationMilliseconds:f2} ms, one product J^T u {d.ProductMilliseconds:f2} ms"));
        }
        if (d.InversionLoss is { } loss) lines.Add(string.Create(culture, $"undoing the steps between two kept pairs loses {loss:g2} of the state"));
        if (d.Forward.Count > 0) AddTable(lines, d.Forward[0].Beta is null ? "forward" : "reversible", "evaluations", d.Forward, d.Best);
        if (d.Adjoint.Count > 0) AddTable(lines, "adjoint", "products", d.Adjoint, d.BestAdjoint);
        lines.Add("");
        lines.AddRange(d.Advice.Select(advice => $"- {advice}"));
        return string.Join(Environment.NewLine, lines);
    }

    /// <summary>A radius with as many digits as tell it from 1.</summary>
    public static string Radius(double radius) =>
        radius.ToString(Math.Abs(radius - 1) < 0.005 ? "f4" : radius >= 100 ? "g3" : "f2", CultureInfo.InvariantCulture);

    private static void AddTable(List<string> lines, string title, string unit, IReadOnlyList<SolverDiagnosis> rows, SolverDiagnosis? best)
    {
        const int Most = 40;
        var width = Math.Min(Most, Math.Max(title.Length, rows.Max(r => r.Declaration.Length)));
        lines.Add("");
        lines.Add($"   {title.PadRight(width)}  {unit,12}  {"residual",9}  {"outcome",-12}  {"ms",9}  {"in " + unit,14}");
        foreach (var row in rows)
        {
            var count = row.EvaluationsToTolerance is { } reached ? $"{reached}" : row.Estimate is { } estimate ? $"about {estimate}" : "-";
            var mark = (row.IsOwn ? "*" : " ") + (ReferenceEquals(row, best) ? ">" : " ");
            lines.Add(string.Create(CultureInfo.InvariantCulture,
                $"{mark} {row.Declaration.PadRight(width)}  {count,12}  {row.Residual,9:g2}  {row.Outcome,-12}  {row.Milliseconds,9:f1}  {row.Cost,14:f1}"));
        }
        lines.Add("   (* the layer's own, > recommended)");
    }

    private static string Count(long n, string what) => string.Create(CultureInfo.InvariantCulture, $"{n} {what}{(n == 1 ? "" : "s")}");
}
