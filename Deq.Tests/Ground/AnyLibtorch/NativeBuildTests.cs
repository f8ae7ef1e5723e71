using System.Diagnostics;
using System.Reflection;
using Deq.Tests.Samples;

namespace Deq.Tests.Ground.AnyLibtorch;

/// <summary>native/build.sh as far as no compiler is needed.</summary>
public class NativeBuildTests
{
    [FactIfStandIn]
    public void FolderWithoutLibtorch_IsOneLine()
    {
        using var empty = new TemporaryFolder();
        var (code, _, error) = Build("--which", ("LIBTORCH", empty.Path));
        AssertOneLine(code, error, $"no libtorch in {empty.Path}");
    }

    [FactIfStandIn]
    public void PythonWithoutTorch_IsOneLine()
    {
        using var empty = new TemporaryFolder();
        var (code, _, error) = Build("--which", ("LIBTORCH_USE_PYTORCH", "1"), ("PYTHON", empty.File("python3")));
        AssertOneLine(code, error, "pip install torch");
    }

    [FactIfStandIn]
    public void NoCompiler_IsOneLine()
    {
        using var tree = new FakeLibtorch("2.1.0");
        var (code, _, error) = Build(tree.Folder.File("out.so"), ("LIBTORCH", tree.Folder.Path), ("CXX", tree.Folder.File("g++")));
        AssertOneLine(code, error, "no C++ compiler");
    }

    [FactIfStandIn]
    public void TooOldLibtorch_IsOneLine()
    {
        using var tree = new FakeLibtorch("1.9.1");
        var (code, _, error) = Build("--which", ("LIBTORCH", tree.Folder.Path));
        AssertOneLine(code, error, "1.13 is the oldest");
    }

    [FactIfStandIn]
    public void LibtorchOfAnOldWheel_IsBuiltForWithTheOldAbi()
    {
        using var old = new FakeLibtorch("2.1.0");
        Assert.StartsWith($"libtorch 2.1.0 in {old.Folder.File("lib")}, C++11 string ABI 0", Build("--which", ("LIBTORCH", old.Folder.Path)).Output);
        using var recent = new FakeLibtorch("2.14.1", symbols: "_ZN3c105ErrorC1ENSt7__cxx1112basic_string");
        Assert.StartsWith($"libtorch 2.14.1 in {recent.Folder.File("lib")}, C++11 string ABI 1", Build("--which", ("LIBTORCH", recent.Folder.Path)).Output);
    }

    [FactIfStandIn]
    public void LibtorchVariable_GoesBeforePythons()
    {
        using var tree = new FakeLibtorch("2.1.0");
        Assert.StartsWith("libtorch 2.1.0 ", Build("--which", ("LIBTORCH", tree.Folder.Path), ("LIBTORCH_USE_PYTORCH", "1")).Output);
    }

    private static void AssertOneLine(int code, string error, string expected)
    {
        Assert.Equal(1, code);
        Assert.StartsWith("Deq.LibTorch: ", Assert.Single(error.TrimEnd().Split('\n')));
        Assert.Contains(expected, error);
    }

    private static (int Code, string Output, string Error) Build(string argument, params (string Name, string Value)[] environment)
    {
        string tests = typeof(NativeBuildTests).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(a => a.Key == "ProjectDirectory").Value!;
        var start = new ProcessStartInfo("sh", [Path.Combine(tests, "../Deq.LibTorch/native/build.sh"), argument]) { RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var name in new[] { "LIBTORCH", "LIBTORCH_USE_PYTORCH", "PYTHON", "CXX" }) start.Environment.Remove(name);
        foreach (var (name, value) in environment) start.Environment[name] = value;
        using var process = Process.Start(start)!;
        var error = process.StandardError.ReadToEndAsync();
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return (process.ExitCode, output, error.Result);
    }

    /// <summary>The files by which a libtorch is known, with nothing behind them.</summary>
    private sealed class FakeLibtorch : IDisposable
    {
        public FakeLibtorch(string version, string symbols = "_ZN3c105ErrorC1ESs")
        {
            Write("include/ATen/ATen.h", "");
            var parts = version.Split('.');
            Write("include/torch/csrc/api/include/torch/version.h", $"#define TORCH_VERSION_MAJOR {parts[0]}\n#define TORCH_VERSION_MINOR {parts[1]}\n#define TORCH_VERSION_PATCH {parts[2]}\n");
            Write("lib/libtorch.so", "");
            Write("lib/libc10.so", symbols);
        }

        public TemporaryFolder Folder { get; } = new();

        public void Dispose() => Folder.Dispose();

        private void Write(string file, string text)
        {
            Directory.CreateDirectory(Path.GetDirectoryName(Folder.File(file))!);
            File.WriteAllText(Folder.File(file), text);
        }
    }
}
