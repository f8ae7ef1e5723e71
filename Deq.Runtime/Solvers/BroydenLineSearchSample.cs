namespace Deq.Solvers;

/// <summary>The decisions of a Broyden solve with line search for one sample: whether a trial is taken, and where the next one is.</summary>
/// <param name="longest">The length of a step's first trial, in (0, 1].</param>
internal sealed class BroydenLineSearchSample(double longest)
{
    private readonly double longest = longest;
    private const double LeastFall = 1e-4;
    private const double MostShrink = 0.1, LeastShrink = 0.5;
    private const int MostTrials = 5;
    private const int Remembered = 10;
    private const int LongestWait = 64;

    private readonly BroydenCoefficients algebra = new();
    private readonly List<int> slots = [];    // where the history has this sample's directions
    private readonly double[] recent = new double[Remembered];   // ||g|| of the latest iterates
    private double baseNorm = double.PositiveInfinity, firstNorm, leastNorm = double.PositiveInfinity;
    private int trials, steps;
    private int wait, nextWait = 1;    // steps that go unsearched
    private int sinceLeast;
    private bool isWhole;              // the trial at hand is the longest step after a search in vain

    /// <summary>a, the length of the step at hand.</summary>
    public double Length { get; private set; } = longest;

    /// <summary>Factors of the product form once the trial at hand is taken.</summary>
    public int FactorsOnceTaken => slots.Count;

    /// <summary>The place of a direction in the history.</summary>
    public int Slot(int direction) => slots[direction];

    /// <summary>Whether the history's place belongs to one of the directions that so many factors use.</summary>
    public bool Uses(int slot, int factors) => slots.IndexOf(slot) is >= 0 and var index && index <= factors;

    public double[] Transform(int factors, int width) => algebra.Transform(factors, Slot, width);

    /// <summary>Forgets all directions: the next one is g.</summary>
    public void Restart()
    {
        slots.Clear();
        algebra.Clear();
    }

    /// <summary>Takes the trial at hand, or says where on its direction the next one is.</summary>
    /// <param name="norm">||g|| there.</param>
    /// <param name="take">Whether it is taken in any case.</param>
    public bool Take(double norm, bool take)
    {
        if (!take && !isWhole && wait == 0 && slots.Count > 0 && !IsOfUse(norm))
        {
            if (trials < MostTrials)
            {
                trials++;
                // The minimum of the parabola through ||g||^2 at both ends, whose slope along a Newton direction is -2 ||g||^2.
                var ratio = norm / baseNorm;
                var shrink = Length / (ratio * ratio - 1 + 2 * Length);
                Length *= double.IsFinite(shrink) ? Math.Clamp(shrink, MostShrink, LeastShrink) : MostShrink;
            }
            else
            {
                // No length is of use: then the longest, as without a search, which leaves the neighbourhood at least; and none is searched for a while.
                (Length, isWhole) = (longest, true);
                Pause();
            }
            return false;
        }
        if (!isWhole && wait > 0) wait--;
        if (steps == 0) firstNorm = norm;
        if (norm < leastNorm) (leastNorm, sinceLeast) = (norm, 0);
        // So many short steps and no new best: the search holds the sample where ||g|| has a local minimum.
        else if (wait == 0 && ++sinceLeast == recent.Length) Pause();
        recent[steps % recent.Length] = norm;
        (baseNorm, trials, isWhole, steps) = (norm, 0, false, steps + 1);
        return true;
    }

    /// <summary>Longest steps for a while, each time for longer.</summary>
    private void Pause()
    {
        (wait, sinceLeast) = (nextWait, 0);
        nextWait = Math.Min(LongestWait, 2 * nextWait);
    }

    /// <summary>
    /// Below the largest of the latest residuals by a share, or above it by one that shrinks so fast that all of them together are bounded (La Cruz,
    /// Martinez, Raydan 2006; Li and Fukushima 2000). A search that asks for a fall every time stalls where ||g|| has a local minimum.
    /// </summary>
    private bool IsOfUse(double norm)
    {
        var largest = 0.0;
        for (var k = 0; k < Math.Min(steps, recent.Length); k++) largest = Math.Max(largest, recent[k]);
        var rise = firstNorm / (steps + 1.0);
        return norm * norm <= largest * largest + rise * rise - LeastFall * Length * Length * baseNorm * baseNorm;
    }

    /// <summary>The next direction, after a trial that is taken.</summary>
    /// <param name="slot">Its place in the history.</param>
    /// <param name="numbers">d . d_j for every place of the history, from column <paramref name="first"/>, then g . d_j.</param>
    /// <param name="row">The sample.</param>
    /// <param name="first">The first of those columns.</param>
    /// <param name="weights">Gets a weight for every place, and last that of g.</param>
    public void Direct(int slot, Measurements numbers, int row, int first, Span<double> weights)
    {
        weights.Clear();
        weights[^1] = 1;
        var n = slots.Count;
        if (n > 0)
        {
            var places = weights.Length - 1;
            double[] dots = new double[n], along = new double[n], own = new double[n + 1];
            for (var j = 0; j < n; j++) (dots[j], along[j]) = (numbers[row, first + slots[j]], numbers[row, first + places + slots[j]]);
            algebra.Add(dots, Length);
            algebra.Next(along, own);
            for (var j = 0; j < n; j++) weights[slots[j]] = own[j];
            weights[^1] = own[n];
        }
        slots.Add(slot);
        Length = longest;
    }
}
