using System.Diagnostics;
using Deq.Tests.Samples;

namespace Deq.Tests.Ground.AnyLibtorch;

/// <summary>The samples' program in a folder of its own and without the native library beside it, as it comes to a machine with another libtorch.</summary>
internal sealed class ProgramCopy : IDisposable
{
    private const string Native = "libdeqtorch.so";
    private readonly TemporaryFolder folder = new();

    public ProgramCopy()
    {
        foreach (var file in Directory.GetFiles(AppContext.BaseDirectory))
            if (!Path.GetFileName(file).StartsWith(Native, StringComparison.Ordinal) && Path.GetExtension(file) is ".dll" or ".json")
                File.Copy(file, folder.File(Path.GetFileName(file)));
    }

    /// <summary>A cache that holds nothing yet.</summary>
    public string Cache => folder.File("cache");

    /// <summary>Puts the tests' own native library into the cache, as <c>build.sh --cache</c> would, with a key that the test may bend.</summary>
    public void FillCache(Func<string, string> key)
    {
        var place = Directory.CreateDirectory(Path.Combine(Cache, "native", "any")).FullName;
        File.Copy(Path.Combine(AppContext.BaseDirectory, Native), Path.Combine(place, Native));
        File.WriteAllText(Path.Combine(place, Native + ".key"), key(File.ReadAllText(Path.Combine(AppContext.BaseDirectory, Native + ".key"))));
    }

    /// <summary>Runs <c>deq-samples doctor</c> in an environment that says nothing about libtorch but what is given.</summary>
    public (int Code, string Output) Doctor(params (string Name, string Value)[] environment) => Run(folder.File("deq-samples.dll"), Cache, environment);

    public static (int Code, string Output) Run(string program, string cache, (string Name, string Value)[] environment)
    {
        var start = new ProcessStartInfo(Environment.ProcessPath is { } host && Path.GetFileNameWithoutExtension(host) == "dotnet" ? host : "dotnet", ["exec", program, "doctor"])
        {
            RedirectStandardOutput = true,
        };
        foreach (var name in new[] { "LIBTORCH", "LIBTORCH_USE_PYTORCH", "PYTHON", "DEQ_LIBTORCH_NATIVE" }) start.Environment.Remove(name);
        start.Environment["DEQ_CACHE"] = cache;
        foreach (var (name, value) in environment) start.Environment[name] = value;
        using var process = Process.Start(start)!;
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return (process.ExitCode, output);
    }

    public void Dispose() => folder.Dispose();
}
