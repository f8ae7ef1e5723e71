using Deq.Samples.Commands;
using Deq.Samples.Doctor;

namespace Deq.Tests.Samples;

public class DoctorTests
{
    private static readonly Surroundings Healthy = new(
        Surroundings.OwnGround, "/lib/libtorch_cpu.so", "2.6.0", 1, new BlasLibrary("OpenBLAS", "/lib/libopenblas.so.0", false),
        Threads: 2, Cores: 2, CudaDevices: 0, GpuPresent: false, WaitPolicy: "PASSIVE", BlasThreads: "1", Compiler: "/usr/bin/g++");

    [Theory]
    [InlineData("OpenBLAS", false, "/lib/libc.so.6", "/usr/lib/x86_64-linux-gnu/openblas-pthread/libblas.so.3")]
    [InlineData("OpenBLAS", false, "/usr/lib/x86_64-linux-gnu/blas/libblas.so.3.11.0", "/opt/libopenblasp-r0.3.21.so")]
    [InlineData("MKL", false, "/opt/intel/libmkl_rt.so.2")]
    [InlineData("the reference BLAS", true, "/usr/lib/x86_64-linux-gnu/blas/libblas.so.3.11.0", "/lib/libc.so.6")]
    [InlineData("inside libtorch (MKL or OpenBLAS in PyTorch's own builds)", false, "/site-packages/torch/lib/libtorch_cpu.so")]
    public void Blas_IsKnownByTheLoadedFiles(string name, bool reference, params string[] loaded)
    {
        BlasLibrary blas = BlasLibrary.Among(loaded);

        Assert.Equal(name, blas.Name);
        Assert.Equal(reference, blas.IsReference);
    }

    [Fact]
    public void HealthySurroundings_HaveNoFinding() => Assert.Empty(Diagnosis.Of(Healthy));

    [Fact]
    public void ReferenceBlas_IsFoundWithItsRemedy()
    {
        Finding finding = Assert.Single(Diagnosis.Of(Healthy with { Blas = BlasLibrary.Among(["/usr/lib/blas/libblas.so.3"]) }));

        Assert.Contains("reference BLAS", finding.What);
        Assert.Equal("apt-get install libopenblas0-pthread", finding.Remedy);
    }

    [Fact]
    public void SpinningThreads_AreFoundOnlyWithMoreThanOne()
    {
        Surroundings unset = Healthy with { WaitPolicy = null };

        Assert.Contains("OMP_WAIT_POLICY", Assert.Single(Diagnosis.Of(unset)).What);
        Assert.Empty(Diagnosis.Of(unset with { Threads = 1 }));
    }

    [Fact]
    public void ThreadsOfTheProductsBesideTorchs_AreFound()
    {
        Surroundings unset = Healthy with { BlasThreads = null };

        Assert.StartsWith("export OPENBLAS_NUM_THREADS=1", Assert.Single(Diagnosis.Of(unset)).Remedy);
        Assert.Empty(Diagnosis.Of(unset with { Threads = 1 }));
        Assert.Empty(Diagnosis.Of(unset with { Blas = new BlasLibrary("MKL", "/opt/libmkl_rt.so", false) }));
    }

    [Fact]
    public void MoreThreadsThanCores_AreFound() => Assert.Equal("export OMP_NUM_THREADS=2", Assert.Single(Diagnosis.Of(Healthy with { Threads = 8 })).Remedy);

    [Fact]
    public void GpuThatTorchCannotUse_IsFound()
    {
        Assert.Contains("LIBTORCH_USE_PYTORCH=1", Assert.Single(Diagnosis.Of(Healthy with { GpuPresent = true })).Remedy);
        Assert.Empty(Diagnosis.Of(Healthy with { GpuPresent = true, CudaDevices = 1 }));
    }

    [Fact]
    public void MissingCompiler_IsFoundOnlyWhereOneIsUsed()
    {
        Assert.Contains("C++ compiler", Assert.Single(Diagnosis.Of(Healthy with { Compiler = null })).What);
        Assert.Empty(Diagnosis.Of(Healthy with { Compiler = null, Ground = Surroundings.Packages }));
    }

    [Fact]
    public void Command_SaysWhatTorchRunsOnHere()
    {
        var output = new StringWriter();

        Assert.Equal(0, SampleProgram.Run(["doctor"], output, TextWriter.Null));

        string[] lines = output.ToString().Split('\n');
        foreach (string name in new[] { "runtime", "ground", "libtorch", "BLAS", "threads", "compiler", "cpu", "CUDA" })
            Assert.Single(lines, line => line.StartsWith(name + " ", StringComparison.Ordinal));
        Assert.Contains(lines, line => line.StartsWith("libtorch", StringComparison.Ordinal) && line.Contains(TorchSharp.torch.__version__));
        Assert.Contains(lines, line => line.StartsWith("Nothing is wrong", StringComparison.Ordinal) || line.StartsWith("warning: ", StringComparison.Ordinal));
    }

    [Fact]
    public void OnlyLoaderErrors_AreTakenForAMissingLibtorch()
    {
        Assert.Equal("gone", NativeTorch.WhyItCannotBeLoaded(new TypeInitializationException("torch", new DllNotFoundException("gone"))));
        Assert.Null(NativeTorch.WhyItCannotBeLoaded(new TypeInitializationException("torch", new InvalidOperationException())));
        Assert.Null(NativeTorch.WhyItCannotBeLoaded(new IOException()));
    }
}
