namespace Deq.Samples.Data;

/// <summary>
/// Words to read and the words that follow each, for a number of rows of equal length, row after row.
/// </summary>
internal readonly record struct Segment(int Rows, int Length, long[] Inputs, long[] Targets)
{
    public int Tokens => Rows * Length;

    /// <summary>Whether each row goes on where that of the segment before ended.</summary>
    public bool Continues { get; init; }
}

/// <summary>Cuts a text of word numbers into segments.</summary>
internal static class Segments
{
    /// <summary>
    /// The text once, every word but the first as a target exactly once: batches of up to <paramref name="rows"/>
    /// consecutive segments, and what is left over as a shorter one at the end.
    /// </summary>
    public static IEnumerable<Segment> Once(int[] text, int rows, int length)
    {
        int targets = text.Length - 1;
        int position = 0;
        while (targets - position >= length)
        {
            int first = position;
            int batch = Math.Min(rows, (targets - position) / length);
            yield return Cut(text, batch, length, row => first + row * length);
            position += batch * length;
        }

        int rest = targets - position;
        if (rest > 0) yield return Cut(text, 1, rest, _ => position);
    }

    /// <summary>
    /// The text once for a model with a memory: as many stretches as there are rows, each segment going on where the one before ended,
    /// then what is left over. Every word but the first is a target exactly once.
    /// </summary>
    public static IEnumerable<Segment> OnceInRows(int[] text, int rows, int length)
    {
        int targets = text.Length - 1;
        rows = Math.Clamp(targets / length, 1, rows);
        int stretch = targets / rows;
        for (int position = 0; position < stretch; position += length)
        {
            int from = position;
            yield return Cut(text, rows, Math.Min(length, stretch - position), row => from + row * stretch) with { Continues = position > 0 };
        }

        int rest = targets - rows * stretch;
        if (rest > 0) yield return Cut(text, 1, rest, _ => rows * stretch);
    }

    /// <exception cref="SampleException">The text is too short for one batch of this size.</exception>
    public static void ThrowIfTooShort(int[] text, int rows, int length)
    {
        if (text.Length <= (long)rows * length)
        {
            throw new SampleException(
                $"the training text has {text.Length} tokens, too few for batches of {rows} x {length}: make --batch or --sequence smaller");
        }
    }

    /// <summary>A row of <paramref name="length"/> words from each start.</summary>
    public static Segment Cut(int[] text, int rows, int length, Func<int, int> start)
    {
        var inputs = new long[rows * length];
        var targets = new long[rows * length];
        for (int row = 0; row < rows; row++)
        {
            int from = start(row);
            for (int i = 0; i < length; i++)
            {
                inputs[row * length + i] = text[from + i];
                targets[row * length + i] = text[from + i + 1];
            }
        }

        return new Segment(rows, length, inputs, targets);
    }
}
