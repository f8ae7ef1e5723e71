using TorchSharp;
using static TorchSharp.torch;

namespace Deq.Tests.Ground;

public class IndexingTests
{
    private static Tensor Count(params long[] sizes) => arange(sizes.Aggregate(1L, (a, b) => a * b), float32).reshape(sizes);

    [Fact]
    public void Numbers_TakeElements_AlsoFromTheEnd()
    {
        using var t = Count(3, 4);
        Assert.Equal(6, t[1, 2].ToSingle());
        Assert.Equal(11, t[-1, -1].ToSingle());
        Assert.Equal([4L], t[2].shape);
        t[2].AssertEqual([8, 9, 10, 11]);
    }

    [Fact]
    public void Slices_AreViews()
    {
        using var t = Count(3, 4);
        t[1.., TensorIndex.Slice(0, 4, 2)].AssertEqual([4, 6, 8, 10]);
        t[.., ^1].AssertEqual([3, 7, 11]);
        t[TensorIndex.Ellipsis, 0].AssertEqual([0, 4, 8]);
        t[..^1].AssertEqual([0, 1, 2, 3, 4, 5, 6, 7]);
        t[1..2].fill_(-1);
        t[1].AssertEqual([-1, -1, -1, -1]);
    }

    [Fact]
    public void NewDimensionsAndEllipses_StandWhereTheyAreWritten()
    {
        using var t = Count(2, 3, 4);
        Assert.Equal([2L, 1, 3, 4], t[TensorIndex.Colon, TensorIndex.None].shape);
        Assert.Equal([2L, 3, 1], t[TensorIndex.Ellipsis, TensorIndex.Slice(1, 2)].shape);
        Assert.Equal([2L, 3, 4, 1], t[TensorIndex.Ellipsis, TensorIndex.None].shape);
        Assert.Equal([1L, 2, 3, 4], t[TensorIndex.Bool(true)].shape);
        Assert.Equal([0L, 2, 3, 4], t[TensorIndex.Bool(false)].shape);
    }

    [Fact]
    public void Tensors_Gather()
    {
        using var t = Count(3, 4);
        using Tensor rows = tensor(new[] { 2L, 0L }), columns = tensor(new[] { 1L, 3L });
        t[rows].AssertEqual([8, 9, 10, 11, 0, 1, 2, 3]);
        t[rows, columns].AssertEqual([9, 3]);
        t[TensorIndex.Colon, TensorIndex.Tensor(columns)].AssertEqual([1, 3, 5, 7, 9, 11]);
        t[TensorIndex.Tensor(rows), TensorIndex.Slice(1, 3)].AssertEqual([9, 10, 1, 2]);
        t[TensorIndex.Tensor(tensor(1L)), 2].AssertEqual([6]);
    }

    [Fact]
    public void Masks_SelectWhereTheyAreTrue()
    {
        using var t = Count(3, 4);
        using var mask = t > 8;
        t[mask].AssertEqual([9, 10, 11]);
        using var big = Count(3, 4, 2);
        big[TensorIndex.Tensor(mask), TensorIndex.Slice(1)].AssertEqual([19, 21, 23]);
    }

    [Fact]
    public void Assignment_WritesIntoThePlace_WithBroadcasting()
    {
        using var t = zeros(3, 4);
        t[1] = ones(4);
        t[0, 2] = 5f;
        t[TensorIndex.Colon, TensorIndex.Slice(3)] = tensor(new[] { 7f, 8f, 9f }).reshape(3, 1);
        t.AssertEqual([0, 0, 5, 7, 1, 1, 1, 8, 0, 0, 0, 9]);
        t[2] = ones(1, 1, 4) * 2;
        t[2].AssertEqual([2, 2, 2, 2]);
        t[t > 4] = -1f;
        t.AssertEqual([0, 0, -1, -1, 1, 1, 1, -1, 2, 2, 2, 2]);
        t.index_put_(10, TensorIndex.Tensor(tensor(new[] { 0L })));
        t[0].AssertEqual([10, 10, 10, 10]);
        t.index_put_(ones(2, 4), [TensorIndex.Tensor(tensor(new[] { 1L, 1L }))], accumulate: true);
        t[1].AssertEqual([3, 3, 3, 1]);
    }

    [Fact]
    public void IndexingBeyondTheEnd_IsAnException()
    {
        using var t = Count(3);
        Assert.ThrowsAny<Exception>(() => t[3]);
        Assert.ThrowsAny<Exception>(() => t[0, 0]);
    }

    [Fact]
    public void Indexing_IsDifferentiable()
    {
        using var t = Count(3, 4).requires_grad_();
        (t[1, 1..3].sum() + t[tensor(new[] { 0L, 0L })].sum()).backward();
        t.grad!.AssertEqual([2, 2, 2, 2, 0, 1, 1, 0, 0, 0, 0, 0]);
    }
}
