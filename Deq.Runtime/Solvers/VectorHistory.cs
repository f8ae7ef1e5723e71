using TorchSharp;
using static TorchSharp.torch;

namespace Deq.Solvers;

/// <summary>
/// Vectors of a solve, B x n x D, in blocks that are made as vectors come: a solve that ends early has not paid for its limit, and nothing is copied
/// when it goes on.
/// </summary>
/// <remarks>
/// Small states have one block and so one product per evaluation. Of large ones a block holds few vectors: from a certain size on (32 MB
/// with glibc) malloc gives memory straight back to the system, and each solve would have to fault its pages in again, which costs
/// as much as the products.
/// </remarks>
internal sealed class VectorHistory
{
    private const int BlockBytes = 1 << 24, FewestInABlock = 8;
    private readonly long batch, size;
    private readonly int most, inABlock;
    private readonly List<Tensor> blocks = [];

    /// <param name="like">B x D.</param>
    /// <param name="most">Most vectors that there will be.</param>
    public VectorHistory(Tensor like, int most)
    {
        (batch, size, this.most) = (like.shape[0], like.shape[1], most);
        inABlock = (int)Math.Clamp(BlockBytes / Math.Max(1, batch * size * like.dtype.ElementSize()), FewestInABlock, BlockBytes);
        blocks.Add(like.new_empty(batch, Math.Min(most, inABlock), size));
    }

    public int Count { get; private set; }

    public void Clear() => Count = 0;

    /// <summary>The stored vectors side by side, B x count x D.</summary>
    public Tensor Stored => Joined([.. Parts(0, Count)], 1);

    /// <summary>The place after the stored vectors, B x D: what is written there counts once it is kept.</summary>
    public Tensor Place()
    {
        // In the solve's scope and not the evaluation's, in which this happens.
        if (Count == inABlock * blocks.Count)
            blocks.Add(blocks[0].new_empty(batch, Math.Min(most - Count, inABlock), size).MoveToOtherDisposeScope(blocks[0]));
        return this[Count];
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
    public Tensor this[int index] => blocks[index / inABlock].select(1, index % inABlock);

    /// <summary>The dot products of B x k x D vectors with the stored ones, B x k x count.</summary>
    public Tensor Dots(Tensor rows) => Joined([.. Parts(0, Count).Select(part => RowProducts.Dots(rows, part))], 2);

    /// <summary>The dot products of the latest vector, and of what is in the place after it, with the stored ones, B x 2 x count.</summary>
    public Tensor DotsOfLatest() => Dots(Joined([.. Parts(Count - 1, 2)], 1));

    /// <summary>sum_j weight_j v_{first + j}, B x D.</summary>
    /// <param name="weights">B x 1 x n.</param>
    /// <param name="first">The first vector.</param>
    public Tensor Combine(Tensor weights, int first = 0) => RowProducts.Mix(weights, Parts(first, (int)weights.shape[2]));

    /// <summary>Whether managed code can reach the vectors.</summary>
    public bool IsOnHost => HostRows.Serves(blocks[0]);

    /// <summary>The place after the stored vectors, where managed code can reach them.</summary>
    public RowVector PlaceOnHost()
    {
        Place();
        return OnHost(Count);
    }

    /// <summary>What is in the place after the stored vectors becomes sum_j w_j v_{first + j}, itself the last of them.</summary>
    /// <param name="weights">B x n, row by row, n at least 1.</param>
    /// <param name="first">The first vector; the place is number first + n - 1.</param>
    public void MixIntoPlace(double[] weights, int first)
    {
        var n = (int)(weights.Length / Math.Max(1, batch));
        if (!IsOnHost)
        {
            Place().copy_(Combine(Measurements.ToTensor(weights, batch, n, blocks[0]), first));
            return;
        }
        // The place is both read and written: it comes first.
        var vectors = new RowVector[n];
        var rotated = new double[weights.Length];
        for (var j = 0; j < n; j++)
        {
            vectors[j] = OnHost(j == 0 ? Count : first + j - 1);
            for (var b = 0; b < batch; b++) rotated[b * n + j] = weights[b * n + (j == 0 ? n : j) - 1];
        }
        RowMixture.Fill(vectors[0], rotated, vectors);
    }

    private RowVector OnHost(int index)
    {
        var block = blocks[index / inABlock];
        return new(block, (int)block.shape[1], index % inABlock);
    }

    /// <summary>sum_j weight_j v_j with every sample's own number of weights, B x D.</summary>
    /// <param name="weights">Per sample, of the first vectors.</param>
    public Tensor Combine(double[][] weights)
    {
        return Joined([.. SampleRun.Of(Array.ConvertAll(weights, own => own.Length)).Select(Part)], 0);

        Tensor Part(SampleRun run)
        {
            if (run.Width == 0) return blocks[0].new_zeros(run.Count, size);
            double[] table = [.. weights.Skip(run.First).Take(run.Count).SelectMany(own => own)];
            return RowProducts.Mix(Measurements.ToTensor(table, run.Count, run.Width, blocks[0]), Parts(0, run.Width).Select(part => part.narrow(0, run.First, run.Count)));
        }
    }

    /// <summary>Vectors first, first + 1, ..., block by block: views.</summary>
    private IEnumerable<Tensor> Parts(int first, int count)
    {
        for (int end = first + count, next; first < end; first = next)
        {
            next = Math.Min(end, (first / inABlock + 1) * inABlock);
            yield return blocks[first / inABlock].narrow(1, first % inABlock, next - first);
        }
    }

    private static Tensor Joined(Tensor[] parts, int dimension) => parts.Length == 1 ? parts[0] : cat(parts, dimension);
}
