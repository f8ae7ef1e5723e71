using static TorchSharp.torch;

namespace Deq.Solvers;

/// <summary>
/// A Broyden solve whose steps a_k d_k may be shorter than the direction d_k = -H_k g_k. An evaluation is for one sample a trial that is
/// taken and for another one that is not, so each goes its own way; the history has one place per evaluation, empty for a sample that
/// tries again.
/// </summary>
internal sealed class BroydenLineSearch : SolverState, IKeepsInverse
{
    private const int FirstOwn = 2;    // after the two numbers that the loop reads

    private readonly int memory;
    private readonly Tensor pair;      // B x 2 x D: the direction at hand, and g
    private readonly Tensor bases;     // where each sample's direction begins
    private readonly VectorHistory directions;
    private readonly BroydenLineSearchSample[] samples;
    private readonly SampleProgress? progress;
    private readonly BroydenInverseParts? parts;

    public BroydenLineSearch(Tensor start, int memory, double longest, FixedPointProblem problem)
    {
        this.memory = memory;
        pair = start.new_zeros(start.shape[0], 2, start.shape[1]);
        bases = start.clone();
        progress = problem.InverseFor;
        parts = progress is null ? null : new(progress);
        directions = new(start, parts is null ? memory : memory + 1);
        samples = new BroydenLineSearchSample[start.shape[0]];
        for (var b = 0; b < samples.Length; b++) samples[b] = new(longest);
    }

    public override Tensor Measure(Tensor z, Tensor image)
    {
        var g = pair.select(1, 1);
        g.copy_(image).sub_(z);
        if (directions.Count == 0) return cat([Squares(g), Squares(image)], 1);
        return cat([Squares(g), Squares(image), directions.Dots(pair).flatten(1)], 1);   // d.d_j, then g.d_j
    }

    public override Tensor Next(Tensor z, Tensor image, Measurements numbers)
    {
        parts?.Note(b => samples[b].FactorsOnceTaken);
        if (directions.Count == memory)
        {
            if (parts is { MustSave: true })
            {
                Advance(z, numbers, _ => true);
                parts.Save(directions.Stored, Transform);
            }
            // No direction outlives the history: every trial is taken, and all begin again there.
            directions.Clear();
            foreach (var sample in samples) sample.Restart();
        }
        Advance(z, numbers, b => progress?.IsDone(b) ?? false);
        var lengths = Measurements.ToTensor(Array.ConvertAll(samples, s => s.Length), samples.Length, 1, z).squeeze(2);
        return bases.addcmul(lengths, pair.select(1, 0), 1);
    }

    public BroydenInverse Inverse(Tensor z, Tensor image, Measurements numbers)
    {
        // A trial tells of J whether or not it would have been taken.
        parts!.Note(b => samples[b].FactorsOnceTaken);
        var factors = Array.ConvertAll(samples, s => s.FactorsOnceTaken);
        Advance(z, numbers, _ => true);
        return parts.Join(directions.Stored, Transform, b => factors[b], (b, slot, n) => samples[b].Uses(slot, n));
    }

    private double[] Transform(int sample, int factors) => samples[sample].Transform(factors, directions.Count);

    /// <summary>The next direction of every sample whose trial is taken.</summary>
    private void Advance(Tensor z, Measurements numbers, Func<int, bool> take)
    {
        Tensor d = pair.select(1, 0), g = pair.select(1, 1);
        int batch = samples.Length, places = directions.Count;
        var taken = new bool[batch];
        var weights = new double[batch * (places + 1)];
        for (var b = 0; b < batch; b++)
        {
            taken[b] = samples[b].Take(Math.Sqrt(numbers[b, 0]), take(b));
            if (taken[b]) samples[b].Direct(places, numbers, b, FirstOwn, weights.AsSpan(b * (places + 1), places + 1));
        }
        var table = Measurements.ToTensor(weights, batch, places + 1, z);
        var next = g * table.select(2, places);
        if (places > 0) next.add_(directions.Combine(table.narrow(2, 0, places)));
        var place = directions.Next();
        if (Array.TrueForAll(taken, t => t))
        {
            bases.copy_(z);
            d.copy_(next);
            place.copy_(next);
            return;
        }
        var mask = tensor(taken, device: z.device).unsqueeze(1);
        bases.copy_(where(mask, z, bases));
        d.copy_(where(mask, next, d));
        place.copy_(where(mask, next, zeros_like(next)));
    }
}
