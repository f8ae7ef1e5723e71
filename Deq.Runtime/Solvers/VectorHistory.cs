using static TorchSharp.torch;

namespace Deq.Solvers;

/// <summary>Vectors of a solve, B x n x D, in memory that grows as they come: a solve that ends early has not paid for its limit.</summary>
internal sealed class VectorHistory
{
    private const int FirstCapacity = 16;
    private readonly int most;
    private Tensor vectors;
    private int capacity;

    /// <param name="like">B x D.</param>
    /// <param name="most">Most vectors that there will be.</param>
    public VectorHistory(Tensor like, int most)
    {
        this.most = most;
        capacity = Math.Min(most, FirstCapacity);
        vectors = like.new_empty(like.shape[0], capacity, like.shape[1]);
    }

    public int Count { get; private set; }

    public void Clear() => Count = 0;

    /// <summary>The stored vectors, B x count x D: a view.</summary>
    public Tensor Stored => vectors.narrow(1, 0, Count);

    /// <summary>The place after the stored vectors, B x D: what is written there counts once it is kept.</summary>
    public Tensor Place()
    {
        if (Count == capacity) Grow();
        return vectors.select(1, Count);
    }

    /// <summary>Counts the vector in <see cref="Place"/> among the stored ones.</summary>
    public void Keep() => Count++;

    /// <summary>A place for the next vector, B x D, to be written to; it counts from now on.</summary>
    public Tensor Next()
    {
        var place = Place();
        Keep();
        return place;
    }

    /// <summary>Vector <paramref name="index"/>, B x D.</summary>
    public Tensor this[int index] => vectors.select(1, index);

    /// <summary>The dot products of B x k x D vectors with the stored ones, B x k x count.</summary>
    public Tensor Dots(Tensor rows) => RowProducts.Dots(rows, Stored);

    /// <summary>The dot products of the latest vector, and of what is in the place after it, with the stored ones, B x 2 x count.</summary>
    public Tensor DotsOfLatest() => RowProducts.Dots(vectors.narrow(1, Count - 1, 2), Stored);

    /// <summary>sum_j weight_j v_{first + j}, B x D.</summary>
    /// <param name="weights">B x 1 x n.</param>
    /// <param name="first">The first vector.</param>
    public Tensor Combine(Tensor weights, int first = 0) => RowProducts.Mix(weights, vectors.narrow(1, first, weights.shape[2]));

    /// <summary>sum_j weight_j v_j with every sample's own number of weights, B x D.</summary>
    /// <param name="weights">Per sample, of the first vectors.</param>
    public Tensor Combine(double[][] weights)
    {
        var parts = SampleRun.Of(Array.ConvertAll(weights, own => own.Length)).Select(Part).ToArray();
        return parts.Length == 1 ? parts[0] : cat(parts, 0);

        Tensor Part(SampleRun run)
        {
            if (run.Width == 0) return vectors.new_zeros(run.Count, vectors.shape[2]);
            double[] table = [.. weights.Skip(run.First).Take(run.Count).SelectMany(own => own)];
            return RowProducts.Mix(Measurements.ToTensor(table, run.Count, run.Width, vectors), vectors.narrow(0, run.First, run.Count).narrow(1, 0, run.Width));
        }
    }

    private void Grow()
    {
        var wider = Math.Min(most, 2 * capacity);
        var grown = vectors.new_empty(vectors.shape[0], wider, vectors.shape[2]);
        grown.narrow(1, 0, capacity).copy_(vectors);
        // The solve's scope and not the evaluation's, in which this happens.
        grown.MoveToOtherDisposeScope(vectors);
        vectors.Dispose();
        (vectors, capacity) = (grown, wider);
    }
}
