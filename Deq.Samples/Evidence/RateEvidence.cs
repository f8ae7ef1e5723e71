using System.Globalization;
using Deq.Samples.Report;
using TorchSharp;
using static TorchSharp.torch;

namespace Deq.Samples.Evidence;

/// <summary>How fast the reversible iteration converges, against the bound of its authors.</summary>
internal sealed class RateEvidence : IEvidence
{
    /// <summary>Errors are compared between these steps: late enough to have forgotten the start, far above rounding.</summary>
    private const int From = 8, To = 16;

    private static readonly double[] Lipschitz = [0.3, 0.6, 0.9], Betas = [0.2, 0.35, 0.5, 0.65, 0.8, 0.9, 1.05, 1.2];

    private static readonly (string Name, Func<int, double, Tensor> Matrix, bool Tanh)[] Maps =
    [
        ("k z", (width, k) => k * eye(width, dtype: ScalarType.Float64), false),
        ("-k z", (width, k) => -k * eye(width, dtype: ScalarType.Float64), false),
        ("rotation by k", Rotation, false),
        ("tanh(W z), ||W|| = k", Random, true),
    ];

    public string Name => "rate";

    public string Title => "The reversible iteration's rate";

    public string Claim => "For a k-Lipschitz f with k < 1 the reversible iteration converges where 0 < b < 2/(1 + k), by a factor of at most |1 - b| + b k per step (RevDEQ).";

    public TimeSpan Expected => TimeSpan.FromMinutes(0.5);

    public Section Gather(EvidenceRun run)
    {
        const int width = 32;
        double[] betas = run.Smoke ? [0.5, 0.8] : Betas;
        Measured[] all =
        [
            .. from k in Lipschitz
               from beta in betas
               select run.Part(string.Create(CultureInfo.InvariantCulture, $"k {k} b {beta}"), new { width, From, To }, () => Measure(run.Seed, width, k, beta)),
        ];
        Measured[] within = [.. all.Where(one => one.Beta < 2 / (1 + one.K))];
        (Measured one, double rate) = within.SelectMany(one => one.Rates.Select(rate => (one, rate))).MaxBy(pair => pair.rate - pair.one.Bound);
        return new Section
        {
            Setting = $"The mean factor per step (two evaluations) by which ||z_n - z*|| shrinks between steps {From} and {To}, for maps z -> A z + c of {width} dimensions and for one that is not linear, in float64, through `Equilibrium.SolveReversible`. The bound is |1 - b| + b k; in *italics* where b is beyond 2/(1 + k), where nothing is claimed.",
            Tables =
            [
                new SectionTable("", ["k, b", "bound", .. Maps.Select(map => map.Name)],
                [
                    .. all.Select(one => (string[])[FormattableString.Invariant($"{one.K:0.0}, {one.Beta:0.00}"), Cell(one, one.Bound), .. one.Rates.Select(value => Cell(one, value))]),
                ]),
            ],
            Charts =
            [
                .. Lipschitz.TakeLast(1).Select(k => new Chart("rates", FormattableString.Invariant($"Factor per step against b, k = {k}"), FormattableString.Invariant($"the claim ends at b = 2/(1 + k) = {2 / (1 + k):0.00}"), false,
                [
                    new ChartSeries("bound |1 - b| + b k", 5, betas, [.. all.Where(one => one.K == k).Select(one => one.Bound)], "level"),
                    .. Maps.Select((map, i) => new ChartSeries(map.Name, i + 1, betas, [.. all.Where(one => one.K == k).Select(one => one.Rates[i])], "points")),
                ], "b")),
            ],
            Verdicts =
            [
                new Verdict(rate <= one.Bound + Allowance, string.Create(CultureInfo.InvariantCulture, $"No measured factor is above the bound in its range: nearest at k = {one.K}, b = {one.Beta}, {rate:0.000} against {one.Bound:0.000}.")),
                new Verdict(within.All(one => one.Rates.All(value => value < 1)), $"It converges in the whole range 0 < b < 2/(1 + k): all {within.Length * Maps.Length} factors are below 1."),
            ],
            Notes = ["The bound holds for each half step; the second one sees the first one's result, so a whole step does better."],
        };
    }

    /// <summary>What a geometric mean over some steps may lie above the factor of any one of them: rounding.</summary>
    private const double Allowance = 1e-9;

    private static string Cell(Measured one, double value)
    {
        string text = value.ToString("0.000", CultureInfo.InvariantCulture);
        return one.Beta < 2 / (1 + one.K) ? text : $"*{text}*";
    }

    private static Measured Measure(int seed, int width, double k, double beta) =>
        new(k, beta, Math.Abs(1 - beta) + beta * k, [.. Maps.Select(map => Rate(seed, map.Matrix, map.Tanh, width, k, beta))]);

    private static double Rate(int seed, Func<int, double, Tensor> matrix, bool tanh, int width, double k, double beta)
    {
        using DisposeScope scope = NewDisposeScope();
        using IDisposable untaped = no_grad();
        manual_seed(seed);
        Tensor a = matrix(width, k), c = randn([1, width], ScalarType.Float64);
        Tensor F(Tensor z) => tanh ? (z.matmul(a.t()) + c).tanh() : z.matmul(a.t()) + c;
        Tensor exact = zeros_like(c);
        // Contractions of 0.9 at most: 0.9^400 is below float64's rounding.
        for (int i = 0; i < 400; i++) exact = F(exact);

        double Error(int steps)
        {
            var options = new EquilibriumOptions { Beta = beta, Steps = steps, OnFailure = OnFailure.Report };
            return (Equilibrium.SolveReversible((z, _) => F(z), zeros_like(c), [], options).Value - exact).norm().ToDouble();
        }

        return Math.Pow(Error(To) / Error(From), 1.0 / (To - From));
    }

    /// <summary>k times rotations by an angle in each plane: every singular value is k, the eigenvalues are complex.</summary>
    private static Tensor Rotation(int width, double k)
    {
        const double angle = 2;
        var a = new double[width * width];
        for (int i = 0; i < width; i += 2)
        {
            (a[i * width + i], a[i * width + i + 1]) = (k * Math.Cos(angle), -k * Math.Sin(angle));
            (a[(i + 1) * width + i], a[(i + 1) * width + i + 1]) = (k * Math.Sin(angle), k * Math.Cos(angle));
        }

        return tensor(a, [width, width]);
    }

    private static Tensor Random(int width, double k)
    {
        Tensor w = randn([width, width], ScalarType.Float64);
        return w * (k / linalg.svdvals(w)[0]);
    }

    /// <summary>The factors in the order of the maps.</summary>
    private sealed record Measured(double K, double Beta, double Bound, double[] Rates);
}
