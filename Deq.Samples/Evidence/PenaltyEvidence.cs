using System.Globalization;
using Deq.Samples.Report;
using Deq.Samples.Synthetic;
using static TorchSharp.torch;

namespace Deq.Samples.Evidence;

/// <summary>
/// The JR paper's regression for several gamma: error, slope of f at the equilibrium, and iterations to find it. Trained with the paper's six evaluations a
/// solve, and with twice as many.
/// </summary>
internal sealed class PenaltyEvidence : IEvidence
{
    private const int Seeds = 3;

    /// <summary>"Costs the fit little" is held to this: the rise of the error, noise included.</summary>
    private const double LittleRise = 0.25;

    /// <summary>So many times the best error of all is no fit.</summary>
    private const double Failed = 2;

    private static readonly int[] Limits = [CubicLayer.PaperLimit, 2 * CubicLayer.PaperLimit];

    public string Name => "penalty";

    public string Title => "The Jacobian penalty on a regression";

    public string Claim => "Penalising the Jacobian flattens f(z; x) along z, so that the equilibrium is found in fewer iterations, and costs the fit little (JR section 5.1, figure 5: gamma 0, 1, 2 and 4).";

    public TimeSpan Expected => TimeSpan.FromMinutes(3);

    public Section Gather(EvidenceRun run)
    {
        SyntheticSettings settings = new() { Seed = run.Seed, Epochs = run.Smoke ? 1 : 50 };
        int seeds = run.Smoke ? 1 : Seeds;
        Trained[] few = OfAll(Limits[0]), many = OfAll(Limits[1]);
        double best = few.Concat(many).Select(trained => trained.Best).Where(double.IsFinite).DefaultIfEmpty(double.NaN).Min();
        string first = Spread.Number(settings.Gammas[0], "0.##"), last = Spread.Number(settings.Gammas[^1], "0.##");
        double rise = many[^1].Best / many[0].Best - 1;
        return new Section
        {
            Setting = string.Create(CultureInfo.InvariantCulture, $"y = 1.5x³ + x² - 5x + 2 sin x - 3 + noise of variance {CubicPairs.NoiseVariance}, x in [-2, 2], learnt as z* = f(z*; x) with {settings.Hidden} hidden units, {CubicPairs.Training} pairs; {settings.Epochs} epochs of Adam at {settings.LearningRate}, cosine to 0, gradients clipped to norm {settings.Clip}, batch {settings.Batch}, the penalty on {settings.Frequency} of the steps. (The paper has a rate of {SyntheticSettings.Paper.LearningRate} and does not speak of clipping: `synthetic --preset paper`, which comes to no fit in its 50 epochs from our start.) Anderson, with at most six evaluations and six products in its adjoint as in the paper, and with twelve. Iterations are those of plain iteration from 0 to a relative residual of 1e-3, at most {CubicTask.MostIterations}, mean over {CubicPairs.Validation} validation pairs; solved are those pairs whose solve under the trained limit converges to 1e-3. A training fails by a loss, gradient or solve that is not finite, or by 50 steps in succession whose solves come nowhere near an equilibrium. {(seeds == 1 ? "One seed." : $"Medians over those of {seeds} seeds that were trained to the end, lowest and highest in parentheses.")} A fit is an error of at most {Failed} times the best one."),
            Tables = [Table("At most six evaluations a solve:", few, Fits), Table("At most twelve:", many, Fits)],
            Charts =
            [
                new Chart("iterations", "Iterations to 1e-3", "plain iteration from 0, mean over the validation pairs, median of the seeds", false, Lines(model => model.Iterations), "gamma"),
                new Chart("slope", "Mean |J| at the equilibrium", "mean over the validation pairs, median of the seeds", false, Lines(model => model.Slope), "gamma"),
            ],
            Drawings = [.. many.Select(trained => trained.Models[0].Surface).OfType<Drawing>()],
            Verdicts =
            [
                new Verdict(Fall(model => model.Slope), $"The larger gamma, the flatter f along z: mean |J| {Series(many, model => model.Slope, "0.000")} with twelve evaluations, {Series(few, model => model.Slope, "0.000")} with six."),
                new Verdict(Fall(model => model.Iterations), $"The larger gamma, the fewer iterations: {Series(many, model => model.Iterations, "0.0")} with twelve evaluations, {Series(few, model => model.Iterations, "0.0")} with six."),
                new Verdict(rise < LittleRise, string.Create(CultureInfo.InvariantCulture, $"The penalty costs the fit little: with twelve evaluations the best model of gamma {first} has an error of {many[0].Best:0.0000}, the best of gamma {last} one of {many[^1].Best:0.0000} ({100 * rise:+0;-0}%); {CubicPairs.NoiseVariance} of either is noise.")),
                new Verdict(Fits(few[^1]) > Fits(few[0]) && Fits(many[^1]) >= Fits(many[0]), $"Six evaluations are enough with the penalty and too few without: of gamma {last} {Fits(few[^1])} of {seeds} models come to a fit, of gamma {first} {Fits(few[0])}. With twelve it is {Fits(many[^1])} and {Fits(many[0])}."),
            ],
            Notes = [.. few.Concat(many).SelectMany(trained => trained.Models).Where(model => model.Failure is not null).Select(model => $"{model.Failure}")],
        };

        Trained[] OfAll(int limit) =>
        [
            .. settings.Gammas.Select(gamma => new Trained(gamma, [.. Enumerable.Range(run.Seed, seeds).Select(seed => Train(run, settings with { Seed = seed, Limit = limit }, gamma, drawn: seed == run.Seed && limit == Limits[1]))])),
        ];

        int Fits(Trained trained) => trained.ToTheEnd.Count(model => model.Error <= Failed * best);

        bool Fall(Func<Found, double> quantity) => new[] { few, many }.All(rows => rows.Zip(rows.Skip(1)).All(pair => pair.Second.Of(quantity).Median < pair.First.Of(quantity).Median));

        ChartSeries[] Lines(Func<Found, double> quantity) =>
        [
            new("at most twelve evaluations", 1, [.. settings.Gammas], [.. many.Select(trained => trained.Of(quantity).Median)], "points"),
            new("at most six", 2, [.. settings.Gammas], [.. few.Select(trained => trained.Of(quantity).Median)], "points"),
        ];
    }

    private static Found Train(EvidenceRun run, SyntheticSettings settings, double gamma, bool drawn) =>
        run.Part(string.Create(CultureInfo.InvariantCulture, $"gamma {gamma} limit {settings.Limit} seed {settings.Seed}"), new { settings.Term, settings.Hidden, settings.Limit, drawn, training = settings.Training(gamma) }, path =>
        {
            manual_seed(settings.Seed);
            using var task = new CubicTask(new CubicDescription(settings.Hidden, settings.Term, settings.Batch, gamma, settings.Limit), settings.Seed);
            TrainedRun trained = run.Train(task, settings.Training(gamma), path);
            CubicFindings findings = task.Examine();
            string? failure = trained.Failure is null ? null : string.Create(CultureInfo.InvariantCulture, $"{task.Name}, at most {settings.Limit} evaluations, seed {settings.Seed}: the training failed at step {trained.Run.Steps.Count + 1}.");
            return new Found(findings.Error, findings.Slope, findings.Iterations, findings.Solved, failure, drawn ? SurfaceDrawing.Of(task.Name, Surface.Of(task), findings) : null);
        });

    private static SectionTable Table(string caption, Trained[] rows, Func<Trained, int> fits) => new(caption, ["gamma", "trained to the end", "fits", "validation error", "mean |J|", "iterations to 1e-3", "solved"],
    [
        .. rows.Select(row => (string[])
        [
            Spread.Number(row.Gamma, "0.##"), $"{row.ToTheEnd.Length} of {row.Models.Length}", $"{fits(row)} of {row.Models.Length}", row.Of(model => model.Error).Text("0.0000"), row.Of(model => model.Slope).Text("0.000"), row.Of(model => model.Iterations).Text("0.0"), Share(row),
        ]),
    ]);

    private static string Series(Trained[] rows, Func<Found, double> quantity, string format) => string.Join(", ", rows.Select(row => Spread.Number(row.Of(quantity).Median, format)));

    private static string Share(Trained trained) => trained.ToTheEnd.Length == 0 ? Format.Missing : Spread.Number(100 * trained.Of(model => model.Solved).Median, "0") + "%";

    /// <summary>A trained model.</summary>
    private sealed record Found(double Error, double Slope, double Iterations, double Solved, string? Failure, Drawing? Surface);

    /// <summary>The models of one gamma, one for each seed.</summary>
    private sealed record Trained(double Gamma, Found[] Models)
    {
        /// <summary>What a failed training left is a model on its way, whose figures say nothing.</summary>
        public Found[] ToTheEnd => [.. Models.Where(model => model.Failure is null)];

        /// <summary>The least error; NaN where all failed.</summary>
        public double Best => ToTheEnd.Select(model => model.Error).DefaultIfEmpty(double.NaN).Min();

        public Spread Of(Func<Found, double> quantity) => new([.. ToTheEnd.Select(quantity)]);
    }
}
