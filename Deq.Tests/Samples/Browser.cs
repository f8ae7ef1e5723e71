using System.Diagnostics;
using System.Text;

namespace Deq.Tests.Samples;

/// <summary>What Chromium, without a window, makes of a page.</summary>
/// <param name="Page">The document after its scripts have run.</param>
/// <param name="Console">What it wrote to its log, script errors among it.</param>
internal sealed record Browser(string Page, string Console)
{
    /// <param name="file">The page.</param>
    /// <param name="profile">A folder of the browser's own.</param>
    /// <param name="dark">Whether the viewer prefers a dark page.</param>
    public static Browser Open(string file, string profile, bool dark = false)
    {
        string[] arguments =
        [
            "--headless", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", $"--user-data-dir={profile}", "--window-size=1200,2000",
            "--enable-logging=stderr", .. dark ? ["--force-dark-mode", "--blink-settings=preferredColorScheme=0"] : Array.Empty<string>(),
            "--virtual-time-budget=2000", "--dump-dom", new Uri(file).AbsoluteUri,
        ];
        using var browser = Process.Start(new ProcessStartInfo(ChromiumFactAttribute.Executable!, arguments) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        var log = new StringBuilder();
        browser.ErrorDataReceived += (_, line) => log.AppendLine(line.Data);
        browser.BeginErrorReadLine();
        string page = browser.StandardOutput.ReadToEnd();
        browser.WaitForExit();
        return new Browser(page, log.ToString());
    }

    /// <summary>Errors of scripts, and of what a page asked for and did not get.</summary>
    public IEnumerable<string> Errors => Console.Split('\n').Where(line => line.Contains("CONSOLE", StringComparison.Ordinal)
        && (line.Contains("Uncaught", StringComparison.Ordinal) || line.Contains("rror", StringComparison.Ordinal)));
}
