using System.Text.RegularExpressions;
using Deq.Tests.Generators.Harness;

namespace Deq.Tests.Generators;

/// <summary>The page about the attributes shows what is emitted for what is written.</summary>
public sealed partial class AttributesPageTests
{
    private static readonly string Page = File.ReadAllText(Path.Combine(Path.GetDirectoryName(Snapshot.ProjectDirectory)!, "docs", "attributes.md")).ReplaceLineEndings("\n");

    public static TheoryData<string> Sections() => new(Example().Matches(Page).Select(example => example.Groups["title"].Value));

    [Theory]
    [MemberData(nameof(Sections))]
    public void WhatIsShown_IsWhatIsEmitted(string title)
    {
        var example = Example().Matches(Page).Single(candidate => candidate.Groups["title"].Value == title);
        string written = example.Groups["written"].Value;
        Diagnose.FindsNothing(written);

        string emitted = LayerCompilation.Of(written).Emitted().Single().Text
            .Replace("global::TorchSharp.torch.zeros_like", "zeros_like", StringComparison.Ordinal)
            .Replace("global::TorchSharp.torch.", "", StringComparison.Ordinal)
            .Replace("global::Deq.", "", StringComparison.Ordinal);
        var shown = example.Groups["emitted"].Value.Split('\n').Select(line => line.Trim()).Where(line => line.Length > 0);
        Assert.All(shown, line => Assert.Contains(line, emitted, StringComparison.Ordinal));
    }

    [Fact]
    public void EveryAttribute_HasASection()
    {
        var attributes = typeof(EquilibriumLayerAttribute).Assembly.GetTypes()
            .Where(type => type.Namespace == nameof(Deq) && type.IsSubclassOf(typeof(Attribute)))
            .Select(type => type.Name[..^"Attribute".Length]);
        string headings = string.Join("\n", Page.Split('\n').Where(line => line.StartsWith("## ", StringComparison.Ordinal)));
        Assert.All(attributes, attribute => Assert.Contains($"`[{attribute}", headings, StringComparison.Ordinal));
    }

    [GeneratedRegex("## (?<title>[^\n]+)\n(?:(?!\n## ).)*?```csharp\n(?<written>.*?)```\n\n```csharp\n(?<emitted>.*?)```", RegexOptions.Singleline)]
    private static partial Regex Example();
}
