using Deq.Tests.Infrastructure;

namespace Deq.Tests.Samples;

/// <summary>A test that opens a page in Chromium without a window; skipped where there is none.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class ChromiumFactAttribute() : FactIfAttribute(
    Executable is null ? "no Chromium on this machine: install 'chromium' or set CHROMIUM to its path" : null)
{
    private static readonly string[] Names = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome.exe"];

    public static string? Executable => Find();

    private static string? Find()
    {
        if (Environment.GetEnvironmentVariable("CHROMIUM") is { Length: > 0 } given) return File.Exists(given) ? given : null;
        string[] folders = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator);
        return Names.SelectMany(name => folders.Select(folder => Path.Combine(folder, name))).FirstOrDefault(File.Exists);
    }
}
