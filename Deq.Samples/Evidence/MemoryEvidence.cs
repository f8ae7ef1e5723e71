using System.Globalization;
using Deq.Samples.Report;

namespace Deq.Samples.Evidence;

/// <summary>Peak memory of a training step over the evaluations of f in it.</summary>
internal sealed class MemoryEvidence : IEvidence
{
    public string Name => "memory";

    public string Title => "Memory against depth";

    public string Claim => "Training an equilibrium takes memory that does not grow with the depth, where back-propagation through L layers keeps them all: up to 88% less (DEQ section 3.3, table 3). The reversible iteration has the same with an exact gradient (RevDEQ).";

    public TimeSpan Expected => TimeSpan.FromMinutes(4);

    public Section Gather(EvidenceRun run)
    {
        int[] depths = run.Smoke ? [2, 16] : [1, 2, 4, 8, 16, 32, 64, 128];
        (int samples, int places, int width) = run.Smoke ? (16, 8, 512) : (64, 16, 512);
        Dictionary<string, double[]> peaks = MemoryStep.Methods.ToDictionary(method => method, method => run.Part(
            method, new { samples, places, width, depths }, () => PeakMemory.Of([method, .. new[] { samples, places, width }.Concat(depths).Select(size => size.ToString(CultureInfo.InvariantCulture))])));
        double state = samples * places * width * sizeof(float) / 1e6;
        int eighth = Math.Max(0, depths.Length - 4), deepest = depths[^1];
        double Growth(string method) => peaks[method][^1] - peaks[method][eighth];
        double Saved(string method) => 1 - peaks[method][^1] / peaks[MemoryStep.Unrolled][^1];
        string PerEvaluation(string method) => (Growth(method) / (deepest - depths[eighth]) / state).ToString("0.00", CultureInfo.InvariantCulture);
        string Cheaper(string method) => depths.Where((_, i) => peaks[method][i] < peaks[MemoryStep.Unrolled][i]).Select(depth => (int?)depth).FirstOrDefault() is { } depth ? $"from {depth} evaluations on it takes" : "at none of these depths it takes";
        return new Section
        {
            Setting = string.Create(CultureInfo.InvariantCulture, $"The peak of what is resident during one training step, above what the process holds between steps, in MB; f(z; x) = tanh(z W + x) with a state of {samples} x {places} x {width} floats ({state:0.0} MB), in a process of its own for each method, one thread. Depth is the number of evaluations of f, and that of products in the adjoint solve; a reversible step is two evaluations. Anderson's window is 6."),
            Tables = [new SectionTable("", ["depth", .. depths.Select(depth => depth.ToString(CultureInfo.InvariantCulture))], [.. MemoryStep.Methods.Select(method => (string[])[method, .. peaks[method].Select(peak => Format.Decimal(peak))])])],
            Charts =
            [
                new Chart("depth", "Peak memory of a training step", "MB above the process at rest, both axes logarithmic", true,
                    [.. MemoryStep.Methods.Select((method, i) => new ChartSeries(method, i + 1, [.. depths.Select(depth => (double)depth)], peaks[method], "points"))], "evaluations of f") { LogarithmicX = true },
            ],
            Verdicts =
            [
                new Verdict(Growth(MemoryStep.Anderson) < state * (1 + Slack), string.Create(CultureInfo.InvariantCulture, $"The implicit gradient's memory does not grow with the depth once Anderson's window is full: {peaks[MemoryStep.Anderson][eighth]:0.0} MB at {depths[eighth]} evaluations, {peaks[MemoryStep.Anderson][^1]:0.0} MB at {deepest}, at most one state more, the best iterate where that is not the latest; unrolled {peaks[MemoryStep.Unrolled][eighth]:0.0} and {peaks[MemoryStep.Unrolled][^1]:0.0} MB.")),
                new Verdict(Saved(MemoryStep.Anderson) >= 0.8, string.Create(CultureInfo.InvariantCulture, $"{100 * Saved(MemoryStep.Anderson):0}% less than unrolled at {deepest} evaluations, by the implicit gradient (the paper: up to 88% of a whole model's memory).")),
                new Verdict(Growth(MemoryStep.ReversibleAlone) < state * Slack, string.Create(CultureInfo.InvariantCulture, $"The reversible iteration that keeps no pair has memory that does not grow: {peaks[MemoryStep.ReversibleAlone][eighth]:0.0} and {peaks[MemoryStep.ReversibleAlone][^1]:0.0} MB.")),
                new Verdict(Growth(MemoryStep.Reversible) < state * Slack, $"With the pairs that are kept by default against rounding its memory does not grow either: it does, by {PerEvaluation(MemoryStep.Reversible)} states per evaluation at b = 0.8 and {PerEvaluation(MemoryStep.ReversibleHalf)} at b = 0.5 (unrolled: {PerEvaluation(MemoryStep.Unrolled)}): a pair in float64 every 5 and every 13 steps."),
            ],
            Notes =
            [
                $"The reversible iteration keeps its two states in float64, whatever f computes in, so it begins higher: {Cheaper(MemoryStep.Reversible)} less than unrolled.",
                "Without kept pairs, rounding swamps the reversible gradient after about eleven steps at b = 0.8 (1.4 digits a step), and the library says so: that row shows what memory it takes, not something to train with at depth.",
                $"Broyden keeps a vector per evaluation unless its `Memory` is set: {PerEvaluation(MemoryStep.Broyden)} states per evaluation here. Set it where depth is large.",
            ],
        };
    }

    /// <summary>"Does not grow": by less than so many states between an eighth of the depth and the whole.</summary>
    private const double Slack = 1;
}
