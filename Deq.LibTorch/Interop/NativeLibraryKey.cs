using System.Reflection;
using System.Security.Cryptography;

namespace TorchSharp.Interop;

/// <summary>What native/build.sh wrote beside a library that it built: the libtorch it stands on and the source it is made of.</summary>
/// <param name="Libtorch">Folder of the shared libraries, without symbolic links.</param>
/// <param name="VersionHeader">The header that told the version.</param>
/// <param name="Version">The version it told.</param>
/// <param name="Source">SHA-256 of deqtorch.cpp.</param>
internal sealed record NativeLibraryKey(string Libtorch, string VersionHeader, string Version, string Source)
{
    private static string? _ownSource;

    /// <summary>SHA-256 of the source that this assembly was compiled with: managed and native side change together.</summary>
    internal static string OwnSource
    {
        get
        {
            if (_ownSource is not null) return _ownSource;
            using var stream = Assembly.GetExecutingAssembly().GetManifestResourceStream("deqtorch.cpp")!;
            return _ownSource = Convert.ToHexStringLower(SHA256.HashData(stream));
        }
    }

    /// <summary>The key of a library; null where there is none, or none that can be read.</summary>
    internal static NativeLibraryKey? Of(string library)
    {
        try
        {
            var lines = File.ReadLines(library + ".key").Select(line => line.Split('=', 2)).Where(pair => pair.Length == 2).ToDictionary(pair => pair[0], pair => pair[1]);
            return new(lines["libtorch"], lines["headers"], lines["version"], lines["source"]);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or KeyNotFoundException or ArgumentException)
        {
            return null;
        }
    }

    /// <summary>Why the library cannot serve any more; null where nothing speaks against it.</summary>
    internal string? Trouble()
    {
        if (Source != OwnSource) return "was built from another version of deqtorch.cpp than this program's";
        if (!File.Exists(Path.Combine(Libtorch, "libtorch.so"))) return $"was built for libtorch {Version} in {Libtorch}, which is gone";
        return InstalledVersion() is { } installed && installed != Version ? $"was built for libtorch {Version}; {Libtorch} has {installed} now" : null;
    }

    /// <summary>Null where the headers are not there: the libraries alone do not tell.</summary>
    private string? InstalledVersion()
    {
        if (!File.Exists(VersionHeader)) return null;
        string[] lines = File.ReadAllLines(VersionHeader);
        return string.Join('.', new[] { "MAJOR", "MINOR", "PATCH" }.Select(Part));

        string? Part(string part)
        {
            string start = $"#define TORCH_VERSION_{part} ";
            return lines.FirstOrDefault(line => line.StartsWith(start, StringComparison.Ordinal))?[start.Length..].Trim();
        }
    }
}
