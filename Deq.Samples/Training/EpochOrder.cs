namespace Deq.Samples.Training;

/// <summary>
/// The numbers 0 to count - 1 in random order, a batch at a time, again and again, each pass in an order of its own. What does not fill
/// a last batch is left out of that pass. A pass's order follows from the seed and the pass alone, so the position is two numbers.
/// </summary>
internal sealed class EpochOrder
{
    private readonly int count, batch, seed;
    private int[]? order;

    /// <exception cref="SampleException">There are fewer samples than a batch has.</exception>
    public EpochOrder(int count, int batch, int seed)
    {
        if (batch < 1 || count < batch) throw new SampleException($"there are {count} samples, too few for a batch of {batch}: make --batch smaller");
        (this.count, this.batch, this.seed) = (count, batch, seed);
    }

    /// <summary>Passes finished.</summary>
    public int Epoch { get; private set; }

    /// <summary>Batches given in this pass.</summary>
    public int Position { get; private set; }

    /// <summary>Batches of a pass.</summary>
    public int Batches => count / batch;

    /// <summary>The random numbers of a pass; the first pass's are those of the seed itself.</summary>
    public static Random RandomOf(int seed, int epoch) => new(unchecked(seed + (int)0x9E3779B1 * epoch));

    public ReadOnlySpan<int> Next()
    {
        if (Position == Batches) (Epoch, Position, order) = (Epoch + 1, 0, null);
        if (order is null)
        {
            order = [.. Enumerable.Range(0, count)];
            RandomOf(seed, Epoch).Shuffle(order);
        }

        return order.AsSpan(Position++ * batch, batch);
    }

    public void Save(BinaryWriter writer)
    {
        writer.Write(Epoch);
        writer.Write(Position);
    }

    /// <exception cref="InvalidDataException">The position is none of these data.</exception>
    public void Load(BinaryReader reader)
    {
        (int epoch, int position) = (reader.ReadInt32(), reader.ReadInt32());
        if (epoch < 0 || position < 0 || position > Batches) throw new InvalidDataException($"the position in the data, batch {position} of pass {epoch}, does not exist in {Batches} batches");
        (Epoch, Position, order) = (epoch, position, null);
    }
}
