namespace Deq.CodeFixes;

/// <summary>What a fix does: as the editor shows it, and the node that takes another's place. Nothing around new code is reformatted.</summary>
internal sealed class Change(string title, SyntaxNode before, SyntaxNode after)
{
    public string Title { get; } = title;

    public SyntaxNode Apply(SyntaxNode root) => root.ReplaceNode(before, after);
}
