namespace Deq.Samples.Data;

/// <summary>
/// A training text cut into as many stretches as a batch has rows, each read from its beginning to its end, so that a row goes on where it
/// ended a batch before: for models with a memory. After a pass it begins again, with the cuts elsewhere; the seed and the pass decide where.
/// </summary>
internal sealed class ContiguousSegments : ISegmentSource
{
    private readonly int[] text;
    private readonly int rows, length, seed, batches;
    private int pass, position;

    /// <exception cref="SampleException">The text is too short for one batch of this size.</exception>
    public ContiguousSegments(int[] text, int rows, int length, int seed)
    {
        Segments.ThrowIfTooShort(text, rows, length);
        (this.text, this.rows, this.length, this.seed) = (text, rows, length, seed);
        batches = (text.Length - 1) / rows / length;
    }

    public Segment Next()
    {
        if (position == batches) (pass, position) = (pass + 1, 0);
        int used = batches * length;
        int shift = Training.EpochOrder.RandomOf(seed, pass).Next(text.Length - rows * used);
        int from = shift + position++ * length;
        return Segments.Cut(text, rows, length, row => from + row * used) with { Continues = position > 1 };
    }

    public void Save(BinaryWriter writer)
    {
        writer.Write(pass);
        writer.Write(position);
    }

    public void Load(BinaryReader reader)
    {
        (pass, position) = (reader.ReadInt32(), reader.ReadInt32());
        if (pass < 0 || position < 0 || position > batches) throw new InvalidDataException($"the position in the text, batch {position} of pass {pass}, does not exist in {batches} batches");
    }
}
