using Microsoft.CodeAnalysis;

namespace Deq.Tests.Generators.Harness;

/// <summary>Claims about what a declaration is told.</summary>
internal static class Diagnose
{
    /// <summary>An attribute on what it is not for: the compiler says all there is to say, and on the command line says it alone.</summary>
    private const string WrongTarget = "CS0592";

    /// <summary>
    /// The source gets this finding and no other of its weight, at the place whose text is <paramref name="at"/>; and the compiler says
    /// nothing beside it but <paramref name="beside"/>.
    /// </summary>
    public static Diagnostic Finds(string source, string id, string at, params string[] beside) => Finds(LayerCompilation.Of(source), id, at, beside);

    public static Diagnostic Finds(LayerCompilation compilation, string id, string at, params string[] beside)
    {
        var findings = compilation.Findings().Where(found => found.Id == id || found.Severity >= DiagnosticSeverity.Warning).ToList();
        Assert.True(findings.Count == 1 && findings[0].Id == id, $"Expected {id} alone. Found: {Print(findings)}");

        var finding = findings[0];
        Assert.Equal(at, finding.Location.SourceTree!.GetText().ToString(finding.Location.SourceSpan));
        Assert.Contains($"/docs/diagnostics/{id}.md", finding.Descriptor.HelpLinkUri, StringComparison.Ordinal);
        Assert.DoesNotContain("{", finding.GetMessage(), StringComparison.Ordinal);

        var compiler = compilation.CompilerMessages().Where(message => !beside.Contains(message.Id));
        Assert.True(!compiler.Any(), $"Beside {id} the compiler says: {Print(compiler)}");
        if (finding.Severity == DiagnosticSeverity.Error && !beside.Contains(WrongTarget))
            Assert.Contains(id, compilation.ShownErrors().Select(shown => shown.Id));
        return finding;
    }

    /// <summary>The source gets no finding, and compiles without a warning.</summary>
    public static void FindsNothing(string source)
    {
        var compilation = LayerCompilation.Of(source);
        var findings = compilation.Findings();
        Assert.True(findings.Count == 0, $"Expected nothing. Found: {Print(findings)}");
        var compiler = compilation.CompilerMessages();
        Assert.True(compiler.Count == 0, $"The compiler says: {Print(compiler)}");
    }

    private static string Print(IEnumerable<Diagnostic> messages)
    {
        string text = string.Join("\n", messages.Select(message => message.ToString()));
        return text.Length == 0 ? "nothing" : "\n" + text;
    }
}
