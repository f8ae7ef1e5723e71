using static TorchSharp.torch;

namespace Deq.Solvers;

/// <summary>
/// Puts the inverse of a solve together. A sample's inverse is that of the moment at which it is done: the solve may go on for its
/// neighbours, restart even, and what happens then is none of its business.
/// </summary>
internal sealed class BroydenInverseParts
{
    private readonly SampleProgress progress;
    private readonly int[] factors;            // of a sample that is done; -1 while it is not
    private readonly double[]?[] transforms;   // of a sample whose steps a restart has overwritten, in keptVectors
    private Tensor? keptVectors;

    public BroydenInverseParts(SampleProgress progress)
    {
        this.progress = progress;
        factors = new int[progress.Batch];
        Array.Fill(factors, -1);
        transforms = new double[progress.Batch][];
    }

    /// <summary>Notes which samples are done.</summary>
    /// <param name="count">Factors of the product form as of this evaluation, the one that its step makes included.</param>
    public void Note(Func<int, int> count)
    {
        for (var b = 0; b < factors.Length; b++)
            if (factors[b] < 0 && progress.IsDone(b)) factors[b] = progress.IsNotFinite(b) ? 0 : count(b);
    }

    /// <summary>Whether a sample is done whose steps are still in the history only.</summary>
    public bool MustSave => Enumerable.Range(0, factors.Length).Any(b => factors[b] > 0 && transforms[b] is null);

    /// <summary>Before a restart: keeps what belongs to samples that are done.</summary>
    /// <param name="vectors">B x n x D, about to be overwritten.</param>
    /// <param name="transform">The n x n matrix of a sample with so many factors.</param>
    public void Save(Tensor vectors, Func<int, int, double[]> transform)
    {
        var rows = Enumerable.Range(0, factors.Length).Where(b => factors[b] > 0 && transforms[b] is null).ToArray();
        if (keptVectors is null)
        {
            keptVectors = zeros_like(vectors);
            keptVectors.MoveToOuterDisposeScope();
        }
        var index = tensor(Array.ConvertAll(rows, b => (long)b), device: vectors.device);
        keptVectors.narrow(1, 0, vectors.shape[1]).index_copy_(0, index, vectors.index_select(0, index));
        foreach (var b in rows) transforms[b] = transform(b, factors[b]);
    }

    /// <summary>The inverse of every sample, those included that are not done.</summary>
    /// <param name="vectors">B x n x D.</param>
    /// <param name="transform">The n x n matrix of a sample with so many factors.</param>
    /// <param name="count">Factors of a sample that is not done.</param>
    /// <param name="uses">Whether a sample's so many factors use a vector.</param>
    public BroydenInverse Join(Tensor vectors, Func<int, int, double[]> transform, Func<int, int> count, Func<int, int, int, bool> uses)
    {
        int batch = factors.Length, width = (int)(keptVectors ?? vectors).shape[1], current = (int)vectors.shape[1];
        var matrices = new double[batch * width * width];
        var fromKept = new bool[batch];
        var unused = new bool[batch * width];
        var widths = new int[batch];
        for (var b = 0; b < batch; b++)
        {
            var n = factors[b] < 0 ? count(b) : factors[b];
            fromKept[b] = transforms[b] is not null;
            var small = transforms[b] ?? transform(b, n);
            var own = fromKept[b] ? width : current;
            var finite = Array.TrueForAll(small, double.IsFinite);
            for (var i = 0; i < own; i++)
                for (var j = 0; j < own && finite; j++) matrices[(b * width + i) * width + j] = small[i * own + j];
            for (var i = 0; i < width; i++)
            {
                unused[b * width + i] = !finite || n == 0 || (!fromKept[b] && (i >= current || !uses(b, i, n)));
                if (!unused[b * width + i]) widths[b] = i + 1;
            }
        }
        var all = vectors;
        if (keptVectors is not null)
        {
            all = zeros_like(keptVectors);
            all.narrow(1, 0, current).copy_(vectors);
            all = where(tensor(fromKept, device: all.device).reshape(batch, 1, 1), keptVectors, all);
        }
        // What a sample's neighbours went on to, or what is not finite, must not meet its zero weights: 0 * NaN is NaN.
        if (unused.Contains(true)) all = where(tensor(unused, device: all.device).reshape(batch, width, 1), zeros_like(all), all);
        return new(all.alias(), tensor(matrices, [batch, width, width], vectors.dtype, vectors.device), widths);
    }
}
