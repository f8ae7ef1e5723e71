using TorchSharp;
using static TorchSharp.torch;

namespace Deq.Tests.Ground;

public class SettingsTests
{
    [Fact]
    public void TheDefaultType_IsWhatFactoriesUse()
    {
        Assert.Equal(float32, get_default_dtype());
        set_default_dtype(float64);
        try
        {
            Assert.Equal(float64, zeros(2).dtype);
            Assert.Equal(64, finfo().bits);
        }
        finally
        {
            set_default_dtype(float32);
        }

        Assert.Equal(float32, zeros(2).dtype);
    }

    [Fact]
    public void TypesPromote_AsInPyTorch()
    {
        Assert.Equal(float32, promote_types(int64, float32));
        Assert.Equal(float64, promote_types(float32, float64));
        Assert.Equal(float32, result_type(ones(2, int64), ones(2)));
        Assert.True(can_cast(int64, float32));
        Assert.False(can_cast(float32, int64));
    }

    [Fact]
    public void FloatingTypes_SayTheirLimits()
    {
        Assert.Equal(Math.Pow(2, -23), finfo(float32).eps);
        Assert.Equal(double.MaxValue, finfo(float64).max);
        Assert.Equal(65504, finfo(float16).max);
        Assert.ThrowsAny<Exception>(() => finfo(int64));
        Assert.Equal(long.MaxValue, max_int_value(int64));
    }

    [Fact]
    public void ThreadCounts_AreKept()
    {
        int before = get_num_threads();
        set_num_threads(1);
        Assert.Equal(1, get_num_threads());
        set_num_threads(before);
        Assert.True(get_num_interop_threads() >= 1);
    }

    [Fact]
    public void TheGeneratorsState_CanBeKeptAndPutBack()
    {
        manual_seed(11);
        Assert.Equal(11, initial_seed());
        using var state = get_rng_state();
        using Tensor first = randn(40), other = randn(40);
        set_rng_state(state);
        using var again = randn(40);
        Assert.True(first.Equals(again));
        Assert.False(first.Equals(other));
    }

    [Fact]
    public void AGeneratorOfOnesOwn_IsAStreamOfItsOwn()
    {
        using var mine = new Generator(5);
        manual_seed(1);
        using var a = rand(8);
        manual_seed(1);
        using Tensor drawn = rand(8, generator: mine), b = rand(8);
        Assert.True(a.Equals(b));
        mine.manual_seed(5);
        using var same = rand(8, generator: mine);
        Assert.True(drawn.Equals(same));
        using var state = mine.get_state();
        using var next = bernoulli(full(8, 0.5), mine);
        mine.set_state(state);
        using var nextAgain = bernoulli(full(8, 0.5), mine);
        Assert.True(next.Equals(nextAgain));
        Assert.Equal(5, mine.initial_seed());
    }

    [Fact]
    public void SeedingFromEntropy_GivesDifferentNumbers()
    {
        long first = seed(), second = seed();
        Assert.NotEqual(first, second);
        manual_seed(0);
    }

    [Fact]
    public void Properties_SayWhatATensorIs()
    {
        using Tensor t = zeros(2, 3), z = t.to(complex64);
        Assert.Equal((2L, 3L, 6L, 4L), (t.dim(), t.size(1), t.numel(), t.element_size()));
        Assert.Equal(3, t.size(-1));
        Assert.Equal([3L, 1], t.stride());
        Assert.Equal([1L, 3], t.t().stride());
        Assert.True(t.is_floating_point() && !t.is_complex() && !t.is_integral() && t.is_cpu() && !t.is_cuda && !t.is_meta && !t.is_sparse);
        Assert.True(is_complex(z) && is_integral(t.@long()) && is_tensor(t));
        Assert.True(is_nonzero(ones([])));
        Assert.ThrowsAny<Exception>(() => t.size(2));
        Assert.Equal(DeviceType.CPU, t.device_type);
        Assert.Equal(24, t.bytes.Length);
    }

    [Fact]
    public void CudaQueries_AgreeWithEachOther()
    {
        Assert.Equal(cuda.is_available(), cuda.device_count() > 0);
        Assert.Equal(cuda.is_available(), cuda_is_available());
        if (!cuda.is_available()) Assert.ThrowsAny<Exception>(() => cuda.synchronize());
    }

    [Fact]
    public void ANewDefaultDevice_MustExist()
    {
        if (!cuda.is_available()) Assert.ThrowsAny<Exception>(() => set_default_device("cuda"));
        set_default_device(CPU);
        Assert.Equal(DeviceType.CPU, get_default_device().type);
    }
}
