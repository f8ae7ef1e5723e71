using Deq.Solvers;
using TorchSharp;
using static TorchSharp.torch;

namespace Deq.Tests.Runtime;

/// <summary>Anderson never makes a NaN of its own: random adjoint solves, histories degenerate on purpose.</summary>
public class AndersonFuzzTests
{
    private const int Batch = 16, Size = 6;

    public static TheoryData<ScalarType, double> TypesAndDampings()
    {
        TheoryData<ScalarType, double> data = [];
        foreach (var type in new[] { ScalarType.Float32, ScalarType.Float64, ScalarType.BFloat16 })
            foreach (var damping in new[] { 1, 0.5 })
                data.Add(type, damping);
        return data;
    }

    /// <summary>One matrix per sample, of a kind that spoils a Gram matrix in its own way.</summary>
    private static Tensor Matrices()
    {
        List<Tensor> all = [];
        for (var b = 0; b < Batch; b++)
        {
            var a = randn(Size, Size, float64) / Math.Sqrt(Size);
            all.Add((b % 8) switch
            {
                0 => zeros_like(a),                                                                  // zero residual after a step
                1 => eye(Size, dtype: float64) * 0.5,                                                // all residuals along one line
                2 => randn(Size, 1, float64).matmul(randn(1, Size, float64)) * 0.2,                  // rank one
                3 => -eye(Size, dtype: float64),                                                     // z, -z, z: a history that repeats itself
                4 => eye(Size, dtype: float64),                                                      // f(z) = z + c: residuals all the same
                5 => a * 1e-9,
                6 => a.triu(1) * 3,                                                                  // nilpotent: exact, then zero
                _ => a * 1.5,                                                                        // expands
            });
        }
        return stack(all);
    }

    [Theory, MemberData(nameof(TypesAndDampings))]
    public void RandomAdjointSolves_AreFiniteAsLongAsTheCellIs(ScalarType type, double damping)
    {
        using var outer = NewDisposeScope();
        manual_seed(17);
        // 3 types x 2 dampings x 5 windows x 3 scales x 4 draws x 16 samples = 5,760 solves.
        foreach (var memory in new[] { 1, 2, 5, 6, 20 })
            foreach (var scale in new[] { 1e-15, 1, 1e15 })
                for (var draw = 0; draw < 4; draw++)
                {
                    using var scope = NewDisposeScope();
                    CheckFinite(new() { Memory = memory, Damping = damping }, type, scale, zero: draw == 3);
                }
    }

    private static void CheckFinite(Anderson solver, ScalarType type, double scale, bool zero)
    {
        Tensor a = Matrices().to(type), g = (randn(Batch, Size, float64) * scale).to(type);
        if (zero) g[0] = zeros(Size, type);
        var x = zeros(Batch, Size, type).requires_grad_();
        var result = Equilibrium.Solve(z => bmm(a, (z + x).unsqueeze(2)).squeeze(2), zeros(Batch, Size, type), new()
        {
            Solver = new Picard(),
            MaxEvaluations = 1,
            BackwardSolver = solver,
            BackwardMaxEvaluations = 25,
            BackwardTolerance = 1e-30,
            OnFailure = OnFailure.Report,
        });
        var gradient = autograd.grad([(result.Value * g).sum()], [x])[0];
        Assert.True(gradient.isfinite().all().item<bool>());
        Assert.DoesNotContain(SolveOutcome.NotFinite, result.Statistics.Backward!.Outcomes);
    }

    [Fact]
    public void RandomAdjointSolves_AreFiniteWhateverTheRegulariser()
    {
        using var outer = NewDisposeScope();
        manual_seed(19);
        // 5 regularisers x 3 types x 2 windows x 3 scales x 2 draws x 16 samples = 2,880 solves.
        foreach (var regularization in new[] { 0, 1e-16, 1e-10, 1e-6, 1e-2 })
            foreach (var type in new[] { ScalarType.Float32, ScalarType.Float64, ScalarType.BFloat16 })
                foreach (var memory in new[] { 5, 20 })
                    foreach (var scale in new[] { 1e-15, 1, 1e15 })
                        for (var draw = 0; draw < 2; draw++)
                        {
                            using var scope = NewDisposeScope();
                            CheckFinite(new() { Memory = memory, Regularization = regularization }, type, scale, zero: draw == 1);
                        }
    }

    [Theory]
    [InlineData(1e-16)]
    [InlineData(1e-10)]
    [InlineData(1e-6)]
    [InlineData(1e-2)]
    public void WeightsOfAnyGram_AreFiniteAndSumToOne(double regularizer)
    {
        var random = new Random(23);
        for (var draw = 0; draw < 4000; draw++)
        {
            var memory = random.Next(1, 9);
            var filled = random.Next(1, memory + 1);
            var rank = random.Next(0, filled + 1);
            // Residuals from a space of a few dimensions, some of them copies or zero, of lengths far apart.
            var g = new double[filled][];
            for (var j = 0; j < filled; j++)
            {
                var size = Math.Pow(10, random.Next(-120, 120));
                g[j] = j > 0 && random.Next(4) == 0 ? g[j - 1] : [.. Enumerable.Range(0, 6).Select(i => i < rank ? size * (random.NextDouble() - 0.5) : 0)];
            }
            var weights = new MixingWeights(memory, regularizer);
            for (var i = 0; i < filled; i++)
                for (var j = 0; j <= i; j++)
                {
                    var dot = g[i].Zip(g[j], (p, q) => p * q).Sum();
                    // As float32 would have summed it.
                    weights.SetGram(i, j, random.Next(2) == 0 ? dot : dot * (1 + 1e-7 * (random.NextDouble() - 0.5)));
                }
            var a = new double[filled];
            weights.Solve(random.Next(filled), filled, a);
            Assert.All(a, v => Assert.True(double.IsFinite(v)));
            Assert.Equal(1, a.Sum(), 1e-6 * Math.Max(1, a.Max(Math.Abs)));
        }
    }
}
