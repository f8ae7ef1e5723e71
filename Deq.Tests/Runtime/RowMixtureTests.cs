using Deq.Solvers;
using static TorchSharp.torch;

namespace Deq.Tests.Runtime;

public class RowMixtureTests
{
    private static (Tensor[] Vectors, double[] Weights, Tensor Expected) Some(long batch, long size, int count, ScalarType type)
    {
        Tensor[] vectors = [.. Enumerable.Range(0, count).Select(_ => randn(batch, size, type))];
        var weights = randn(batch, count, float64);
        var expected = stack([.. vectors.Select(v => v.to(float64))], 1).mul(weights.unsqueeze(2)).sum(1);
        return (vectors, Dense.Numbers(weights), expected);
    }

    private static void AssertClose(Tensor expected, Tensor actual, int count)
    {
        var close = actual.dtype switch { ScalarType.Float64 => 1e-13, ScalarType.Float32 => 3e-6, _ => 3e-2 };
        Assert.Equal(expected.shape, actual.shape);
        if (expected.numel() > 0) Assert.InRange((actual.to(float64) - expected).abs().max().item<double>(), 0, close * count);
    }

    [Theory]
    [InlineData(ScalarType.Float32)]
    [InlineData(ScalarType.Float64)]
    public void AMixture_IsThatOfDenseFloat64_WhateverTheWidth(ScalarType type)
    {
        using var scope = NewDisposeScope();
        manual_seed(3);
        foreach (var batch in new long[] { 0, 1, 2, 5, 33 })
            foreach (var size in new long[] { 0, 1, 7, 8, 9, 64, 1001, 4095, 4096, 4097, 9000 })
                foreach (var count in new[] { 1, 2, 6 })
                {
                    using var step = NewDisposeScope();
                    var (vectors, weights, expected) = Some(batch, size, count, type);
                    AssertClose(expected, RowMixture.Of(weights, vectors), count);
                }
    }

    [Fact]
    public void AVectorOfAnyStride_GivesTheSameBits()
    {
        using var scope = NewDisposeScope();
        manual_seed(4);
        var (vectors, weights, _) = Some(6, 37, 3, ScalarType.Float32);
        var straight = RowMixture.Of(weights, vectors);
        vectors[1] = vectors[1].t().contiguous().t();
        vectors[2] = cat([ones(6, 5), vectors[2]], 1).narrow(1, 5, 37);
        Assert.True(Dense.Same(straight, RowMixture.Of(weights, vectors)));
    }

    [Fact]
    public void ANeighbourThatIsNotFinite_ChangesNoBitOfAnother_NorDoesTheBatch()
    {
        using var scope = NewDisposeScope();
        manual_seed(5);
        var (vectors, weights, _) = Some(4, 1003, 3, ScalarType.Float32);
        var plain = RowMixture.Of(weights, vectors);
        vectors[1] = vectors[1].clone();
        vectors[1][2] = full([1003], double.NaN);
        var mixed = RowMixture.Of(weights, vectors);
        foreach (var b in new[] { 0, 1, 3 })
        {
            Assert.True(Dense.Same(plain[b], mixed[b]));
            Assert.True(Dense.Same(plain.narrow(0, b, 1), RowMixture.Of(weights[(3 * b)..(3 * b + 3)], [.. vectors.Select(v => v.narrow(0, b, 1))])));
        }
        Assert.True(mixed[2].isnan().all().item<bool>());
    }

    [Fact]
    public void TheNumberOfThreads_ChangesNoBit()
    {
        using var scope = NewDisposeScope();
        manual_seed(6);
        var (vectors, weights, _) = Some(3, 400_001, 4, ScalarType.Float32);
        var before = get_num_threads();
        try
        {
            set_num_threads(1);
            var one = RowMixture.Of(weights, vectors);
            set_num_threads(4);
            Assert.True(Dense.Same(one, RowMixture.Of(weights, vectors)));
        }
        finally
        {
            set_num_threads(before);
        }
    }

    [Theory]
    [InlineData(ScalarType.Float32)]
    [InlineData(ScalarType.Float64)]
    [InlineData(ScalarType.BFloat16)]   // by torch's operators
    public void AHistory_MixesIntoThePlaceAfterItsVectors_AcrossBlocks(ScalarType type)
    {
        using var scope = NewDisposeScope();
        manual_seed(7);
        // Large enough that a block holds eight vectors.
        Tensor like = zeros(2, 300_000, type);
        var history = new VectorHistory(like, 20);
        Tensor[] vectors = [.. Enumerable.Range(0, 11).Select(_ => randn_like(like))];
        foreach (var vector in vectors[..10]) history.Next().copy_(vector);
        history.Place().copy_(vectors[10]);
        var weights = randn(2, 10, float64);
        var expected = stack(vectors[1..], 1).to(float64).mul(weights.unsqueeze(2)).sum(1);
        Assert.Equal(type != ScalarType.BFloat16, history.IsOnHost);
        history.MixIntoPlace(Dense.Numbers(weights), first: 1);
        AssertClose(expected, history.Place(), 10);
        for (var j = 0; j < 10; j++) Assert.True(Dense.Same(vectors[j], history[j]));
    }

    [Theory]
    [InlineData(ScalarType.Float32)]
    [InlineData(ScalarType.Float64)]
    public void AResidual_IsKeptWhereItIsAskedFor_AndNowhereElse(ScalarType type)
    {
        using var scope = NewDisposeScope();
        manual_seed(8);
        foreach (var size in new long[] { 1, 8, 15, 16, 17, 1001, 70_000 })
        {
            using var step = NewDisposeScope();
            Tensor z = randn(3, size, type), image = randn(3, size, type), history = ones(3, 4, size, type);
            var plain = RowSquares.OfResidual(z, image);
            var kept = RowSquares.OfResidual(z, image, new(history, Slots: 4, Slot: 2));
            Assert.True(Dense.Same(image - z, history.select(1, 2).contiguous()));
            foreach (var other in new[] { 0, 1, 3 }) Assert.True(Dense.Same(ones(3, size, type), history.select(1, other).contiguous()));
            for (var b = 0; b < 3; b++) Assert.Equal((plain[b, 0], plain[b, 1]), (kept[b, 0], kept[b, 1]));
        }
    }
}
