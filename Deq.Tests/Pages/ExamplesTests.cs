using Deq.Tests.Generators;
using Deq.Tests.Generators.Harness;
using Microsoft.CodeAnalysis.CSharp;

namespace Deq.Tests.Pages;

/// <summary>What the pages show compiles, with nothing found.</summary>
public class ExamplesTests
{
    // What a user's file has: the usings of the harness, and those of what the pages name.
    private const string Usings = "using Deq.Modules;\nusing Deq.Solvers;\nusing Deq.Regularization;\n";

    // Its examples stand beside what is emitted for them, which a test of its own compares.
    private const string AttributesPage = "attributes.md";

    public static TheoryData<string, int> Examples()
    {
        var examples = new TheoryData<string, int>();
        foreach (var page in PageExamples.Pages.Where(page => page != AttributesPage))
            for (var i = 0; i < PageExamples.Of(page).Count; i++) examples.Add(page, i);
        return examples;
    }

    [Theory, MemberData(nameof(Examples))]
    public void AnExample_CompilesWithoutAWord(string page, int index)
    {
        var example = PageExamples.Of(page)[index];
        // A whole file has its own usings, but for those of the SDK's implicit ones.
        var compilation = LayerCompilation.OfFiles(LanguageVersion.Latest, example.Contains("using Deq;", StringComparison.Ordinal)
            ? "using System;\n" + example
            : Usings + LayerCompilation.Prelude + example);
        Assert.Empty(compilation.Findings());
        Assert.Empty(compilation.CompilerMessages());
    }

    [Fact]
    public void ThePageOfTheAttributes_HasNoExampleBesidesThoseThatAreCompared() =>
        Assert.Equal(2 * ((System.Collections.IEnumerable)AttributesPageTests.Sections()).Cast<object>().Count(), PageExamples.Of(AttributesPage).Count);
}
