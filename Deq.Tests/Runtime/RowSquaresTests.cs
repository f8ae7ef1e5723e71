using Deq.Solvers;
using TorchSharp;
using static TorchSharp.torch;

namespace Deq.Tests.Runtime;

/// <summary>||f(z) - z||^2 and ||f(z)||^2 by the managed pass, against sums of torch's in float64.</summary>
public class RowSquaresTests
{
    private static (double[] Residual, double[] Image) Of(Tensor z, Tensor image)
    {
        Assert.True(HostRows.Serves(image));
        var numbers = RowSquares.OfResidual(z, image);
        var batch = (int)image.shape[0];
        Assert.Equal(2, numbers.Columns);
        return ([.. Enumerable.Range(0, batch).Select(b => numbers[b, 0])], [.. Enumerable.Range(0, batch).Select(b => numbers[b, 1])]);
    }

    private static double[] Expected(Tensor rows) => Dense.Numbers(rows.to(float64).square().sum(1));

    private static void AssertClose(double[] expected, double[] actual, ScalarType type)
    {
        Assert.Equal(expected.Length, actual.Length);
        var close = type == ScalarType.Float64 ? 1e-12 : 5e-7;
        foreach (var (e, a) in expected.Zip(actual)) Assert.Equal(e, a, Math.Abs(e) * close);
    }

    [Theory]
    [InlineData(ScalarType.Float32)]
    [InlineData(ScalarType.Float64)]
    public void TheSums_AreThoseOfDenseFloat64_WhateverTheWidth(ScalarType type)
    {
        using var scope = NewDisposeScope();
        manual_seed(3);
        foreach (var batch in new long[] { 0, 1, 2, 5 })
            foreach (var size in new long[] { 0, 1, 2, 3, 7, 8, 9, 15, 16, 17, 31, 33, 100, 1001, 65535, 65536, 65537, 140_003 })
            {
                using var step = NewDisposeScope();
                Tensor z = randn(batch, size, type), image = randn(batch, size, type);
                var (residual, square) = Of(z, image);
                AssertClose(Expected(image.to(float64) - z.to(float64)), residual, type);
                AssertClose(Expected(image), square, type);
            }
    }

    [Fact]
    public void Views_OfAnyStride_GiveTheSame()
    {
        using var scope = NewDisposeScope();
        manual_seed(4);
        Tensor z = randn(6, 37), image = randn(6, 37);
        var straight = Of(z, image);
        Tensor[] views =
        [
            image.t().contiguous().t(),
            stack([image, image], 2).select(2, 1),
            cat([ones(6, 5), image, ones(6, 3)], 1).narrow(1, 5, 37),
            cat([ones(2, 37), image], 0).narrow(0, 2, 6),
        ];
        foreach (var view in views)
        {
            Assert.Equal(straight, Of(z, view), SameBits);
            Assert.Equal(Of(image, z), Of(view, z), SameBits);
        }
        Assert.Equal([.. Enumerable.Repeat(37.0 * 4, 6)], Of(zeros(6, 37), full(1, 2f).expand(6, 37)).Image);
    }

    [Theory]
    [InlineData(ScalarType.Float32)]
    [InlineData(ScalarType.Float64)]
    public void WhatStandsInOneRow_ChangesNoBitOfAnother_NorDoesTheBatch(ScalarType type)
    {
        using var scope = NewDisposeScope();
        manual_seed(5);
        Tensor z = randn(4, 1003, type), image = randn(4, 1003, type);
        var (residual, square) = Of(z, image);
        foreach (var strange in new[] { double.NaN, double.PositiveInfinity, double.NegativeInfinity, 1e15, 1e-30, 0 })
        {
            using var step = NewDisposeScope();
            Tensor otherZ = z.clone(), otherImage = image.clone();
            otherZ[2] = full([1003], -strange, type);
            otherImage[2] = full([1003], strange, type);
            var (otherResidual, otherSquare) = Of(otherZ, otherImage);
            foreach (var b in new[] { 0, 1, 3 }) Assert.Equal((residual[b], square[b]), (otherResidual[b], otherSquare[b]));
            Assert.Equal(double.IsFinite(strange), double.IsFinite(otherResidual[2]) && double.IsFinite(otherSquare[2]));
            if (double.IsNaN(strange)) Assert.True(double.IsNaN(otherResidual[2]) && double.IsNaN(otherSquare[2]));
        }
        for (var b = 0; b < 4; b++)
            Assert.Equal((residual[b], square[b]), (Of(z.narrow(0, b, 1), image.narrow(0, b, 1)).Residual[0], Of(z.narrow(0, b, 1), image.narrow(0, b, 1)).Image[0]));
    }

    [Fact]
    public void ANaNAnywhere_IsOneInTheSum()
    {
        using var scope = NewDisposeScope();
        foreach (var at in new long[] { 0, 5, 16, 32, 34, 36 })
            foreach (var inImage in new[] { true, false })
            {
                Tensor z = ones(2, 37), image = ones(2, 37) * 2;
                (inImage ? image : z)[1, at] = tensor(float.NaN);
                var (residual, square) = Of(z, image);
                Assert.Equal((37.0, 37.0 * 4), (residual[0], square[0]));
                Assert.True(double.IsNaN(residual[1]));
                Assert.Equal(inImage, double.IsNaN(square[1]));
            }
    }

    [Fact]
    public void StatesWhoseSquaresAreBeyondFloat32_AreSolvedAllTheSame()
    {
        using var scope = NewDisposeScope();
        foreach (var size in new[] { 3e38f, 1e18f, 1e-30f })
        {
            // A constant map of that size is solved by its first image, and not called infinite or solved at the start.
            var image = full([1, 10], size);
            var solution = FixedPointLoop.Solve(_ => image, zeros(1, 10), new("the test", new Picard(), 5, 1e-3, StopMode.Relative, OnFailure.Report));
            Assert.Equal((SolveOutcome.Converged, 2), (solution.Statistics.Outcome, solution.Statistics.Evaluations));
            Assert.True(Dense.Same(image, solution.Value));
        }
    }

    [Fact]
    public void AStartWhoseSquareIsBeyondFloat32_IsNotCalledInfinite_WhereItsImageIsOfUsualSize()
    {
        using var scope = NewDisposeScope();
        Tensor image = ones(2, 10), start = full([2, 10], 1e25f);
        var solution = FixedPointLoop.Solve(_ => image, start, new("the test", new Picard(), 5, 1e-3, StopMode.Relative, OnFailure.Report));
        Assert.Equal((SolveOutcome.Converged, 2), (solution.Statistics.Outcome, solution.Statistics.Evaluations));
        Assert.True(Dense.Same(image, solution.Value));
    }

    [Fact]
    public void AnIterateWhoseSquareIsBeyondFloat32_IsNotCalledInfinite_WhereTheSolveComesBack()
    {
        using var scope = NewDisposeScope();
        // 0, 1, 1e25, 2, 2: at the third iterate the image is of usual size, and the residual's square is not.
        Tensor Cell(Tensor z) => where(z == 0, ones_like(z), where(z == 1, full_like(z, 1e25f), full_like(z, 2)));
        var solution = FixedPointLoop.Solve(Cell, zeros(2, 10), new("the test", new Picard(), 8, 1e-3, StopMode.Relative, OnFailure.Report));
        Assert.Equal((SolveOutcome.Converged, 4), (solution.Statistics.Outcome, solution.Statistics.Evaluations));
        Assert.True(Dense.Same(full([2, 10], 2f), solution.Value));
    }

    [Fact]
    public void TheNumberOfThreads_ChangesNoBit()
    {
        using var scope = NewDisposeScope();
        manual_seed(6);
        Tensor z = randn(3, 700_001), image = randn(3, 700_001);
        var before = get_num_threads();
        try
        {
            set_num_threads(1);
            var one = Of(z, image);
            set_num_threads(4);
            Assert.Equal(one, Of(z, image), SameBits);
        }
        finally
        {
            set_num_threads(before);
        }
    }

    [Theory]
    [InlineData(ScalarType.Float32, 1e-5)]
    [InlineData(ScalarType.Float64, 1e-13)]
    public void ASolve_ReportsTheResiduals_ThatASolverOfOnesOwnMeasuresByTensors(ScalarType type, double close)
    {
        using var scope = NewDisposeScope();
        manual_seed(7);
        Tensor a = randn(9, 9, type) * 0.2, x = randn(4, 9, type);
        Solution Solve(FixedPointSolver solver) => FixedPointLoop.Solve(z => (z.matmul(a) + x).tanh(), zeros(4, 9, type), new("the test", solver, 12, 0, OnFailure: OnFailure.Report));
        Solution host = Solve(new Picard()), tensors = Solve(new ByTensors());
        Assert.True(Dense.Same(host.Value, tensors.Value));
        foreach (var (h, t) in host.Statistics.Residuals.Zip(tensors.Statistics.Residuals))
            foreach (var (own, other) in h.Zip(t)) Assert.Equal(other, own, other * close);
    }

    [Fact]
    public void NarrowTypes_AreLeftToTensors() => Assert.False(HostRows.Serves(zeros(2, 3, ScalarType.BFloat16)));

    private static bool SameBits((double[] Residual, double[] Image) a, (double[] Residual, double[] Image) b) =>
        a.Residual.AsSpan().SequenceEqual(b.Residual) && a.Image.AsSpan().SequenceEqual(b.Image);

    private sealed record ByTensors : FixedPointSolver
    {
        public override string Name => "by_tensors";

        public override SolverState Begin(Tensor start, FixedPointProblem problem) => new State();

        private sealed class State : SolverState
        {
            public override Tensor Measure(Tensor z, Tensor image) => cat([Squares(image - z), Squares(image)], 1);

            public override Tensor Next(Tensor z, Tensor image, Measurements numbers) => image.alias();
        }
    }
}
