using System.IO.Compression;
using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;
using System.Security.Cryptography;
using System.Text;
using System.Xml.Linq;

namespace Deq.Tests.Package;

[Collection(PackedDeqCollection.Name)]
public class PackageContentTests(PackedDeq packed)
{
    // What the container of a package is made of, beside what is in it.
    private static readonly string[] Container = ["[Content_Types].xml", "_rels/.rels"];
    private const string ContainerFolder = "package/";
    private const string Runtime = "lib/net10.0/Deq.Runtime.dll";

    [Fact]
    public void Deq_HoldsTheRuntimeAndTheCompilerPart_AndNothingElse() => Assert.Equal(
        [
            "Deq.nuspec", "LICENSE", "README.md",
            "analyzers/dotnet/cs/Deq.CodeFixes.dll", "analyzers/dotnet/cs/Deq.Generators.dll",
            "icon.png", Runtime, "lib/net10.0/Deq.Runtime.xml",
        ],
        Files(packed.Package("Deq")));

    [Fact]
    public void Symbols_HoldTheRuntimesSymbols() =>
        Assert.Equal(["Deq.nuspec", "lib/net10.0/Deq.Runtime.pdb"], Files(packed.Package("Deq", "snupkg")));

    [Fact]
    public void Nuspec_NamesTorchSharpFromItsVersionOn_AsTheOneDependency()
    {
        var nuspec = XDocument.Parse(Encoding.UTF8.GetString(Read(packed.Package("Deq"), "Deq.nuspec")).TrimStart('\uFEFF'));
        string Value(string name) => nuspec.Descendants().Single(element => element.Name.LocalName == name).Value;
        var dependency = Assert.Single(nuspec.Descendants(), element => element.Name.LocalName == "dependency");
        Assert.Equal("TorchSharp", dependency.Attribute("id")!.Value);
        // A bare version is the lowest that will do: [0.107.0, ).
        Assert.Equal("0.107.0", dependency.Attribute("version")!.Value);
        Assert.Equal("net10.0", dependency.Parent!.Attribute("targetFramework")!.Value);
        Assert.Equal(("MIT", "icon.png", "README.md"), (Value("license"), Value("icon"), Value("readme")));
    }

    [Fact]
    public void Runtime_ReferencesTorchSharpAndTheFrameworkAlone()
    {
        using var image = new PEReader(new MemoryStream(Read(packed.Package("Deq"), Runtime)));
        var metadata = image.GetMetadataReader();
        string framework = Path.GetDirectoryName(typeof(object).Assembly.Location)!;
        var others = metadata.AssemblyReferences
            .Select(handle => metadata.GetString(metadata.GetAssemblyReference(handle).Name))
            .Where(name => !File.Exists(Path.Combine(framework, name + ".dll")))
            .ToList();
        Assert.Equal(["TorchSharp"], others);
    }

    [Fact]
    public void CompilerPart_ReferencesRoslynAndNetStandardAlone()
    {
        foreach (string assembly in new[] { "Deq.CodeFixes", "Deq.Generators" })
        {
            using var image = new PEReader(new MemoryStream(Read(packed.Package("Deq"), $"analyzers/dotnet/cs/{assembly}.dll")));
            var metadata = image.GetMetadataReader();
            var references = metadata.AssemblyReferences.Select(handle => metadata.GetString(metadata.GetAssemblyReference(handle).Name));
            Assert.All(references, name => Assert.True(
                name is "netstandard" or "System.Collections.Immutable" or "System.Memory" or "System.Composition.AttributedModel" or "Deq.Generators"
                || name.StartsWith("Microsoft.CodeAnalysis", StringComparison.Ordinal),
                $"{assembly} references {name}"));
        }
    }

    [Fact]
    public void Documentation_SpeaksOfEveryAttribute()
    {
        var documentation = XDocument.Parse(Encoding.UTF8.GetString(Read(packed.Package("Deq"), "lib/net10.0/Deq.Runtime.xml")).TrimStart('\uFEFF'));
        var members = documentation.Descendants("member").Select(member => member.Attribute("name")!.Value).ToHashSet();
        var attributes = typeof(EquilibriumLayerAttribute).Assembly.GetExportedTypes().Where(type => type.IsSubclassOf(typeof(Attribute))).ToList();
        Assert.NotEmpty(attributes);
        Assert.All(attributes, attribute => Assert.Contains($"T:{attribute.FullName}", members));
    }

    [Fact]
    public void Symbols_CarryTheSources()
    {
        using var symbols = MetadataReaderProvider.FromPortablePdbImage([.. Read(packed.Package("Deq", "snupkg"), "lib/net10.0/Deq.Runtime.pdb")]);
        var metadata = symbols.GetMetadataReader();
        var embeddedSource = new Guid("0E8A571B-6926-466E-B4AD-8AB04611F5FE");
        var documents = metadata.Documents.Where(document => Name(metadata, document).EndsWith("/Deq.Runtime/EquilibriumCall.cs", StringComparison.Ordinal)).ToList();
        var document = Assert.Single(documents);
        Assert.Equal("/_/Deq.Runtime/EquilibriumCall.cs", Name(metadata, document));
        Assert.Contains(
            metadata.GetCustomDebugInformation(document), handle => metadata.GetGuid(metadata.GetCustomDebugInformation(handle).Kind) == embeddedSource);
    }

    /// <summary>Another checkout in another folder: if a path of the machine or the time of the build were in it, it would differ.</summary>
    [Fact]
    public void PackedFromAnotherFolder_GivesTheSameBytes()
    {
        string copy = packed.FilePath("checkout"), feed = packed.FilePath("again");
        Repository.CopyTo(copy);
        PackedDeq.Pack(copy, "Deq.Runtime", feed, "-p:BuildsNative=false");
        foreach (string extension in new[] { "nupkg", "snupkg" })
        {
            string first = packed.Package("Deq", extension), second = Path.Combine(feed, Path.GetFileName(first));
            Assert.Equal(Hashes(first), Hashes(second));
            Assert.Equal(File.ReadAllBytes(first), File.ReadAllBytes(second));
        }
    }

    [Theory]
    [InlineData("Deq", "nupkg")]
    [InlineData("Deq", "snupkg")]
    [InlineData("Deq.Templates", "nupkg")]
    public void Packages_TellNothingOfTheMachine(string id, string extension)
    {
        string[] places = [Repository.Root, Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), Path.GetTempPath().TrimEnd('/', '\\')];
        string package = packed.Package(id, extension);
        foreach (string file in Files(package))
        {
            byte[] bytes = Read(package, file);
            foreach (string place in places.Where(place => place.Length > 1))
            {
                Assert.True(bytes.AsSpan().IndexOf(Encoding.UTF8.GetBytes(place + Path.DirectorySeparatorChar)) < 0, $"{file} names {place}");
                Assert.True(bytes.AsSpan().IndexOf(Encoding.Unicode.GetBytes(place + Path.DirectorySeparatorChar)) < 0, $"{file} names {place}");
            }
        }
    }

    [Fact]
    public void Templates_HoldTheStarter_AndNameTheVersionsOfTheRepository()
    {
        string package = packed.Package("Deq.Templates");
        Assert.Equal(
            [
                "Deq.Templates.nuspec", "LICENSE", "README.md", "content/deq/.template.config/template.json",
                "content/deq/DeqStarter.Tests/DeqStarter.Tests.csproj", "content/deq/DeqStarter.Tests/MixerTests.cs",
                "content/deq/DeqStarter.slnx", "content/deq/DeqStarter/DeqStarter.csproj", "content/deq/DeqStarter/Mixer.cs",
                "content/deq/DeqStarter/Program.cs", "icon.png",
            ],
            Files(package));
        Assert.Contains(
            $"\"defaultValue\": \"{Repository.Property("Directory.Build.props", "Version")}\"",
            Encoding.UTF8.GetString(Read(package, "content/deq/.template.config/template.json")), StringComparison.Ordinal);
        Assert.Contains(
            $"Include=\"TorchSharp-cpu\" Version=\"{PackedDeq.TorchVersion}\"",
            Encoding.UTF8.GetString(Read(package, "content/deq/DeqStarter/DeqStarter.csproj")), StringComparison.Ordinal);
    }

    private static List<string> Files(string package)
    {
        using var archive = ZipFile.OpenRead(package);
        return [.. archive.Entries.Select(entry => entry.FullName).Where(name => !Container.Contains(name) && !name.StartsWith(ContainerFolder, StringComparison.Ordinal)).Order(StringComparer.Ordinal)];
    }

    private static byte[] Read(string package, string file)
    {
        using var archive = ZipFile.OpenRead(package);
        using var content = archive.GetEntry(file)!.Open();
        using var bytes = new MemoryStream();
        content.CopyTo(bytes);
        return bytes.ToArray();
    }

    private static List<string> Hashes(string package) => [.. Files(package).Select(file => $"{file} {Convert.ToHexString(SHA256.HashData(Read(package, file)))}")];

    private static string Name(MetadataReader metadata, DocumentHandle document) => metadata.GetString(metadata.GetDocument(document).Name);
}
