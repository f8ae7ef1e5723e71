using Deq.Solvers;
using Deq.Tests.Infrastructure;
using Deq.Tests.Runtime;
using TorchSharp;
using static TorchSharp.torch;

namespace Deq.Tests.Grids;

/// <summary>A sample's value, gradient and statistics are its own: what stands beside it in a batch of equal size changes no bit of them.</summary>
public class IsolationTests
{
    private const int Replaced = 2;
    private static readonly int[] Others = [0, 1, 3];

    // Vectors that torch multiplies by loops of its own, and such as BLAS gets, which adds up in another order for another width.
    private static readonly int[] Sizes = [7, 300];
    private static readonly Dictionary<(int, ScalarType), Tensor> Weights = [];

    // An ordinary sample, one that runs away slowly, one that overflows, and two that are not finite from the start.
    private static readonly string[] Neighbours = ["another", "diverging", "overflowing", "NaN", "infinite"];
    private const string Refined = "Shine, refined";
    private const string UnrolledAnderson = "Unrolled, anderson", UnrolledBroyden = "Unrolled, broyden";
    private static readonly string[] Modes = [.. Enum.GetNames<GradientMode>(), Refined, UnrolledAnderson, UnrolledBroyden];

    public static TheoryData<string, string> SolverCells() => Cells(GridSolvers.Forward.Keys);

    public static TheoryData<string, string> AdjointCells() => Cells(GridSolvers.Adjoint.Keys.Concat(GridSolvers.Preconditioned.Keys));

    public static TheoryData<string, string> ModeCells() => Cells(Modes);

    private static TheoryData<string, string> Cells(IEnumerable<string> rows)
    {
        var cells = new TheoryData<string, string>();
        foreach (var row in rows)
            foreach (var neighbour in Neighbours) cells.Add(row, neighbour);
        return cells;
    }

    [Theory, MemberData(nameof(SolverCells))]
    public void ANeighbour_ChangesNoBit_WithAnySolver(string solver, string neighbour) =>
        Check(Options() with { Solver = GridSolvers.Forward[solver], BackwardSolver = new Anderson(), CheckEvery = GridSolvers.CheckEvery(solver) }, neighbour);

    [Theory, MemberData(nameof(AdjointCells))]
    public void ANeighbour_ChangesNoBit_WithAnyAdjointSolver(string solver, string neighbour) =>
        Check(WithAdjoint(solver), neighbour);

    [Theory, MemberData(nameof(ModeCells))]
    public void ANeighbour_ChangesNoBit_InAnyGradientMode(string mode, string neighbour) => Check(Of(mode), neighbour);

    [Theory, MemberData(nameof(SolverCells))]
    public void AnotherBatchSize_ChangesRoundingOnly_WithAnySolver(string solver, string neighbour)
    {
        // The neighbour stands in the batch, and is not there when the others are alone.
        CheckSize(Options() with { Solver = GridSolvers.Forward[solver], BackwardSolver = new Broyden(), CheckEvery = GridSolvers.CheckEvery(solver) }, neighbour);
    }

    [Theory, MemberData(nameof(ModeCells))]
    public void AnotherBatchSize_ChangesRoundingOnly_InAnyGradientMode(string mode, string neighbour) => CheckSize(Of(mode), neighbour);

    [Theory, MemberData(nameof(AdjointCells))]
    public void AnotherBatchSize_ChangesRoundingOnly_WithAnyAdjointSolver(string solver, string neighbour) => CheckSize(WithAdjoint(solver), neighbour);

    [Theory]
    [InlineData("another")]
    [InlineData("overflowing")]
    [InlineData("NaN")]
    public void AnotherBatchSize_ChangesRoundingOnly_AtTheDefaults(string neighbour)
    {
        using var scope = NewDisposeScope();
        foreach (var (type, agreement) in new[] { (ScalarType.Float64, 1e-12), (ScalarType.Float32, 1e-5) })
            foreach (var solver in new FixedPointSolver[] { new Anderson(), new Picard(), new Broyden() })
                CheckParts(new() { Solver = solver, OnFailure = OnFailure.Report }, neighbour, type, agreement);
    }

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
        foreach (var size in Sizes) CheckLeftOut(mode, neighbour, size);
    }

    private static void CheckLeftOut(string mode, string neighbour, int size)
    {
        using var scope = NewDisposeScope();
        Tensor Gradient(Tensor x)
        {
            var bias = (arange(size, float64) * 0.1).sin().requires_grad_();
            var value = Equilibrium.Solve((z, given) => F(z, given[0]) + bias * 0.1, zeros(4, size, float64), [x], Of(mode)).Value;
            value.index_select(0, tensor(Others.Select(b => (long)b).ToArray())).square().sum().BackwardOrThrow();
            return bias.grad!;
        }
        Assert.True(Dense.Same(Gradient(Batch(size, 4, ScalarType.Float64)), Gradient(With(neighbour, Batch(size, 4, ScalarType.Float64)))));
    }

    [Theory, MemberData(nameof(ModeCells))]
    public void OfAPlainCallThatKnowsNoInputs_ASampleThatIsNotFinite_IsNamed(string mode, string neighbour)
    {
        using var scope = NewDisposeScope();
        var x = With(neighbour, Batch(Sizes[0], 4, ScalarType.Float64)).requires_grad_();
        var result = Equilibrium.Solve(z => F(z, x), zeros(4, Sizes[0], float64), Of(mode));
        // Where f is finite at no point that is known of the sample, or, where the iterations themselves are differentiated, not at one of them.
        if (neighbour is "NaN" or "infinite" || (Of(mode).Gradient == GradientMode.Unrolled && result.Statistics.Forward!.Outcomes[Replaced] == SolveOutcome.NotFinite))
        {
            var refusal = Assert.Throws<EquilibriumBackwardException>(() => result.Value.sum().BackwardOrThrow());
            Assert.Contains($"sample {Replaced}", refusal.Message);
            Assert.Contains("Equilibrium.Solve(f, start, inputs)", refusal.Message);
        }
        else
        {
            result.Value.sum().BackwardOrThrow();
            Assert.All(Others, b => Assert.True(x.grad![b].isfinite().all().item<bool>()));
        }
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

    private static EquilibriumOptions Of(string mode) => (mode switch
    {
        Refined => Options() with { Gradient = GradientMode.Shine, GradientRefinement = 3, BackwardSolver = new Gmres { Precondition = true } },
        UnrolledAnderson => Options() with { Gradient = GradientMode.Unrolled, Solver = new Anderson(), MaxEvaluations = 12 },
        UnrolledBroyden => Options() with { Gradient = GradientMode.Unrolled, Solver = new Broyden(), MaxEvaluations = 12 },
        _ => Options() with { Gradient = Enum.Parse<GradientMode>(mode), Solver = mode == nameof(GradientMode.Unrolled) ? new Picard() : new Broyden(), GradientDamping = 0.6 },
    }).ForItsGradient();

    private static EquilibriumOptions WithAdjoint(string solver) => Options() with
    {
        BackwardSolver = GridSolvers.Preconditioned.GetValueOrDefault(solver) ?? GridSolvers.Adjoint[solver],
        CheckEvery = GridSolvers.CheckEvery(solver),
    };

    private static void Check(EquilibriumOptions options, string neighbour)
    {
        foreach (var (size, type) in Sizes.SelectMany(size => new[] { (size, ScalarType.Float64), (size, ScalarType.Float32), (size, ScalarType.BFloat16) }))
        {
            using var scope = NewDisposeScope();
            var plain = new Call(Batch(size, 4, type), options);
            var mixed = new Call(With(neighbour, Batch(size, 4, type)), options);
            foreach (var b in Others)
            {
                Assert.True(Dense.Same(plain.Value[b], mixed.Value[b]));
                AssertSame(plain.Statistics.Forward!, mixed.Statistics.Forward!, b);
                Assert.All(plain.Gradients.Zip(mixed.Gradients), pair => Assert.True(Dense.Same(pair.First[b], pair.Second[b])));
                if (plain.Statistics.Backward is { } backward) AssertSame(backward, mixed.Statistics.Backward!, b);
            }
            Assert.True(mixed.Value.isfinite().all().item<bool>());
            // Of a sample that ended finite beside others nothing is left out: its own gradient is zero where its solve was not finite.
            if (mixed.Statistics.Forward!.Outcomes[Replaced] == SolveOutcome.NotFinite)
                Assert.All(mixed.Gradients, gradient => Assert.Equal(0, gradient[Replaced].abs().max().to(float64).item<double>()));
        }
    }

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
            // The weights of a converging history hang on the rounding of its last residuals, and so does a derivative through them.
            var settings = options is { Gradient: GradientMode.Unrolled, Solver: not Picard }
                ? options with { Tolerance = 1e-300, MaxEvaluations = 6 }
                : options with { Tolerance = tight, BackwardTolerance = tight, MaxEvaluations = 300, BackwardMaxEvaluations = 300 };
            CheckParts(settings.ForItsGradient(), neighbour, type, agreement);
        }
    }

    private static void CheckParts(EquilibriumOptions options, string neighbour, ScalarType type, double agreement)
    {
        foreach (var size in Sizes) CheckParts(options, neighbour, type, agreement, size);
    }

    private static void CheckParts(EquilibriumOptions options, string neighbour, ScalarType type, double agreement, int size)
    {
        var whole = new Call(With(neighbour, Batch(size, 4, type)), options);
        foreach (var rows in new[] { new[] { 0 }, [1, 3] })
        {
            var part = new Call(Batch(size, 4, type).index_select(0, tensor(rows.Select(r => (long)r).ToArray())), options);
            for (var i = 0; i < rows.Length; i++)
            {
                Assert.InRange(Dense.Distance(part.Value[i], whole.Value[rows[i]]), 0, agreement);
                Assert.InRange(Dense.Distance(part.Gradients[0][i], whole.Gradients[0][rows[i]]), 0, agreement);
            }
        }
    }

    private static void AssertSame(SolveStatistics plain, SolveStatistics mixed, int b)
    {
        Assert.Equal(plain.Outcomes[b], mixed.Outcomes[b]);
        Assert.Equal(plain.SampleEvaluations[b], mixed.SampleEvaluations[b]);
        Assert.Equal(plain.SampleResidual[b], mixed.SampleResidual[b]);
        for (var k = 0; k < Math.Min(plain.Residuals.Count, mixed.Residuals.Count); k++) Assert.Equal(plain.Residuals[k][b], mixed.Residuals[k][b]);
    }

    /// <summary>Per sample x, then the rate and the growth of what makes it run away.</summary>
    private static Tensor Batch(int size, int samples, ScalarType type)
    {
        manual_seed(6);
        return cat([randn(samples, size, float64), zeros(samples, 2, float64)], 1).to(type);
    }

    private static Tensor With(string neighbour, Tensor batch)
    {
        var x = batch.clone();
        var size = x.shape[1] - 2;
        switch (neighbour)
        {
            case "another": x[Replaced].narrow(0, 0, size).fill_(-3); break;
            case "diverging": x[Replaced, size] = 2; break;
            case "overflowing": x[Replaced, size + 1] = 1e3; break;
            case "NaN": x[Replaced, 1] = double.NaN; break;
            case "infinite": x[Replaced, 1] = double.PositiveInfinity; break;
        }
        return x;
    }

    private static Tensor F(Tensor z, Tensor x)
    {
        var size = (int)z.shape[1];
        if (!Weights.TryGetValue((size, z.dtype), out var w))
        {
            using var untaped = no_grad();
            manual_seed(7);
            w = Weights[(size, z.dtype)] = (linalg.qr(randn(size, size, float64)).Q.to(z.dtype) * 0.8).DetachFromDisposeScope();
        }
        Tensor given = x.narrow(1, 0, size), rate = x.narrow(1, size, 1), growth = x.narrow(1, size + 1, 1);
        return (z.matmul(w) + given).tanh() + given * 0.1 + z * rate + z.square() * growth;
    }

    /// <summary>One call, and the gradients of a loss in all its samples.</summary>
    private sealed class Call
    {
        public Call(Tensor x, EquilibriumOptions options)
        {
            x = x.detach().requires_grad_();
            var size = x.shape[1] - 2;
            var start = zeros(x.shape[0], size, x.dtype).requires_grad_();
            var result = options.Beta is null
                ? Equilibrium.Solve((z, given) => F(z, given[0]), start, [x], options)
                : Equilibrium.SolveReversible((z, given) => F(z, given[0]), start, [x], options);
            (Value, Statistics) = (result.Value, result.Statistics);
            var weights = (arange(size, x.dtype) + 0.5).sin();
            (Value * weights).sum().BackwardOrThrow();
            // Of a fixed point the start has none.
            Gradients = [.. new[] { x.grad, start.grad }.OfType<Tensor>()];
        }

        public Tensor Value { get; }
        public EquilibriumStatistics Statistics { get; }
        public Tensor[] Gradients { get; }
    }
}
