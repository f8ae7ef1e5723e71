using System.Diagnostics;

namespace Deq.Tests.Package;

/// <summary>The SDK's command line, as a user calls it.</summary>
internal static class DotnetCommand
{
    /// <param name="folder">Where it is called.</param>
    /// <param name="environment">Over the process's own.</param>
    /// <param name="arguments">One by one.</param>
    /// <returns>The exit code, and standard output and error together.</returns>
    public static (int Code, string Output) Run(string folder, IReadOnlyDictionary<string, string> environment, params string[] arguments)
    {
        var start = new ProcessStartInfo(Environment.ProcessPath is { } host && Path.GetFileNameWithoutExtension(host) == "dotnet" ? host : "dotnet", arguments)
        {
            WorkingDirectory = folder,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        // What the test run set for itself would bend the builds here, and servers left behind would hold on to this process's output.
        foreach (string name in start.Environment.Keys.Where(IsOfTheTestRun).ToList()) start.Environment.Remove(name);
        start.Environment["MSBUILDDISABLENODEREUSE"] = "1";
        start.Environment["DOTNET_CLI_USE_MSBUILD_SERVER"] = "0";
        start.Environment["DOTNET_CLI_TELEMETRY_OPTOUT"] = "1";
        start.Environment["DOTNET_CLI_UI_LANGUAGE"] = "en";
        start.Environment["DOTNET_NOLOGO"] = "1";
        foreach (var (name, value) in environment) start.Environment[name] = value;

        using var process = Process.Start(start)!;
        var errors = process.StandardError.ReadToEndAsync();
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return (process.ExitCode, output + errors.GetAwaiter().GetResult());
    }

    /// <summary>Runs what must succeed, and gives its output.</summary>
    public static string Succeed(string folder, IReadOnlyDictionary<string, string> environment, params string[] arguments)
    {
        var (code, output) = Run(folder, environment, arguments);
        Assert.True(code == 0, $"dotnet {string.Join(' ', arguments)} ended with {code}:\n{output}");
        return output;
    }

    private static bool IsOfTheTestRun(string name) =>
        name.StartsWith("MSBUILD", StringComparison.OrdinalIgnoreCase) || name.StartsWith("VSTEST", StringComparison.OrdinalIgnoreCase)
        || name is "DOTNET_HOST_PATH" or "TESTINGPLATFORM_EXITPROCESSONUNHANDLEDEXCEPTION" or "Configuration" or "Platform";
}
