using Deq.Solvers;
using Deq.Tests.Runtime;
using TorchSharp;
using static TorchSharp.torch;

namespace Deq.Tests.Grids;

/// <summary>A sample's value, gradient and statistics are its own: what stands beside it in a batch of equal size changes no bit of them.</summary>
public class IsolationTests
{
    private const int Size = 7, Replaced = 2;
    private static readonly int[] Others = [0, 1, 3];

    // An ordinary sample, one that runs away slowly, one that overflows, and two that are not finite from the start.
    private static readonly string[] Neighbours = ["another", "diverging", "overflowing", "NaN", "infinite"];
    private static readonly GradientMode[] Modes = Enum.GetValues<GradientMode>();

    public static TheoryData<string, string> SolverCells() => Cells(GridSolvers.Forward.Keys);

    public static TheoryData<string, string> AdjointCells() => Cells(GridSolvers.Adjoint.Keys);

    public static TheoryData<string, string> ModeCells() => Cells(Modes.Select(mode => mode.ToString()));

    private static TheoryData<string, string> Cells(IEnumerable<string> rows)
    {
        var cells = new TheoryData<string, string>();
        foreach (var row in rows)
            foreach (var neighbour in Neighbours) cells.Add(row, neighbour);
        return cells;
    }

    [Theory, MemberData(nameof(SolverCells))]
    public void ANeighbour_ChangesNoBit_WithAnySolver(string solver, string neighbour) =>
        Check(Options() with { Solver = GridSolvers.Forward[solver], BackwardSolver = new Anderson() }, neighbour);

    [Theory, MemberData(nameof(AdjointCells))]
    public void ANeighbour_ChangesNoBit_WithAnyAdjointSolver(string solver, string neighbour) =>
        Check(Options() with { BackwardSolver = GridSolvers.Adjoint[solver] }, neighbour);

    [Theory, MemberData(nameof(ModeCells))]
    public void ANeighbour_ChangesNoBit_InAnyGradientMode(string mode, string neighbour) => Check(Of(Enum.Parse<GradientMode>(mode)), neighbour);

    [Theory, MemberData(nameof(SolverCells))]
    public void AnotherBatchSize_ChangesRoundingOnly_WithAnySolver(string solver, string neighbour)
    {
        // The neighbour stands in the batch, and is not there when the others are alone.
        CheckSize(Options() with { Solver = GridSolvers.Forward[solver], BackwardSolver = new Broyden() }, neighbour);
    }

    [Theory, MemberData(nameof(ModeCells))]
    public void AnotherBatchSize_ChangesRoundingOnly_InAnyGradientMode(string mode, string neighbour) => CheckSize(Of(Enum.Parse<GradientMode>(mode)), neighbour);

    [Theory]
    [InlineData("another")]
    [InlineData("diverging")]
    [InlineData("overflowing")]
    [InlineData("NaN")]
    [InlineData("infinite")]
    public void ANeighbour_ChangesNoBit_OfAReversibleLayer(string neighbour)
    {
        EquilibriumOptions options = new() { Beta = 0.7, Steps = 8, OnFailure = OnFailure.Report };
        Check(options, neighbour);
        Check(options with { Tolerance = 1e-3 }, neighbour);
        // Eight steps are eight whatever the batch; none ends early.
        CheckReversibleSize(options, neighbour);
    }

    [Theory, MemberData(nameof(ModeCells))]
    public void ASampleThatIsLeftOutOfTheLoss_ChangesNoBitOfAParametersGradient(string mode, string neighbour)
    {
        using var scope = NewDisposeScope();
        Tensor? Gradient(Tensor x)
        {
            var bias = (arange(Size, float64) * 0.1).requires_grad_();
            var value = Equilibrium.Solve(z => F(z, x) + bias * 0.1, zeros(4, Size, float64), Of(Enum.Parse<GradientMode>(mode))).Value;
            try
            {
                value.index_select(0, tensor(Others.Select(b => (long)b).ToArray())).square().sum().BackwardOrThrow();
                return bias.grad;
            }
            catch (EquilibriumBackwardException refusal) when (MayRefuse(Of(Enum.Parse<GradientMode>(mode)), neighbour))
            {
                Assert.Contains($"sample {Replaced}", refusal.Message);
                return null;
            }
        }
        if (Gradient(With(neighbour, Batch(4, ScalarType.Float64))) is { } mixed) AssertSame(Gradient(Batch(4, ScalarType.Float64))!, mixed, Of(Enum.Parse<GradientMode>(mode)));
    }

    private static EquilibriumOptions Options() => new()
    {
        Solver = new Broyden(),
        MaxEvaluations = 60,
        Tolerance = 1e-6,
        BackwardMaxEvaluations = 40,
        BackwardTolerance = 1e-6,
        OnFailure = OnFailure.Report,
    };

    private static EquilibriumOptions Of(GradientMode mode) =>
        Options() with { Gradient = mode, Solver = mode == GradientMode.Unrolled ? new Picard() : new Broyden(), GradientDamping = 0.6 };

    private static void Check(EquilibriumOptions options, string neighbour)
    {
        foreach (var type in new[] { ScalarType.Float64, ScalarType.Float32 })
        {
            using var scope = NewDisposeScope();
            var plain = new Call(Batch(4, type), options);
            var mixed = new Call(With(neighbour, Batch(4, type)), options);
            foreach (var b in Others)
            {
                Assert.True(Dense.Same(plain.Value[b], mixed.Value[b]));
                AssertSame(plain.Statistics.Forward!, mixed.Statistics.Forward!, b);
                if (mixed.Gradient is null) continue;
                AssertSame(plain.Gradient![b], mixed.Gradient[b], options);
                if (plain.Statistics.Backward is { } backward) AssertSame(backward, mixed.Statistics.Backward!, b);
            }
            Assert.True(mixed.Value.isfinite().all().item<bool>());
            // Where the cell itself is not finite no gradient passes, and the sample is named; nothing else may stop one.
            if (!MayRefuse(options, neighbour)) Assert.Null(mixed.Refusal);
            else if (mixed.Gradient is null) Assert.Contains($"sample {Replaced}", mixed.Refusal!.Message);
        }
    }

    // At its last finite iterate, or, where the iterations themselves are differentiated, at any of them.
    private static bool MayRefuse(EquilibriumOptions options, string neighbour) =>
        neighbour is "NaN" or "infinite" || (neighbour == "overflowing" && (options.Gradient == GradientMode.Unrolled || options.Beta is not null));

    private static void CheckReversibleSize(EquilibriumOptions options, string neighbour)
    {
        using var scope = NewDisposeScope();
        foreach (var (type, agreement) in new[] { (ScalarType.Float64, 1e-12), (ScalarType.Float32, 1e-5) })
            CheckParts(options, neighbour, type, agreement);
    }

    private static void CheckSize(EquilibriumOptions options, string neighbour)
    {
        foreach (var (type, tight, agreement) in new[] { (ScalarType.Float64, 1e-13, 1e-12), (ScalarType.Float32, 1e-6, 1e-5) })
        {
            using var scope = NewDisposeScope();
            var settings = options with { Tolerance = tight, BackwardTolerance = tight, MaxEvaluations = 300, BackwardMaxEvaluations = 300 };
            CheckParts(settings, neighbour, type, agreement);
        }
    }

    private static void CheckParts(EquilibriumOptions options, string neighbour, ScalarType type, double agreement)
    {
        var whole = new Call(With(neighbour, Batch(4, type)), options);
        foreach (var rows in new[] { new[] { 0 }, [1, 3] })
        {
            var part = new Call(Batch(4, type).index_select(0, tensor(rows.Select(r => (long)r).ToArray())), options);
            for (var i = 0; i < rows.Length; i++)
            {
                Assert.InRange(Dense.Distance(part.Value[i], whole.Value[rows[i]]), 0, agreement);
                if (whole.Gradient is not null) Assert.InRange(Dense.Distance(part.Gradient![i], whole.Gradient[rows[i]]), 0, agreement);
            }
        }
    }

    // SHINE multiplies by all the steps of the batch's longest solve, masked for the others: BLAS sums a wider product in another order.
    private static void AssertSame(Tensor plain, Tensor mixed, EquilibriumOptions options)
    {
        if (options.Gradient != GradientMode.Shine) Assert.True(Dense.Same(plain, mixed));
        else Assert.InRange(Dense.Distance(mixed, plain), 0, plain.dtype == ScalarType.Float64 ? 1e-13 : 1e-5);
    }

    private static void AssertSame(SolveStatistics plain, SolveStatistics mixed, int b)
    {
        Assert.Equal(plain.Outcomes[b], mixed.Outcomes[b]);
        Assert.Equal(plain.SampleEvaluations[b], mixed.SampleEvaluations[b]);
        Assert.Equal(plain.SampleResidual[b], mixed.SampleResidual[b]);
        for (var k = 0; k < Math.Min(plain.Residuals.Count, mixed.Residuals.Count); k++) Assert.Equal(plain.Residuals[k][b], mixed.Residuals[k][b]);
    }

    /// <summary>Per sample x, then the rate and the growth of what makes it run away.</summary>
    private static Tensor Batch(int samples, ScalarType type)
    {
        manual_seed(6);
        return cat([randn(samples, Size, float64), zeros(samples, 2, float64)], 1).to(type);
    }

    private static Tensor With(string neighbour, Tensor batch)
    {
        var x = batch.clone();
        switch (neighbour)
        {
            case "another": x[Replaced].narrow(0, 0, Size).fill_(-3); break;
            case "diverging": x[Replaced, Size] = 2; break;
            case "overflowing": x[Replaced, Size + 1] = 1e3; break;
            case "NaN": x[Replaced, 1] = double.NaN; break;
            case "infinite": x[Replaced, 1] = double.PositiveInfinity; break;
        }
        return x;
    }

    private static Tensor F(Tensor z, Tensor x)
    {
        manual_seed(7);
        var w = linalg.qr(randn(Size, Size, float64)).Q.to(z.dtype) * 0.8;
        Tensor given = x.narrow(1, 0, Size), rate = x.narrow(1, Size, 1), growth = x.narrow(1, Size + 1, 1);
        return (z.matmul(w) + given).tanh() + given * 0.1 + z * rate + z.square() * growth;
    }

    /// <summary>One call and the gradient of a loss of the samples that are not replaced.</summary>
    private sealed class Call
    {
        public Call(Tensor x, EquilibriumOptions options)
        {
            x = x.detach().requires_grad_();
            var start = zeros(x.shape[0], Size, x.dtype);
            var result = options.Beta is null
                ? Equilibrium.Solve(z => F(z, x), start, options)
                : Equilibrium.SolveReversible((z, given) => F(z, given[0]), start, [x], options);
            (Value, Statistics) = (result.Value, result.Statistics);
            var weights = (arange(Size, x.dtype) + 0.5).sin();
            try
            {
                (Value * weights).sum().BackwardOrThrow();
                Gradient = x.grad;
            }
            catch (EquilibriumBackwardException refusal)
            {
                Refusal = refusal;
            }
        }

        public Tensor Value { get; }
        public EquilibriumStatistics Statistics { get; }
        public Tensor? Gradient { get; }
        public EquilibriumBackwardException? Refusal { get; }
    }
}
