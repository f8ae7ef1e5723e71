using System.Globalization;
using Deq.Samples.Report;
using Deq.Samples.Synthetic;
using static TorchSharp.torch;

namespace Deq.Samples.Evidence;

/// <summary>The JR paper's regression for several gamma: error, slope of f at the equilibrium, and iterations to find it.</summary>
internal sealed class PenaltyEvidence : IEvidence
{
    private const int Seeds = 3;

    /// <summary>"Costs the fit little" is held to this: the rise of the error, noise included.</summary>
    private const double LittleRise = 0.25;

    /// <summary>So many times the best error of all is no fit.</summary>
    private const double Failed = 2;

    public string Name => "penalty";

    public string Title => "The Jacobian penalty on a regression";

    public string Claim => "Penalising the Jacobian flattens f(z; x) along z, so that the equilibrium is found in fewer iterations, and costs the fit little (JR section 5.1, figure 5: gamma 0, 1, 2 and 4).";

    public TimeSpan Expected => TimeSpan.FromMinutes(1);

    public Section Gather(EvidenceRun run)
    {
        SyntheticSettings settings = new() { Seed = run.Seed, Epochs = run.Smoke ? 1 : 50 };
        int seeds = run.Smoke ? 1 : Seeds;
        Found[][] found = [.. settings.Gammas.Select(gamma => Enumerable.Range(run.Seed, seeds).Select(seed => Trained(run, settings with { Seed = seed }, gamma, drawn: seed == run.Seed)).ToArray())];
        double[] errors = [.. found.Select(parts => parts.Min(part => part.Error))], slopes = Means(found, part => part.Slope), iterations = Means(found, part => part.Iterations);
        double rise = errors[^1] / errors[0] - 1, best = errors.Min();
        int Lost(int gamma) => found[gamma].Count(part => part.Error > Failed * best);
        return new Section
        {
            Setting = string.Create(CultureInfo.InvariantCulture, $"y = 1.5x³ + x² - 5x + 2 sin x - 3 + noise of variance {CubicPairs.NoiseVariance}, x in [-2, 2], learnt as z* = f(z*; x) with {settings.Hidden} hidden units, {CubicPairs.Training} pairs; {settings.Epochs} epochs of Adam at {settings.LearningRate} (the paper: {SyntheticSettings.Paper.LearningRate}), cosine to 0, gradients clipped to norm {settings.Clip}, batch {settings.Batch}, Anderson with limits 6 and 6, the penalty on {settings.Frequency} of the steps. Iterations are those of plain iteration from 0 to a relative residual of 1e-3, mean over {CubicPairs.Validation} validation pairs. Means over {seeds} seed{(seeds == 1 ? "" : "s")}, lowest and highest in parentheses."),
            Tables =
            [
                new SectionTable("", ["gamma", "validation error", "mean |J|", "iterations to 1e-3"],
                [
                    .. settings.Gammas.Select((gamma, i) => (string[])
                    [
                        Number(gamma, "0.##"), Spread(found[i], part => part.Error, "0.0000"), Spread(found[i], part => part.Slope, "0.000"), Spread(found[i], part => part.Iterations, "0.0"),
                    ]),
                ]),
            ],
            Charts =
            [
                new Chart("iterations", "Iterations to 1e-3", "plain iteration from 0, mean over the validation pairs", false, [new ChartSeries("iterations", 1, [.. settings.Gammas], iterations, "points")], "gamma"),
                new Chart("slope", "Mean |J| at the equilibrium", "mean over the validation pairs", false, [new ChartSeries("mean |J|", 2, [.. settings.Gammas], slopes, "points")], "gamma"),
            ],
            Drawings = [.. found.Select(parts => parts[0].Surface).OfType<Drawing>()],
            Verdicts =
            [
                new Verdict(Falls(slopes), $"The larger gamma, the flatter f along z: mean |J| {Series(slopes, "0.000")}."),
                new Verdict(Falls(iterations), $"The larger gamma, the fewer iterations: {Series(iterations, "0.0")}."),
                new Verdict(rise < LittleRise, string.Create(CultureInfo.InvariantCulture, $"The fit costs little: of the best seed the error goes from {errors[0]:0.0000} at gamma {settings.Gammas[0]} to {errors[^1]:0.0000} at {settings.Gammas[^1]} ({100 * rise:+0;-0}%), of which {CubicPairs.NoiseVariance} is noise that no model can go below.")),
                new Verdict(Lost(0) > Lost(found.Length - 1), string.Create(CultureInfo.InvariantCulture, $"Without the penalty training is not stable: {Lost(0)} of {seeds} models end with more than {Failed} times the best error because their solves no longer converge in six evaluations; with gamma {settings.Gammas[^1]} {Lost(found.Length - 1)} do.")),
            ],
        };
    }

    private static Found Trained(EvidenceRun run, SyntheticSettings settings, double gamma, bool drawn) =>
        run.Part(string.Create(CultureInfo.InvariantCulture, $"gamma {gamma} seed {settings.Seed}"), new { settings.Term, settings.Hidden, training = settings.Training(gamma) }, path =>
        {
            manual_seed(settings.Seed);
            using var task = new CubicTask(new CubicDescription(settings.Hidden, settings.Term, settings.Batch, gamma), settings.Seed);
            run.Train(task, settings.Training(gamma), path);
            CubicFindings findings = task.Examine();
            return new Found(findings.Error, findings.Slope, findings.Iterations, drawn ? SurfaceDrawing.Of(task.Name, Surface.Of(task), findings) : null);
        });

    private static double[] Means(Found[][] found, Func<Found, double> quantity) => [.. found.Select(parts => parts.Average(quantity))];

    private static bool Falls(double[] values) => values.Zip(values.Skip(1)).All(pair => pair.Second < pair.First);

    private static string Series(double[] values, string format) => string.Join(", ", values.Select(value => Number(value, format)));

    private static string Spread(Found[] parts, Func<Found, double> quantity, string format) => parts.Length == 1
        ? Number(quantity(parts[0]), format)
        : $"{Number(parts.Average(quantity), format)} ({Number(parts.Min(quantity), format)} to {Number(parts.Max(quantity), format)})";

    private static string Number(double value, string format) => value.ToString(format, CultureInfo.InvariantCulture);

    /// <summary>A trained model.</summary>
    private sealed record Found(double Error, double Slope, double Iterations, Drawing? Surface);
}
