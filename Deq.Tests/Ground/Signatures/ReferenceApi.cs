using TorchSharp;

namespace Deq.Tests.Ground.Signatures;

/// <summary>The public members of TorchSharp 0.107.0, one a line: "type | member".</summary>
internal static class ReferenceApi
{
    /// <summary>Deq.LibTorch has an interop of its own; the package does not know it.</summary>
    internal static bool IsStandIn => typeof(torch).Assembly.GetType("TorchSharp.Interop.Op") is not null;

    /// <summary>Beside the repository that the tests were built in, or null.</summary>
    internal static string? Path { get; } = Find();

    internal static HashSet<string> Read() => [.. File.ReadLines(Path!).Where(line => !line.StartsWith('#'))];

    private static string? Find()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (!File.Exists(System.IO.Path.Combine(folder.FullName, "Deq.sln"))) continue;
            string path = System.IO.Path.Combine(folder.Parent?.FullName ?? "", "shared", "torchsharp", "api-0.107.0.txt");
            return File.Exists(path) ? path : null;
        }

        return null;
    }
}
