using System.ComponentModel;
using System.Diagnostics;

namespace TorchSharp.Interop;

/// <summary>
/// Finds the native library for the libtorch that is wanted, in this order: the one the environment asks for by
/// <c>LIBTORCH</c> or <c>LIBTORCH_USE_PYTORCH=1</c>; the one the program was built for; any that the cache has a library for.
/// </summary>
internal static class NativeLibrarySearch
{
    private const string FileName = "libdeqtorch.so";
    private const string HowToBuild = "Build it with ./deq shim, or native/build.sh --cache, in the same environment (needs g++ and libtorch's headers).";

    /// <summary>Paths to try, best first.</summary>
    /// <exception cref="DllNotFoundException">There is none; the message says what was looked for, where, and what to do.</exception>
    internal static IReadOnlyList<string> Candidates(string programFolder)
    {
        if (Variable("DEQ_LIBTORCH_NATIVE") is { } named)
            return File.Exists(named) ? [named] : throw Missing($"DEQ_LIBTORCH_NATIVE={named}, but there is no such file. Unset it, or name a libdeqtorch.so that native/build.sh built.");

        string? wanted = Wanted(out string asked);
        string beside = Path.Combine(programFolder, FileName);
        var found = new List<string>();
        var rejected = new List<string>();
        foreach (string library in Cached().Prepend(beside).Where(File.Exists))
        {
            var key = NativeLibraryKey.Of(library);
            // Without a key nothing is known against it, if it came with the program; in the cache it is a build under way.
            if (key is null ? library != beside || wanted is not null : wanted is not null && key.Libtorch != wanted) continue;
            if (key?.Trouble() is { } trouble) rejected.Add($"{library} {trouble}.");
            else found.Add(library);
        }

        if (found.Count > 0) return found;
        string what = wanted is null ? $"there is no native library in {programFolder} nor in {CacheFolder}" : $"{asked}, but there is no native library for the libtorch in {wanted}, neither in {programFolder} nor in {CacheFolder}";
        string install = wanted is null ? " Without a libtorch: apt-get install libtorch-dev g++, or set LIBTORCH or LIBTORCH_USE_PYTORCH=1 to use another." : "";
        throw Missing(rejected.Count > 0 ? $"{string.Join(' ', rejected)} {HowToBuild}{install}" : $"{what}. {HowToBuild}{install}");
    }

    internal static DllNotFoundException Missing(string what, Exception? inner = null) => new($"Deq.LibTorch: {what}", inner);

    /// <summary>Folder of the libtorch that the environment asks for; null where it leaves it open.</summary>
    private static string? Wanted(out string asked)
    {
        string? root = Variable("LIBTORCH");
        if (root is not null)
        {
            asked = $"LIBTORCH={root}";
        }
        else if (Variable("LIBTORCH_USE_PYTORCH") == "1")
        {
            string python = Variable("PYTHON") ?? "python3";
            root = TorchPackage(python);
            asked = $"LIBTORCH_USE_PYTORCH=1 (the torch package of {python})";
        }
        else
        {
            asked = "";
            return null;
        }

        string library = Path.GetFullPath(Path.Combine(root, "lib", "libtorch.so"));
        return File.Exists(library)
            ? Path.GetDirectoryName(WithoutLinks(library))
            : throw Missing($"{asked}, but there is no {library}. Set LIBTORCH to the folder that holds include/ and lib/, or unset it.");
    }

    /// <summary>Looked up, not imported, as native/build.sh does.</summary>
    private static string TorchPackage(string python)
    {
        try
        {
            using var process = Process.Start(new ProcessStartInfo(python, ["-c", "import importlib.util; print(importlib.util.find_spec('torch').submodule_search_locations[0])"])
            {
                RedirectStandardOutput = true,
                RedirectStandardError = true,
            })!;
            process.ErrorDataReceived += static (_, _) => { };
            process.BeginErrorReadLine();
            string folder = process.StandardOutput.ReadToEnd().Trim();
            process.WaitForExit();
            if (process.ExitCode == 0 && folder.Length > 0) return folder;
        }
        catch (Win32Exception)
        {
            // No such interpreter: the same message as for one without torch.
        }

        throw Missing($"LIBTORCH_USE_PYTORCH=1, but {python} has no torch. Install it (pip install torch), set PYTHON to the interpreter that has it, or unset LIBTORCH_USE_PYTORCH.");
    }

    private static string CacheFolder => Path.Combine(Variable("DEQ_CACHE") ?? Path.Combine(Variable("XDG_CACHE_HOME") ?? Path.Combine(Variable("HOME") ?? "/", ".cache"), "deq"), "native");

    /// <summary>The newest first.</summary>
    private static IEnumerable<string> Cached() => Directory.Exists(CacheFolder)
        ? Directory.EnumerateDirectories(CacheFolder).Select(folder => Path.Combine(folder, FileName)).Where(File.Exists).OrderByDescending(File.GetLastWriteTimeUtc)
        : [];

    /// <summary>A file's path with every symbolic link in it resolved, as <c>readlink -f</c> gives it.</summary>
    private static string WithoutLinks(string path)
    {
        string resolved = "/";
        foreach (string part in path.Split('/', StringSplitOptions.RemoveEmptyEntries))
        {
            resolved = Path.Combine(resolved, part);
            FileSystemInfo entry = Directory.Exists(resolved) ? new DirectoryInfo(resolved) : new FileInfo(resolved);
            if (entry.LinkTarget is { } target)
                resolved = WithoutLinks(Path.GetFullPath(Path.Combine(Path.GetDirectoryName(resolved)!, target)));
        }

        return resolved;
    }

    private static string? Variable(string name) => Environment.GetEnvironmentVariable(name) is { Length: > 0 } value ? value : null;
}
