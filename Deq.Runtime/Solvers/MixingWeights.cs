namespace Deq.Solvers;

/// <summary>
/// Anderson's weights for one sample: of sum 1, minimising ||sum_j a_j g_j||, from the Gram matrix of the residuals kept.
/// </summary>
/// <remarks>
/// With H the Gram matrix, a is proportional to H^-1 1. H is scaled to unit diagonal, S H S with S = diag(1/||g_j||), so a = S y with
/// (S H S + r I) y = S 1: the regulariser r is relative, and any scale of the problem gives the same weights. The Cholesky
/// factorisation takes the newest residual first and leaves out whatever has no direction of its own left, so it cannot break down.
/// </remarks>
internal sealed class MixingWeights(int memory, double regularizer)
{
    private readonly double[] gram = new double[memory * memory];
    private readonly double[] scale = new double[memory];
    private readonly double[] factor = new double[memory * memory];
    private readonly double[] solution = new double[memory];
    private readonly int[] kept = new int[memory];

    public void SetGram(int i, int j, double value) => gram[i * memory + j] = gram[j * memory + i] = value;

    /// <param name="newest">The slot of the newest residual.</param>
    /// <param name="filled">Slots in use.</param>
    /// <param name="weights">Gets one weight per slot in use.</param>
    public void Solve(int newest, int filled, Span<double> weights)
    {
        weights.Clear();
        var count = 0;
        for (var age = 0; age < filled; age++)
        {
            var slot = (newest - age + filled) % filled;
            var square = gram[slot * memory + slot];
            if (!(square > 0) || !double.IsFinite(square)) continue;
            scale[slot] = 1 / Math.Sqrt(square);
            if (Extend(slot, count)) kept[count++] = slot;
        }

        var sum = 0.0;
        for (var r = count - 1; r >= 0; r--)
        {
            for (var t = r + 1; t < count; t++) solution[r] -= factor[t * memory + r] * solution[t];
            solution[r] /= factor[r * memory + r];
            sum += weights[kept[r]] = solution[r] * scale[kept[r]];
        }

        if (sum > 0 && double.IsFinite(sum)) foreach (ref var a in weights) a /= sum;
        else { weights.Clear(); weights[newest] = 1; }
    }

    /// <summary>One more row of the factor L and of L^-1 S 1; false where the residual depends on those already taken.</summary>
    private bool Extend(int slot, int count)
    {
        var right = scale[slot];
        var pivot = 1 + regularizer;
        var row = factor.AsSpan(count * memory, memory);
        for (var c = 0; c < count; c++)
        {
            var value = gram[slot * memory + kept[c]] * scale[slot] * scale[kept[c]];
            for (var t = 0; t < c; t++) value -= row[t] * factor[c * memory + t];
            row[c] = value / factor[c * memory + c];
            pivot -= row[c] * row[c];
            right -= row[c] * solution[c];
        }
        // Rounding can eat the regulariser: what is left of such a column is noise. A NaN is refused too.
        if (!(pivot > regularizer / 2)) return false;
        row[count] = Math.Sqrt(pivot);
        solution[count] = right / row[count];
        return true;
    }
}
