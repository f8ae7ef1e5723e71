using System.Diagnostics;
using TorchSharp;

namespace Deq.Samples.Doctor;

/// <summary>What torch runs on in this process.</summary>
/// <param name="Ground"><c>Deq.LibTorch</c> or <c>TorchSharp's packages</c>.</param>
/// <param name="Libtorch">The loaded libtorch_cpu; null where it cannot be told.</param>
/// <param name="Version">The version that it has, as torch tells.</param>
/// <param name="CxxAbi">C++11 string ABI of libc10, 0 or 1; null where it cannot be told.</param>
/// <param name="Blas">What the matrix products use.</param>
/// <param name="Threads">Threads of an operator.</param>
/// <param name="Cores">Cores that this process may use.</param>
/// <param name="CudaDevices">CUDA devices that torch can use.</param>
/// <param name="GpuPresent">Whether the operating system shows an NVIDIA device, whatever torch thinks of it.</param>
/// <param name="WaitPolicy"><c>OMP_WAIT_POLICY</c>.</param>
/// <param name="BlasThreads"><c>OPENBLAS_NUM_THREADS</c>.</param>
/// <param name="Compiler">The C++ compiler that native/build.sh would use; null where there is none.</param>
internal sealed record Surroundings(
    string Ground, string? Libtorch, string Version, int? CxxAbi, BlasLibrary Blas, int Threads, int Cores, int CudaDevices, bool GpuPresent,
    string? WaitPolicy, string? BlasThreads, string? Compiler)
{
    public const string OwnGround = "Deq.LibTorch", Packages = "TorchSharp's packages";

    /// <exception cref="Exception">What torch threw where it cannot be loaded: see <see cref="NativeTorch"/>.</exception>
    public static Surroundings Of(Process process, Func<string, string?> environment)
    {
        // The first use: it loads the native libraries that are looked at afterwards.
        string version = torch.__version__;
        int threads = torch.get_num_threads();
        int devices = torch.cuda.is_available() ? torch.cuda.device_count() : 0;
        process.Refresh();
        string[] loaded = [.. process.Modules.Cast<ProcessModule>().Select(module => module.FileName)];
        string? libtorch = Loaded("torch_cpu");
        return new(
            Loaded("deqtorch") is not null ? OwnGround : Packages, libtorch, version, Loaded("c10") is { } c10 ? Abi(c10) : null, BlasLibrary.Among(loaded),
            threads, Environment.ProcessorCount, devices, File.Exists("/dev/nvidia0") || File.Exists("/dev/nvidiactl"), environment("OMP_WAIT_POLICY"), environment("OPENBLAS_NUM_THREADS"), CompilerIn(environment));

        string? Loaded(string library) => loaded.FirstOrDefault(path =>
            Path.GetFileName(path) is var file && (file.StartsWith("lib" + library + ".", StringComparison.Ordinal) || file.StartsWith(library + ".", StringComparison.Ordinal)));
    }

    /// <summary>The names of the symbols tell: those of the new ABI live in the inline namespace <c>__cxx11</c>.</summary>
    private static int? Abi(string c10)
    {
        if (OperatingSystem.IsWindows() || !File.Exists(c10)) return null;
        return File.ReadAllBytes(c10).AsSpan().IndexOf("__cxx11"u8) >= 0 ? 1 : 0;
    }

    private static string? CompilerIn(Func<string, string?> environment)
    {
        string name = environment("CXX") is { Length: > 0 } chosen ? chosen : "g++";
        return (environment("PATH") ?? "").Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries).Select(folder => Path.Combine(folder, name)).FirstOrDefault(File.Exists);
    }
}
