using Deq.Tests.Generators.Harness;
using Microsoft.CodeAnalysis.CSharp;

namespace Deq.Tests.Pages;

/// <summary>What the pages show compiles, with nothing found.</summary>
public class ExamplesTests
{
    // What a user's file has: the usings of the harness, and those of what the pages name.
    private const string Usings = "using Deq.Modules;\nusing Deq.Solvers;\nusing Deq.Regularization;\n";

    public static TheoryData<string, int> Examples()
    {
        var examples = new TheoryData<string, int>();
        foreach (var page in new[] { "coming-from-torchdeq.md", "gradients.md" })
            for (var i = 0; i < PageExamples.Of(page).Count; i++) examples.Add(page, i);
        return examples;
    }

    [Theory, MemberData(nameof(Examples))]
    public void AnExample_CompilesWithoutAWord(string page, int index)
    {
        var compilation = LayerCompilation.OfFiles(LanguageVersion.Latest, Usings + LayerCompilation.Prelude + PageExamples.Of(page)[index]);
        Assert.Empty(compilation.Findings());
        Assert.Empty(compilation.CompilerMessages());
    }
}
