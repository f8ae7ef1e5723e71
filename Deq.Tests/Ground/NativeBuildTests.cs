using System.Diagnostics;
using Deq.Tests.Infrastructure;

namespace Deq.Tests.Ground;

/// <summary>What somebody is told whose libtorch, compiler or Python is not where it should be.</summary>
public class NativeBuildTests
{
    /// <summary>Needs the script, so the tests must run inside the repository, on a system with sh.</summary>
    private sealed class FactIfScriptAttribute() : FactIfAttribute(Script is null ? "Deq.LibTorch/native/build.sh is not to be had here" : null);

    private static string? Script { get; } = Find();

    [FactIfScript]
    public void AFolderWithoutALibtorch_IsNamed()
    {
        var (code, error) = Build(("LIBTORCH", "/nowhere"));
        Assert.NotEqual(0, code);
        Assert.Contains("no libtorch in /nowhere", error);
        Assert.Contains("include/", error);
    }

    [FactIfScript]
    public void APythonWithoutTorch_IsNamed()
    {
        var (code, error) = Build(("LIBTORCH_USE_PYTORCH", "1"), ("PYTHON", "/nowhere/python3"));
        Assert.NotEqual(0, code);
        Assert.Contains("/nowhere/python3 cannot import torch", error);
    }

    [FactIfScript]
    public void AMissingCompiler_IsNamedWithThePackagesThatBringIt()
    {
        if (!File.Exists("/usr/include/ATen/ATen.h")) return;
        var (code, error) = Build(("CXX", "no-such-compiler"));
        Assert.NotEqual(0, code);
        Assert.Contains("no-such-compiler", error);
        Assert.Contains("apt-get install libtorch-dev g++", error);
    }

    private static (int Code, string Error) Build(params (string Name, string Value)[] variables)
    {
        var start = new ProcessStartInfo("sh") { RedirectStandardError = true, RedirectStandardOutput = true };
        start.ArgumentList.Add(Script!);
        start.ArgumentList.Add(Path.Combine(Path.GetTempPath(), Path.GetRandomFileName(), "libdeqtorch.so"));
        start.Environment.Remove("LIBTORCH");
        start.Environment.Remove("LIBTORCH_USE_PYTORCH");
        foreach (var (name, value) in variables) start.Environment[name] = value;
        using var process = Process.Start(start)!;
        string error = process.StandardError.ReadToEnd();
        process.WaitForExit();
        return (process.ExitCode, error);
    }

    private static string? Find()
    {
        if (OperatingSystem.IsWindows()) return null;
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            string path = Path.Combine(folder.FullName, "Deq.LibTorch", "native", "build.sh");
            if (File.Exists(path)) return path;
        }

        return null;
    }
}
