using System.Reflection;
using Deq.Tests.Generators.Harness;
using Microsoft.CodeAnalysis.CSharp;

namespace Deq.Tests.Generators;

/// <summary>What the README shows is what happens.</summary>
public class ReadmeTests
{
    private static readonly string Readme = File.ReadAllText(Path.Combine(
        typeof(ReadmeTests).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(a => a.Key == "ProjectDirectory").Value!, "..", "README.md"));

    private static string Block(string language, int index)
    {
        var blocks = Readme.Split("```" + language + "\n")[1..];
        return blocks[index][..blocks[index].IndexOf("```", StringComparison.Ordinal)];
    }

    [Fact]
    public void TheLayerOfTheReadme_CompilesWithoutAWord()
    {
        var compilation = LayerCompilation.OfFiles(LanguageVersion.Latest, "using System;\n" + Block("csharp", 0));
        Assert.Empty(compilation.Findings());
        Assert.Empty(compilation.CompilerMessages());
    }

    [Fact]
    public void TheEmittedSteps_AreThoseOfTheReadme()
    {
        var emitted = LayerCompilation.OfFiles(LanguageVersion.Latest, Block("csharp", 0)).Run.GeneratedTrees.Single().ToString()
            .Replace("global::TorchSharp.torch.zeros_like", "zeros_like", StringComparison.Ordinal)
            .Replace("global::TorchSharp.torch.", "", StringComparison.Ordinal)
            .Replace("global::Deq.", "", StringComparison.Ordinal);
        var shown = Block("csharp", 1).Split('\n').SkipWhile(line => !line.Contains("using var call", StringComparison.Ordinal)).Select(line => line.Trim())
            .Where(line => line.Length > 1);
        Assert.All(shown, line => Assert.Contains(line, emitted, StringComparison.Ordinal));
    }

    [Fact]
    public void TheMistakeOfTheReadme_IsToldInTheseWords()
    {
        var lines = Readme.Split('\n');
        var shown = lines.Single(line => line.StartsWith("DEQ030: ", StringComparison.Ordinal));
        var compilation = LayerCompilation.OfFiles(LanguageVersion.Latest, Block("csharp", 0).Replace("\"anderson\"", "\"andersen\"", StringComparison.Ordinal));
        Assert.Equal(shown, $"DEQ030: {Assert.Single(compilation.Findings()).GetMessage()}");
    }
}
