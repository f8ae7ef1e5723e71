using System.Collections.Immutable;
using Deq.CodeFixes;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeActions;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Text;

namespace Deq.Tests.Generators.Harness;

/// <summary>An editor without a window: a document with findings, and what becomes of it when a fix is taken.</summary>
internal sealed class Mender : IDisposable
{
    private static readonly ImmutableArray<CodeFixProvider> Fixes =
    [
        .. typeof(SyntaxFix).Assembly.GetTypes()
            .Where(type => !type.IsAbstract && type.IsSubclassOf(typeof(CodeFixProvider)))
            .Select(type => (CodeFixProvider)Activator.CreateInstance(type)!),
    ];

    private readonly AdhocWorkspace workspace = new();
    private readonly DocumentId documentId;

    public Mender(string source)
    {
        var project = workspace.AddProject("Declared", LanguageNames.CSharp)
            .WithMetadataReferences(References.All)
            .WithParseOptions(LayerCompilation.Options(LanguageVersion.Latest))
            .WithCompilationOptions(new CSharpCompilationOptions(OutputKind.DynamicallyLinkedLibrary, nullableContextOptions: NullableContextOptions.Enable, allowUnsafe: true));
        var document = project.AddDocument("Declared.cs", SourceText.From(LayerCompilation.Prelude + source), filePath: "Declared.cs");
        Assert.True(workspace.TryApplyChanges(document.Project.Solution));
        documentId = document.Id;
    }

    public static IEnumerable<string> FixableIds => Fixes.SelectMany(fix => fix.FixableDiagnosticIds);

    /// <summary>The document without the usings that every one begins with.</summary>
    public async Task<string> Text()
    {
        string text = (await Document.GetTextAsync()).ToString().ReplaceLineEndings("\n");
        return text[LayerCompilation.Prelude.Length..];
    }

    /// <summary>What our analyzers find in the document, and, as they do, with everything emitted in sight.</summary>
    public async Task<ImmutableArray<Diagnostic>> Findings(string? id = null)
    {
        var compilation = (await Document.Project.GetCompilationAsync())!;
        LayerCompilation.Driver().RunGeneratorsAndUpdateCompilation(compilation, out var output, out var told);
        var found = await output.WithAnalyzers(LayerCompilation.Analyzers(), new AnalyzerOptions([])).GetAnalyzerDiagnosticsAsync();
        return [.. found.Concat(told.Select(error => LayerCompilation.Placed(error, compilation.SyntaxTrees))).Where(finding => id is null || finding.Id == id).OrderBy(finding => finding.Location.SourceSpan.Start)];
    }

    /// <summary>Takes the fix of the first finding with this id.</summary>
    /// <returns>The fix's title; null where there is none to take.</returns>
    public async Task<string?> FixOne(string id)
    {
        var finding = (await Findings(id)).First();
        var actions = new List<CodeAction>();
        foreach (var fix in FixesOf(id))
            await fix.RegisterCodeFixesAsync(new CodeFixContext(Document, finding, (action, _) => actions.Add(action), CancellationToken.None));
        if (actions.Count == 0) return null;

        await Apply(Assert.Single(actions));
        return actions[0].Title;
    }

    /// <summary>Takes the fixes of all findings with this id at once.</summary>
    public async Task FixAll(string id)
    {
        var finding = (await Findings(id)).First();
        foreach (var fix in FixesOf(id))
        {
            CodeAction? first = null;
            await fix.RegisterCodeFixesAsync(new CodeFixContext(Document, finding, (action, _) => first ??= action, CancellationToken.None));
            if (first is null) continue;

            var all = new FixAllContext(Document, fix, FixAllScope.Document, first.EquivalenceKey!, [id], new AllFindings(this), CancellationToken.None);
            await Apply((await fix.GetFixAllProvider()!.GetFixAsync(all))!);
        }
    }

    public void Dispose() => workspace.Dispose();

    private Document Document => workspace.CurrentSolution.GetDocument(documentId)!;

    private static IEnumerable<CodeFixProvider> FixesOf(string id) => Fixes.Where(fix => fix.FixableDiagnosticIds.Contains(id));

    private async Task Apply(CodeAction action)
    {
        foreach (var operation in (await action.GetOperationsAsync(CancellationToken.None)).OfType<ApplyChangesOperation>())
            operation.Apply(workspace, CancellationToken.None);
    }

    private sealed class AllFindings(Mender mender) : FixAllContext.DiagnosticProvider
    {
        public override async Task<IEnumerable<Diagnostic>> GetAllDiagnosticsAsync(Project project, CancellationToken cancellationToken) => await mender.Findings();

        public override async Task<IEnumerable<Diagnostic>> GetDocumentDiagnosticsAsync(Document document, CancellationToken cancellationToken) => await mender.Findings();

        public override Task<IEnumerable<Diagnostic>> GetProjectDiagnosticsAsync(Project project, CancellationToken cancellationToken) => Task.FromResult<IEnumerable<Diagnostic>>([]);
    }
}
