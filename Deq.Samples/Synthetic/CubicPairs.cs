using static TorchSharp.torch;

namespace Deq.Samples.Synthetic;

/// <summary>The sign of 5x in the regression's target: the paper prints both.</summary>
internal enum LinearTerm
{
    /// <summary>-5x, as in section 5.1.</summary>
    Minus,

    /// <summary>+5x, as in appendix A.1.</summary>
    Plus,
}

/// <summary>
/// Pairs of the JR paper's one-dimensional regression (section 5.1): y = 1.5 x^3 + x^2 -+ 5x + 2 sin x - 3 + noise of variance 0.05,
/// x evenly random in [-2, 2]. The noise is the error that no model can go below.
/// </summary>
internal sealed record CubicPairs(float[] X, float[] Y)
{
    public const int Training = 4096, Validation = 1000;

    /// <summary>The largest |x|.</summary>
    public const double Reach = 2;

    public const double NoiseVariance = 0.05;

    public int Count => X.Length;

    /// <summary>The target without noise.</summary>
    public static double Target(double x, LinearTerm term) =>
        1.5 * x * x * x + x * x + (term == LinearTerm.Minus ? -5 : 5) * x + 2 * Math.Sin(x) - 3;

    /// <summary>The 4096 pairs to train on and the 1000 to validate on.</summary>
    public static (CubicPairs Train, CubicPairs Validate) Draw(LinearTerm term, int seed)
    {
        var random = new Random(seed);
        CubicPairs Pairs(int count)
        {
            var pairs = new CubicPairs(new float[count], new float[count]);
            for (int i = 0; i < count; i++)
            {
                double x = Reach * (2 * random.NextDouble() - 1);
                double normal = Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());
                (pairs.X[i], pairs.Y[i]) = ((float)x, (float)(Target(x, term) + Math.Sqrt(NoiseVariance) * normal));
            }

            return pairs;
        }

        return (Pairs(Training), Pairs(Validation));
    }

    /// <summary>x and y of some pairs, each n x 1.</summary>
    public (Tensor X, Tensor Y) Batch(ReadOnlySpan<int> pairs, Device device)
    {
        (float[] x, float[] y) = (new float[pairs.Length], new float[pairs.Length]);
        for (int i = 0; i < pairs.Length; i++) (x[i], y[i]) = (X[pairs[i]], Y[pairs[i]]);
        return (tensor(x, [x.Length, 1L], device: device), tensor(y, [y.Length, 1L], device: device));
    }
}
