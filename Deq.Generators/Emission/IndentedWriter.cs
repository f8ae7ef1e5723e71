using System.Text;

namespace Deq.Generators.Emission;

/// <summary>Lines of C# with their indentation. A block closes itself where its <c>using</c> ends.</summary>
internal sealed class IndentedWriter
{
    private const int IndentSize = 4;

    private readonly StringBuilder text = new();
    private int depth;

    public void Line(string line)
    {
        // Line ends are "\n" on every system: a file must not depend on where it is emitted.
        if (line.Length > 0) text.Append(' ', depth * IndentSize).Append(line);
        text.Append('\n');
    }

    public void Line() => Line("");

    public void Lines(IEnumerable<string> lines)
    {
        foreach (string line in lines) Line(line);
    }

    /// <summary>A header with a block in braces under it.</summary>
    public Block Open(string header, string close = "}")
    {
        Line(header);
        return OpenBlock(close);
    }

    /// <summary>A block in braces under the lines before it.</summary>
    public Block OpenBlock(string close = "}")
    {
        Line("{");
        depth++;
        return new Block(this, close);
    }

    public override string ToString() => text.ToString();

    public readonly struct Block(IndentedWriter writer, string close) : IDisposable
    {
        public void Dispose()
        {
            writer.depth--;
            writer.Line(close);
        }
    }
}
