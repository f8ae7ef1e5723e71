using Deq.Samples.Training;

namespace Deq.Samples.Data;

/// <summary>
/// Segments of a text in random order without end, some rows at a time. In each pass over the text every segment comes once, and the cuts
/// fall elsewhere; neighbouring segments, which are much alike, come far apart. A pass follows from the seed and its number alone.
/// </summary>
internal sealed class ShuffledSegments : ISegmentSource
{
    private readonly int[] text;
    private readonly int rows, length, seed;
    private int pass, position;
    private int[]? starts;

    /// <exception cref="SampleException">The text is too short for one batch of this size.</exception>
    public ShuffledSegments(int[] text, int rows, int length, int seed)
    {
        Segments.ThrowIfTooShort(text, rows, length);
        (this.text, this.rows, this.length, this.seed) = (text, rows, length, seed);
    }

    public Segment Next()
    {
        starts ??= Pass();
        if (position + rows > starts.Length)
        {
            (pass, position) = (pass + 1, 0);
            starts = Pass();
        }

        int first = position;
        position += rows;
        return Segments.Cut(text, rows, length, row => starts[first + row]);
    }

    public void Save(BinaryWriter writer)
    {
        writer.Write(pass);
        writer.Write(position);
    }

    public void Load(BinaryReader reader)
    {
        (pass, position, starts) = (reader.ReadInt32(), reader.ReadInt32(), null);
        if (pass < 0 || position < 0 || position > text.Length) throw new InvalidDataException($"the position in the text, segment {position} of pass {pass}, does not exist");
    }

    private int[] Pass()
    {
        Random random = EpochOrder.RandomOf(seed, pass);
        int shift = random.Next(Math.Min(length, text.Length - rows * length));
        int[] all = [.. Enumerable.Range(0, (text.Length - 1 - shift) / length).Select(segment => shift + segment * length)];
        random.Shuffle(all);
        return all;
    }
}
