using Deq.Solvers;
using static TorchSharp.torch;

namespace Deq.Tests.Runtime;

public class HostRowsTests
{
    private static double[] Expected(Tensor rows)
    {
        var numbers = Dense.Numbers(rows);
        var size = (int)rows.shape[1];
        return [.. Enumerable.Range(0, (int)rows.shape[0]).Select(b => numbers.Skip(b * size).Take(size).Max(Math.Abs))];
    }

    [Theory]
    [InlineData(ScalarType.Float32)]
    [InlineData(ScalarType.Float64)]
    [InlineData(ScalarType.BFloat16)]   // by torch's operators
    public void TheLargest_IsTheOneFoundNumberByNumber_WhateverTheWidth(ScalarType type)
    {
        using var scope = NewDisposeScope();
        manual_seed(5);
        foreach (var batch in new long[] { 0, 1, 3 })
            foreach (var size in new long[] { 1, 2, 7, 8, 9, 17, 33, 1001 })
            {
                using var step = NewDisposeScope();
                var rows = randn(batch, size).to(type);
                Assert.Equal(Expected(rows.to(float64)), HostRows.Largest(rows));
            }
    }

    [Theory]
    [InlineData(double.NaN)]
    [InlineData(double.PositiveInfinity)]
    [InlineData(double.NegativeInfinity)]
    public void OfARowThatIsNotFinite_SoIsTheLargest_WhereverItStands_AndOfTheOthersNot(double value)
    {
        using var scope = NewDisposeScope();
        foreach (var type in new[] { ScalarType.Float32, ScalarType.Float64 })
            foreach (var place in new long[] { 0, 3, 15, 16, 17, 18 })
            {
                using var step = NewDisposeScope();
                var rows = ones(3, 19, type);
                rows[1, place] = tensor(value, type);
                var largest = HostRows.Largest(rows);
                Assert.Equal([1, Math.Abs(value), 1], largest);
            }
    }

    [Fact]
    public void AView_GivesTheSameAsItsCopy()
    {
        using var scope = NewDisposeScope();
        manual_seed(6);
        var rows = randn(4, 40).transpose(0, 1).narrow(1, 1, 2);
        Assert.False(rows.is_contiguous());
        Assert.Equal(HostRows.Largest(rows.clone()), HostRows.Largest(rows));
    }
}
