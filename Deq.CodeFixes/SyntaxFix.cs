using Microsoft.CodeAnalysis.CodeActions;
using Microsoft.CodeAnalysis.CodeFixes;

namespace Deq.CodeFixes;

/// <summary>A fix that replaces one node of the file that the finding is in. Mends one place, or all of a document, project or solution.</summary>
public abstract class SyntaxFix : CodeFixProvider
{
    /// <inheritdoc/>
    public sealed override FixAllProvider GetFixAllProvider() => WellKnownFixAllProviders.BatchFixer;

    /// <inheritdoc/>
    public sealed override async Task RegisterCodeFixesAsync(CodeFixContext context)
    {
        var root = await context.Document.GetSyntaxRootAsync(context.CancellationToken).ConfigureAwait(false);
        if (root is null) return;

        foreach (var diagnostic in context.Diagnostics)
        {
            var place = root.FindNode(diagnostic.Location.SourceSpan, getInnermostNodeForTie: true);
            if (Mend(diagnostic, place) is not { } change) continue;

            context.RegisterCodeFix(
                CodeAction.Create(
                    change.Title,
                    _ => Task.FromResult(context.Document.WithSyntaxRoot(change.Apply(root))),
                    equivalenceKey: GetType().Name + "." + diagnostic.Id),
                diagnostic);
        }
    }

    /// <param name="diagnostic">The finding, with what it suggests to write.</param>
    /// <param name="place">The node at its place.</param>
    /// <returns>null where this place cannot be mended.</returns>
    private protected abstract Change? Mend(Diagnostic diagnostic, SyntaxNode place);
}
