using Deq.Solvers;
using Deq.Tests.Infrastructure;
using Deq.Tests.Runtime;
using TorchSharp;
using static TorchSharp.torch;

namespace Deq.Tests.Grids;

/// <summary>
/// Of a declared layer too: what stands beside the samples of the loss changes no bit of their values, statistics and gradients, nor of a parameter's
/// gradient, of the Jacobian penalty and of a correction loss. All is compared to a batch in whose place there is an ordinary sample that is cut off from its
/// state (its Jacobian is zero) and left out of the loss.
/// </summary>
public class IsolationOfLayersTests
{
    private const int Replaced = 2;
    private static readonly int[] Others = [0, 1, 3];
    private static readonly string[] Layers = ["one", "two", "array"];
    private static readonly string[] Neighbours = ["diverging", "overflowing", "NaN", "infinite", "NaN in the gate", "NaN at the start"];
    private static readonly string[] Modes = [.. Enum.GetNames<GradientMode>(), "Shine, refined", "Unrolled, anderson", "Unrolled, broyden"];

    public static TheoryData<string, string> LayersInModes()
    {
        var cells = new TheoryData<string, string>();
        foreach (var layer in Layers)
            foreach (var mode in Modes) cells.Add(layer, mode);
        return cells;
    }

    public static TheoryData<string> Adjoints() => [.. GridSolvers.Adjoint.Keys, .. GridSolvers.Preconditioned.Keys];

    [Theory, MemberData(nameof(LayersInModes))]
    public void ANeighbour_ChangesNoBit_InAnyGradientMode(string layer, string mode) => Check(layer, Of(mode));

    [Theory, MemberData(nameof(Adjoints))]
    public void ANeighbour_ChangesNoBit_WithAnyAdjointSolver(string solver)
    {
        foreach (var layer in Layers)
            Check(layer, Options() with { BackwardSolver = GridSolvers.Preconditioned.GetValueOrDefault(solver) ?? GridSolvers.Adjoint[solver], CheckEvery = GridSolvers.CheckEvery(solver) });
    }

    [Theory]
    [InlineData("reversible")]
    [InlineData("reversible two")]
    public void ANeighbour_ChangesNoBit_OfAReversibleLayer(string layer)
    {
        foreach (var keepEvery in new int?[] { null, 3 }) Check(layer, new() { OnFailure = OnFailure.Report, JacobianSeed = 5, KeepEvery = keepEvery });
        Check(layer, new() { OnFailure = OnFailure.Report, JacobianSeed = 5, Tolerance = 1e-2 });
    }

    [Fact]
    public void AnAttachedPenalty_IsTheOthersToo()
    {
        foreach (var layer in Layers.Append("reversible"))
            Check(layer, new() { OnFailure = OnFailure.Report, JacobianSeed = 5, JacobianAttach = true, JacobianThroughState = true, PenaltyWeight = 0.7 });
    }

    private static EquilibriumOptions Options() => new()
    {
        Solver = new Broyden(),
        MaxEvaluations = 60,
        Tolerance = 1e-6,
        BackwardMaxEvaluations = 40,
        BackwardTolerance = 1e-6,
        JacobianSeed = 5,
        OnFailure = OnFailure.Report,
    };

    private static EquilibriumOptions Of(string mode) => (mode switch
    {
        "Shine, refined" => Options() with { Gradient = GradientMode.Shine, GradientRefinement = 3, BackwardSolver = new Gmres { Precondition = true } },
        "Unrolled, anderson" => Options() with { Gradient = GradientMode.Unrolled, Solver = new Anderson(), MaxEvaluations = 12 },
        "Unrolled, broyden" => Options() with { Gradient = GradientMode.Unrolled, MaxEvaluations = 12 },
        _ => Options() with { Gradient = Enum.Parse<GradientMode>(mode), Solver = mode == nameof(GradientMode.Unrolled) ? new Picard() : new Broyden(), GradientDamping = 0.6 },
    }).ForItsGradient();

    private static void Check(string layer, EquilibriumOptions options)
    {
        using var scope = NewDisposeScope();
        foreach (var neighbour in Neighbours)
        {
            // A sample that diverges and stays finite is part of the penalty.
            var settings = neighbour == "diverging" ? options with { JacobianGamma = 0, JacobianSeed = null, JacobianAttach = null, JacobianThroughState = null, PenaltyWeight = null } : options;
            // Else the start is the layer's own, of x and of parameters.
            var startsGiven = neighbour is "NaN at the start" or "infinite";
            var plain = new Run(layer, "another", startsGiven, settings);
            var mixed = new Run(layer, neighbour, startsGiven, settings);
            var place = $"{layer}, beside {neighbour}";
            Assert.True((mixed.Forward.Outcomes[Replaced] == SolveOutcome.NotFinite) == (neighbour != "diverging"), place);
            AssertSame(plain.Values, mixed.Values, rowsOnly: true, $"{place}: value");
            AssertSame(plain.ByRows, mixed.ByRows, rowsOnly: true, $"{place}: gradient of an input");
            AssertSame(plain.Whole, mixed.Whole, rowsOnly: false, $"{place}: gradient of a parameter or of the mask");
            Assert.Equal(plain.Terms, mixed.Terms);
            foreach (var b in Others)
            {
                Assert.Equal(plain.Forward.SampleEvaluations[b], mixed.Forward.SampleEvaluations[b]);
                Assert.Equal(plain.Forward.SampleResidual[b], mixed.Forward.SampleResidual[b]);
                if (plain.Backward is null) continue;
                Assert.Equal(plain.Backward.SampleEvaluations[b], mixed.Backward!.SampleEvaluations[b]);
                Assert.Equal(plain.Backward.SampleResidual[b], mixed.Backward.SampleResidual[b]);
            }
            if (neighbour != "diverging") Assert.All(mixed.ByRows, g => Assert.Equal(0, g[Replaced].abs().max().item<double>()));
        }
    }

    private static void AssertSame(Tensor[] plain, Tensor[] mixed, bool rowsOnly, string what)
    {
        Assert.Equal(plain.Length, mixed.Length);
        for (var i = 0; i < plain.Length; i++)
            if (rowsOnly) Assert.All(Others, b => Assert.True(Dense.Same(plain[i][b], mixed[i][b]), $"{what} {i} of sample {b}"));
            else Assert.True(Dense.Same(plain[i], mixed[i]), $"{what} {i}");
    }

    /// <summary>One forward and backward pass of a layer, with the loss of the samples that are not replaced.</summary>
    private sealed class Run
    {
        public Run(string kind, string neighbour, bool startsGiven, EquilibriumOptions options)
        {
            manual_seed(8);
            Tensor x = randn(IsolatedCell.Samples, IsolatedCell.Samples, IsolatedCell.Width, float64), bias = randn(IsolatedCell.Samples, IsolatedCell.Width, float64);
            Tensor gate = ones(IsolatedCell.Samples, 1, 1, float64), growth = zeros(IsolatedCell.Samples, float64), mask = IsolatedCell.CausalMask();
            Tensor first = randn_like(x) * 0.1, second = randn_like(bias) * 0.1;
            switch (neighbour)
            {
                case "another": gate[Replaced].fill_(0); break;
                case "diverging": growth[Replaced] = 2; break;
                case "overflowing": growth[Replaced] = 1e200; break;
                case "NaN": x[Replaced, 1] = double.NaN; break;
                case "infinite": x[Replaced, 1] = double.PositiveInfinity; break;
                case "NaN in the gate": gate[Replaced].fill_(double.NaN); break;
                case "NaN at the start": first[Replaced, 0].fill_(double.NaN); break;
            }
            Tensor[] leaves = [x, bias, gate, growth, first, second];
            foreach (var leaf in leaves.Append(mask)) leaf.requires_grad_();
            var (module, values, statistics, penalty, correction) = Solve(kind, x, bias, mask, gate, growth, startsGiven ? (first, second) : null, options);
            using (module)
            {
                (Values, Forward) = (values, statistics.Forward!);
                var loss = correction;
                foreach (var value in values) loss = loss + Weighted(value);
                if (penalty is not null && options.JacobianAttach != true) loss = loss + penalty;
                loss.BackwardOrThrow();
                Backward = statistics.Backward;
                Terms = [penalty?.item<double>() ?? 0, correction.item<double>()];
                ByRows = [.. leaves.Select(leaf => leaf.grad).OfType<Tensor>()];
                Whole = [.. module.parameters().Append(mask).Select(p => p.grad).OfType<Tensor>().Select(g => g.clone())];
                Assert.True(Whole.Length > 0 && Whole.All(g => g.isfinite().all().item<bool>()));
            }
        }

        public Tensor[] Values { get; }
        public SolveStatistics Forward { get; }
        public SolveStatistics? Backward { get; }
        public double[] Terms { get; }
        public Tensor[] ByRows { get; }
        public Tensor[] Whole { get; }

        private static Tensor Weighted(Tensor value)
        {
            var others = value.index_select(0, tensor(Others.Select(b => (long)b).ToArray()));
            return (others * (arange(others.numel(), float64) + 0.5).sin().reshape(others.shape)).sum();
        }

        private static (nn.Module, Tensor[], EquilibriumStatistics, Tensor?, Tensor) Solve(
            string kind, Tensor x, Tensor bias, Tensor mask, Tensor gate, Tensor growth, (Tensor First, Tensor Second)? start, EquilibriumOptions options)
        {
            manual_seed(9);
            var recorded = kind.StartsWith("reversible", StringComparison.Ordinal) ? options : options with { CorrectionStates = 2 };
            switch (kind)
            {
                case "one":
                    {
                        var layer = new IsolatedOne();
                        var result = layer.Solve(x, mask, gate, growth, start?.First, recorded);
                        return (layer, [result.Value], result.Statistics, result.JacobianPenalty, result.CorrectionLoss(Weighted));
                    }
                case "two":
                    {
                        var layer = new IsolatedTwo();
                        var result = layer.Solve([x, bias], mask, gate, growth, start, recorded);
                        return (layer, [result.Value.High, result.Value.Low], result.Statistics, result.JacobianPenalty, result.CorrectionLoss(v => Weighted(v.High) + Weighted(v.Low)));
                    }
                case "array":
                    {
                        var layer = new IsolatedArray();
                        var result = layer.Solve((x, bias), mask, gate, growth, start is { } s ? [s.First, s.Second] : null, recorded);
                        return (layer, result.Value, result.Statistics, result.JacobianPenalty, result.CorrectionLoss(v => Weighted(v[0]) + Weighted(v[1])));
                    }
                case "reversible":
                    {
                        var layer = new IsolatedReversible();
                        var result = layer.Solve(x, mask, gate, growth, start?.First, recorded);
                        return (layer, [result.Value], result.Statistics, result.JacobianPenalty, zeros([], float64));
                    }
                default:
                    {
                        var layer = new IsolatedReversibleTwo();
                        var result = layer.Solve([x, bias], mask, gate, growth, start, recorded);
                        return (layer, [result.Value.High, result.Value.Low], result.Statistics, result.JacobianPenalty, zeros([], float64));
                    }
            }
        }
    }
}
