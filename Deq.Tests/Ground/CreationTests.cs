using TorchSharp;
using static TorchSharp.torch;

namespace Deq.Tests.Ground;

public class CreationTests
{
    [Fact]
    public void Arrays_KeepTheirShapeAndType()
    {
        Assert.Equal(float64, tensor(new double[,] { { 1, 2 }, { 3, 4 } }).dtype);
        Assert.Equal([2L, 2], tensor(new double[,] { { 1, 2 }, { 3, 4 } }).shape);
        tensor(new double[,] { { 1, 2 }, { 3, 4 } }).t().AssertEqual([1, 3, 2, 4]);
        Assert.Equal([2L, 3], tensor(new float[] { 1, 2, 3, 4, 5, 6 }, [2, 3]).shape);
        Assert.Equal([3L, 2], tensor(new List<int> { 1, 2, 3, 4, 5, 6 }, 3, 2).shape);
        Assert.Equal(int32, tensor(new List<int> { 1 }).dtype);
        Assert.Equal([2L, 1, 3], from_array(new long[2, 1, 3]).shape);
        Assert.Equal([0L], tensor(Array.Empty<float>()).shape);
        Assert.Equal(float32, tensor(new double[] { 1 }, dtype: float32).dtype);
        Assert.ThrowsAny<Exception>(() => tensor(new float[] { 1, 2, 3 }, [2, 2]));
    }

    [Fact]
    public void Scalars_KeepTheirType()
    {
        Assert.Equal(int32, tensor(3).dtype);
        Assert.Equal(int64, tensor(3L).dtype);
        Assert.Equal(float32, tensor(3f).dtype);
        Assert.Equal(float64, tensor(3.0).dtype);
        Assert.Equal(@bool, tensor(true).dtype);
        Assert.Empty(tensor(3).shape);
    }

    [Fact]
    public void ANumberInAnExpression_DoesNotChangeTheType()
    {
        using var half = ones(2, float16);
        Assert.Equal(float16, (half * 2.5).dtype);
        Assert.Equal(float16, (1 - half).dtype);
        Assert.Equal(float16, half.add(1.5, 2).dtype);
        Assert.Equal(float32, (ones(2, int64) * 0.5).dtype);
    }

    [Fact]
    public void Ranges_AreWholeWhereTheirBoundsAre()
    {
        Assert.Equal(int64, arange(5).dtype);
        Assert.Equal(float32, arange(0.0, 1.0, 0.25).dtype);
        arange(1, 4).AssertEqual([1, 2, 3]);
        linspace(0, 1, 3).AssertEqual([0, 0.5, 1]);
        eye(2, 3).AssertEqual([1, 0, 0, 0, 1, 0]);
    }

    [Fact]
    public void Factories_TakeTypeAndRequiresGrad()
    {
        using var w = zeros(2, 3, float64, requires_grad: true);
        Assert.True(w.requires_grad && w.is_leaf);
        Assert.Equal(float64, w.dtype);
        Assert.Equal(float64, w.new_ones(4).dtype);
        Assert.Equal(float32, w.ones_like(float32).dtype);
        full([2], 7, int64).AssertEqual([7, 7]);
    }

    [Fact]
    public void Data_IsReadInRowMajorOrder_WhateverTheStrides()
    {
        using var t = arange(6, float32).reshape(2, 3).t();
        Assert.False(t.is_contiguous());
        Assert.Equal([0f, 3, 1, 4, 2, 5], t.data<float>().ToArray());
        Assert.Equal(4f, t.data<float>()[1, 1]);
        Assert.Equal(5f, ((float[,])t.data<float>().ToNDArray())[2, 1]);
        t.data<float>()[0, 1] = 30;
        t.AssertEqual([0, 30, 1, 4, 2, 5]);
        t.data<float>().CopyFrom([9, 8]);
        t.AssertEqual([9, 8, 1, 4, 2, 5]);
    }

    [Fact]
    public void Items_ConvertAsNumbersDo()
    {
        Assert.Equal(2.5f, tensor(2.5f).item<float>());
        Assert.Equal(2, tensor(2.5).ToInt32());
        Assert.Equal(3.0, (double)tensor(3L));
        Assert.True(tensor(1).ToBoolean());
        Assert.Equal((1.0, 2.0), (complex(tensor(1f), tensor(2f)).ToComplexFloat64().Real, complex(tensor(1f), tensor(2f)).ToComplexFloat64().Imaginary));
    }

    [Fact]
    public void Conversions_GiveTheTensorItself_WhereNothingIsToDo()
    {
        using var t = ones(2);
        Assert.Same(t, t.to(float32));
        Assert.Same(t, t.to(CPU));
        Assert.NotSame(t, t.to(float32, copy: true));
        var old = ones(2);
        using var wide = old.to(float64, disposeAfter: true);
        Assert.True(old.IsInvalid);
        Assert.Equal("[2], type = Float64, device = cpu", wide.ToString());
    }

    [Fact]
    public void ASavedTensor_ComesBackAsItWas()
    {
        using var t = rand(3, 5).t();
        using var memory = new MemoryStream();
        using (var writer = new BinaryWriter(memory, System.Text.Encoding.UTF8, leaveOpen: true)) t.Save(writer);
        // Float32 is type 6; two dimensions; 5 and 3; then the elements.
        Assert.Equal([6, 2, 5, 3], memory.ToArray()[..4]);
        Assert.Equal(4 + (15 * 4), memory.Length);
        memory.Position = 0;
        using var back = Tensor.Load(memory);
        Assert.True(back.allclose(t, 0, 0));
    }

    [Fact]
    public void ABrokenTensorFile_IsRefused()
    {
        Assert.ThrowsAny<Exception>(() => Tensor.Load(new MemoryStream([99, 1, 1])));
        Assert.ThrowsAny<Exception>(() => Tensor.Load(new MemoryStream([6, 1, 4, 0, 0])));
    }

    [Fact]
    public void Devices_AreReadFromTheirNames()
    {
        Assert.Equal("cuda:1", new Device("cuda:1").ToString());
        Assert.Equal(DeviceType.CPU, new Device("cpu").type);
        Assert.ThrowsAny<Exception>(() => new Device("toaster"));
    }
}
