using Deq.Benchmarks.Timing;
using Deq.Solvers;

namespace Deq.Benchmarks.Solvers;

/// <summary>Training steps, as ratios to what no such step can do without.</summary>
internal static class StepTable
{
    public const int Limit = 12;
    private const int UsualRounds = 21;
    private const double NeverMet = 1e-30;

    private static readonly EquilibriumOptions Limits = new()
    {
        MaxEvaluations = Limit,
        BackwardMaxEvaluations = Limit,
        Tolerance = NeverMet,
        BackwardTolerance = NeverMet,
    };

    private static readonly (string Title, EquilibriumOptions Options, double? Transformer, double? Conv)[] Steps =
    [
        ("Anderson", Of(new Anderson()), 1.06, 1.12),
        ("Anderson + penalty, M 1", Penalised(new Anderson()), 1.20, 1.30),
        ("Broyden", Of(new Broyden()), 1.10, 1.18),
        ("Broyden + penalty, M 1", Penalised(new Broyden()), 1.24, 1.38),
        ("Anderson, GMRES adjoint", Of(new Anderson()) with { BackwardSolver = new Gmres() }, null, null),
        ("unrolled, back-propagated", Unrolled(Limit), null, null),
    ];

    public static EquilibriumOptions Of(FixedPointSolver solver) => Limits with { Solver = solver };

    public static EquilibriumOptions Unrolled(int steps) => new() { Solver = new Picard(), Gradient = GradientMode.Unrolled, MaxEvaluations = steps, Tolerance = NeverMet };

    private static EquilibriumOptions Penalised(FixedPointSolver solver) => Of(solver) with { JacobianGamma = 1, JacobianFrequency = 1, JacobianProbes = 1 };

    public static void Print(TextWriter output, SuiteSettings settings)
    {
        int rounds = settings.Smoke ? 1 : settings.Rounds ?? UsualRounds;
        var table = new Table(output, ("training step", 39), ("milliseconds", 12), ("to the floor", 12), ("goal", 14));
        table.Begin($"Training steps, {Limit} evaluations and {Limit} products");
        foreach (string title in new[] { "transformer", "conv", "one conv" })
        {
            BenchmarkCell cell = BenchmarkCell.Create(title, settings.Smoke);
            Action[] floors = [() => cell.Floor(Limit, Limit), cell.Evaluate, () => cell.Floor(Limit, Limit, penalty: true)];
            Interleaved times = Interleaved.Run([.. floors, .. Steps.Select(step => (Action)(() => cell.Step(step.Options)))], rounds);
            string[] named = ["floor", "one evaluation of the cell", "floor + penalty, M 1"];
            for (int i = 0; i < floors.Length; i++) table.Row($"{title}: {named[i]}", Table.Number(times.Seconds(i) * 1e3, "F1"), i == 0 ? "1" : Table.Number(times.Ratio(i, to: 0), "F3"), "");
            for (int i = 0; i < Steps.Length; i++)
            {
                int step = floors.Length + i;
                double ratio = times.Ratio(step, to: 0);
                double? goal = title switch { "transformer" => Steps[i].Transformer, "conv" => Steps[i].Conv, _ => null };
                table.Row($"{title}: {Steps[i].Title}", Table.Number(times.Seconds(step) * 1e3, "F1"), Table.Number(ratio, "F3"), goal is { } most ? Table.Verdict(ratio, most, "F2") : "");
            }
        }
    }
}
