using System.Globalization;
using System.IO.Compression;
using Deq.Tests.Ground.Signatures;
using Deq.Tests.Samples;
using TorchSharp;

namespace Deq.Tests.Package;

/// <summary>
/// The packages as <c>dotnet pack</c> makes them, in a folder feed outside the repository, with a package cache of its own. Where the real
/// TorchSharp is not to be had, the stand-in is in that feed under its name; it goes with the folder.
/// </summary>
public sealed class PackedDeq : IDisposable
{
    /// <summary>A version that no feed has, so that nothing but this feed can give it.</summary>
    public const string Version = "0.0.1-test";

    private const string TorchSharp = "TorchSharp";
    private readonly TemporaryFolder folder = new();
    private readonly Dictionary<string, string> environment;

    public PackedDeq()
    {
        string feed = Directory.CreateDirectory(folder.File("feed")).FullName;
        environment = new()
        {
            ["NUGET_PACKAGES"] = folder.File("packages"),
            ["OMP_NUM_THREADS"] = "1",
            ["OPENBLAS_NUM_THREADS"] = "1",
        };
        if (ReferenceApi.IsStandIn)
        {
            environment["DEQ_LIBTORCH_NATIVE"] = Path.Combine(AppContext.BaseDirectory, "libdeqtorch.so");
            PackStandIn(feed);
        }

        foreach (string project in new[] { "Deq.Runtime", "Deq.Templates" }) Pack(Repository.Root, project, feed);
        // Packages of others come from where this repository's own restore has put them: no network.
        string restored = Environment.GetEnvironmentVariable("NUGET_PACKAGES") ?? Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".nuget", "packages");
        File.WriteAllText(folder.File("nuget.config"), $"""
            <configuration>
              <packageSources><clear /><add key="feed" value="{feed}" /></packageSources>
              <fallbackPackageFolders><clear /><add key="restored" value="{restored}" /></fallbackPackageFolders>
            </configuration>
            """);
    }

    /// <summary>The package that brings torch to a program: on the stand-in that is TorchSharp itself.</summary>
    public static string TorchPackage => ReferenceApi.IsStandIn ? TorchSharp : "TorchSharp-cpu";

    public static string TorchVersion => Repository.Property("Directory.Packages.props", "TorchSharpVersion");

    /// <summary>A file of the folder that everything here is in.</summary>
    public string FilePath(string name) => folder.File(name);

    public string Package(string id, string extension = "nupkg") => Path.Combine(folder.File("feed"), $"{id}.{Version}.{extension}");

    /// <summary>Packs a project of the repository, or of a copy of it, in its own environment.</summary>
    internal static void Pack(string root, string project, string feed, params string[] more) => DotnetCommand.Succeed(
        root, new Dictionary<string, string>(), ["pack", project, "-c", "Release", "-v", "quiet", "-nologo", "-m:1", $"-p:PackageVersion={Version}", "-o", feed, .. more]);

    /// <summary>A folder with these files for a user's project.</summary>
    public string Project(string name, params (string File, string Text)[] files)
    {
        string project = Directory.CreateDirectory(folder.File(name)).FullName;
        foreach (var (file, text) in files) File.WriteAllText(Path.Combine(project, file), text);
        return project;
    }

    public (int Code, string Output) Run(string project, params string[] arguments) => DotnetCommand.Run(project, environment, arguments);

    public string Succeed(string project, params string[] arguments) => DotnetCommand.Succeed(project, environment, arguments);

    public void Dispose() => folder.Dispose();

    /// <summary>As small as a package can be: the assembly that the tests themselves run on.</summary>
    private static void PackStandIn(string feed)
    {
        using var package = ZipFile.Open(Path.Combine(feed, $"{TorchSharp}.{TorchVersion}.nupkg"), ZipArchiveMode.Create);
        package.CreateEntryFromFile(typeof(torch).Assembly.Location, $"lib/net10.0/{TorchSharp}.dll");
        using var nuspec = new StreamWriter(package.CreateEntry($"{TorchSharp}.nuspec").Open());
        nuspec.Write(string.Create(CultureInfo.InvariantCulture, $"""
            <?xml version="1.0" encoding="utf-8"?>
            <package xmlns="http://schemas.microsoft.com/packaging/2013/05/nuspec.xsd">
              <metadata>
                <id>{TorchSharp}</id>
                <version>{TorchVersion}</version>
                <authors>tests</authors>
                <description>Stands in for TorchSharp within one test run.</description>
                <dependencies><group targetFramework="net10.0" /></dependencies>
              </metadata>
            </package>
            """));
    }
}

/// <summary>The packages are made once for all tests that look at them.</summary>
[CollectionDefinition(Name)]
public sealed class PackedDeqCollection : ICollectionFixture<PackedDeq>
{
    public const string Name = "the packed Deq";
}
