using TorchSharp;
using static TorchSharp.torch;

namespace Deq.Tests.Runtime;

public class SpectralRadiusTests
{
    private static double[] Of(Tensor matrices, int iterations = 2000, double tolerance = 1e-7) => SpectralRadius.Of(
        z => matrices.matmul(z.unsqueeze(2)).squeeze(2), zeros(matrices.shape[0], matrices.shape[1], matrices.dtype), iterations, tolerance);

    /// <summary>S D S^-1 with D block-diagonal.</summary>
    private static Tensor Similar(Tensor blocks)
    {
        var n = blocks.shape[0];
        var s = randn(n, n, float64) * 0.2 + eye(n, dtype: float64);
        return s.matmul(blocks).matmul(s.inverse());
    }

    [Fact]
    public void RealAndComplexSpectra_AreThoseOfDenseAlgebra()
    {
        using var scope = NewDisposeScope();
        manual_seed(1);
        var real = diag(tensor(new double[] { 0.9, -0.6, 0.5, 0.3, -0.2, 0.1 }));
        var negative = diag(tensor(new double[] { 0.4, -1.7, 0.5, 0.3, -0.2, 0.1 }));
        var pair = diag(tensor(new double[] { 0.5, 0.5, 0.7, -0.3, 0.2, 0.1 }));
        pair[0, 1] = tensor(-1.1, float64);
        pair[1, 0] = tensor(1.1, float64);
        var matrices = stack([Similar(real), Similar(negative), Similar(pair), Similar(pair * 0.3)]);
        var found = Of(matrices);
        for (var b = 0; b < found.Length; b++)
            Assert.Equal(1, found[b] / Dense.SpectralRadius(matrices[b]), 1e-4);
    }

    [Theory]
    [InlineData(ScalarType.Float32, 1e-4)]
    [InlineData(ScalarType.BFloat16, 5e-2)]
    public void InANarrowerType_ItIsThatOfFloat64(ScalarType type, double agreement)
    {
        using var scope = NewDisposeScope();
        manual_seed(3);
        var blocks = diag(tensor(new[] { 0.9, 0.9, -0.5, 0.3 }));
        blocks[0, 1] = tensor(-0.4, float64);
        blocks[1, 0] = tensor(0.4, float64);
        var matrices = stack([Similar(blocks), Similar(diag(tensor(new[] { 0.3, -1.2, 0.2, 0.1 })))]).to(ScalarType.BFloat16);
        double[] found = Of(matrices.to(type), 300, agreement / 10), exact = Of(matrices.to(float64));
        Assert.All(found.Zip(exact), pair => Assert.Equal(1, pair.First / pair.Second, agreement));
    }

    [Fact]
    public void ARotation_HasItsTrueRadius()
    {
        using var scope = NewDisposeScope();
        Assert.Equal(1.3, Of(tensor(new double[,,] { { { 0, -1.3 }, { 1.3, 0 } } }))[0], 1e-12);
    }

    [Fact]
    public void TwoStatesThatFeedEachOtherAlone_HaveFourEigenvaluesOfOneSize_AndTheirTrueRadius()
    {
        using var scope = NewDisposeScope();
        manual_seed(2);
        // The eigenvalues of [[0, A], [B, 0]] are the roots of those of AB: with a complex pair four of one size.
        var pair = diag(tensor(new double[] { 0.2, 0.2, 0.1 }));
        pair[0, 1] = tensor(-0.6, float64);
        pair[1, 0] = tensor(0.6, float64);
        var a = Similar(pair);
        var matrix = cat([cat([zeros(3, 3, float64), a], 1), cat([eye(3, dtype: float64), zeros(3, 3, float64)], 1)], 0).unsqueeze(0);
        var expected = Math.Sqrt(Math.Sqrt(0.2 * 0.2 + 0.6 * 0.6));
        Assert.Equal(expected, Dense.SpectralRadius(matrix[0]), 1e-9);
        Assert.Equal(expected, Of(matrix, SpectralRadius.DefaultIterations, SpectralRadius.DefaultTolerance)[0], 1e-9);
    }

    /// <summary>At the defaults, where the plane of two vectors is constant from the first product on but not invariant.</summary>
    [Theory]
    [InlineData(3, ScalarType.Float64)]
    [InlineData(4, ScalarType.Float64)]
    [InlineData(10, ScalarType.Float64)]
    [InlineData(20, ScalarType.Float32)]
    [InlineData(50, ScalarType.Float64)]
    [InlineData(200, ScalarType.Float32)]
    public void AMultipleOfARotation_WhoseEigenvaluesAreAllOfOneSize_HasItsTrueRadius(int n, ScalarType type)
    {
        using var scope = NewDisposeScope();
        manual_seed(n);
        var q = linalg.qr(randn(n, n, float64)).Q.to(type) * 0.9;
        var found = SpectralRadius.Estimate(z => z.matmul(q), zeros(2, n, type));
        Assert.All(found.Radii, radius => Assert.Equal(0.9, radius, 1e-4));
        Assert.All(found.Settled, Assert.True);
        Assert.InRange(found.Products, 2, 25);
    }

    [Fact]
    public void Shifts_AndBlocksOfManyEigenvaluesOfOneSize_HaveTheirTrueRadius()
    {
        using var scope = NewDisposeScope();
        manual_seed(4);
        Assert.Equal(0.9, SpectralRadius.Of(z => z.roll(1, 1) * 0.9, zeros(1, 40, float64))[0], 1e-6);
        static Tensor Q(int n) => linalg.qr(randn(n, n, float64)).Q;
        static Tensor Blocks(params Tensor[] parts) => block_diag(parts);
        // A rotation beside smaller eigenvalues, one that is larger than those of a rotation, and two rotations of nearly one size.
        Check(Blocks(Q(8) * 0.9, eye(4, dtype: float64) * 0.5), 0.9, 1e-4);
        Check(Blocks(Q(60) * 0.9, eye(1, dtype: float64) * 0.95), 0.95, 1e-3);
        Check(Blocks(Q(300) * 0.9, eye(1, dtype: float64) * 0.95), 0.95, 1e-3);
        Check(Blocks(Q(10) * 0.9, Q(10) * 0.88), 0.9, 1e-3);
        // Not normal: 12 eigenvalues of one size in a skewed basis, which no constant growth tells.
        Check(Similar(Blocks(Q(12) * 0.9, eye(8, dtype: float64) * 0.3)), 0.9, 1e-4);

        static void Check(Tensor matrix, double expected, double agreement)
        {
            Assert.Equal(expected, Dense.SpectralRadius(matrix), 1e-9);
            var found = SpectralRadius.Estimate(z => z.matmul(matrix), zeros(1, matrix.shape[0], float64));
            Assert.Equal(expected, found.Radii[0], agreement);
            Assert.True(found.Settled[0]);
        }
    }

    [Fact]
    public void SpectraOfEveryKind_AreRight_OrSaidToBeUnsettled()
    {
        using var scope = NewDisposeScope();
        manual_seed(5);
        var unsettled = 0;
        foreach (var n in new[] { 3, 8, 30, 100 })
            for (var k = 0; k < 6; k++)
            {
                var gaussian = randn(n, n, float64) / Math.Sqrt(n);
                Tensor q = linalg.qr(randn(n, n, float64)).Q, symmetric = (gaussian + gaussian.t()) / 2;
                foreach (var matrix in new[] { gaussian, symmetric, q, q.matmul(diag(rand(n, float64))).matmul(q.t()), gaussian.triu(), q.matmul(diag(rand(n, float64))) })
                {
                    var found = SpectralRadius.Estimate(z => z.matmul(matrix), zeros(1, n, float64));
                    var error = Math.Abs(found.Radii[0] / Dense.SpectralRadius(matrix) - 1);
                    if (found.Settled[0]) Assert.InRange(error, 0, 0.02);
                    else
                    {
                        unsettled++;
                        Assert.InRange(error, 0, 0.1);
                    }
                }
            }
        Assert.InRange(unsettled, 0, 15);
    }

    [Fact]
    public void WhatIsNotFinite_IsNaN_AndLeavesTheOthersAlone()
    {
        using var scope = NewDisposeScope();
        var matrices = stack([eye(3, dtype: float64) * 0.5, full(3, 3, double.NaN, float64)]);
        var found = Of(matrices);
        Assert.Equal(0.5, found[0], 1e-12);
        Assert.Equal(double.NaN, found[1]);
    }

    [Fact]
    public void NilpotentZeroAndScalarMaps_AreRight()
    {
        using var scope = NewDisposeScope();
        var found = Of(stack([diag(ones(3, float64), 1), zeros(4, 4, float64), eye(4, dtype: float64) * -0.7]));
        Assert.Equal(0, found[0], 1e-12);
        Assert.Equal(0, found[1]);
        Assert.Equal(0.7, found[2], 1e-12);
    }

    [Fact]
    public void GoldenP1_HasTheReferenceRadius()
    {
        using var scope = NewDisposeScope();
        var p = GoldenProblem.P1();
        var z = Equilibrium.Solve(p.F, p.Start, new() { MaxEvaluations = 200, Tolerance = 1e-12 }).Value;
        var found = SpectralRadius.Of(p.F, z, iterations: 3000, tolerance: 1e-8);
        for (var b = 0; b < 4; b++)
        {
            var one = p.X.narrow(0, b, 1);
            Assert.Equal(Dense.SpectralRadius(Dense.Jacobian(row => p.F(row, one), z.detach().narrow(0, b, 1))), found[b], 1e-4);
        }
        Assert.Equal(p.Number("spectral_radius_J"), found.Max(), 1e-2);
    }

    [Fact]
    public void TheSeed_DecidesTheStart_AndTorchsGeneratorIsLeftAlone()
    {
        using var scope = NewDisposeScope();
        var p = GoldenProblem.P1();
        double[] Of(int seed) => SpectralRadius.Of(p.F, p.Start, iterations: 3, seed: seed);
        manual_seed(7);
        var expected = rand(1).item<float>();
        manual_seed(7);
        var first = Of(1);
        Assert.Equal(expected, rand(1).item<float>());
        Assert.Equal(first, Of(1));
        Assert.NotEqual(first, Of(2));
    }

    [Fact]
    public void OfALayersCall_IsThatOfItsCellAtTheValue()
    {
        using var scope = NewDisposeScope();
        manual_seed(3);
        var layer = new Block(8, 2);
        layer.Options = new() { MaxEvaluations = 200, Tolerance = 1e-12 };
        layer.eval();
        var x = randn(2, 3, 8, float64) * 0.3;
        var value = layer.call(x).detach();
        var expected = SpectralRadius.Of(z => layer.Step(z, x), value, 500, 1e-8);
        var found = SpectralRadius.Of(layer, () => layer.call(x), 500, 1e-8);
        for (var b = 0; b < 2; b++)
        {
            Assert.Equal(expected[b], found[b], 1e-5);
            var one = x.narrow(0, b, 1);
            Assert.Equal(1, found[b] / Dense.SpectralRadius(Dense.Jacobian(z => layer.Step(z, one), value.narrow(0, b, 1))), 1e-3);
        }
        var e = Assert.Throws<EquilibriumException>(() => SpectralRadius.Of(layer, () => { }));
        Assert.Contains("Block", e.Message);
    }

    [Fact]
    public void OfAReversibleLayersCall_IsThatOfItsCellWhereTheStepsEnd()
    {
        using var scope = NewDisposeScope();
        var layer = new ReversibleBlock();
        var x = tensor(new[] { -1.0, 0.1, 0.4, 2.0, 3.0, -2.5 }, [2, 3]);

        var found = SpectralRadius.Of(layer, () => layer.call(x));

        // The cell works on each element alone: J is diagonal, with 0.5 (1 - tanh^2) on it.
        var value = layer.call(x).detach();
        var slopes = 0.5 * (1 - (value * 0.5 + x).tanh().square());
        Assert.All(slopes.max(1).values.data<double>().ToArray().Zip(found), pair => Assert.Equal(pair.First, pair.Second, 1e-4));
    }
}
