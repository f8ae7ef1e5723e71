using Deq.Solvers;

namespace Deq.Tests.Runtime;

public class MixingWeightsTests
{
    private static double[] Solve(double[][] residuals, int newest, double regularizer = 1e-10)
    {
        var n = residuals.Length;
        var mixing = new MixingWeights(n, regularizer);
        for (var i = 0; i < n; i++)
            for (var j = 0; j < n; j++)
                mixing.SetGram(i, j, residuals[i].Zip(residuals[j], (a, b) => a * b).Sum());
        var weights = new double[n];
        mixing.Solve(newest, n, weights);
        return weights;
    }

    private static double[][] Random(Random random, int n, int size) =>
        [.. Enumerable.Range(0, n).Select(_ => Enumerable.Range(0, size).Select(_ => random.NextDouble() - 0.5).ToArray())];

    private static double Norm(double[][] residuals, double[] weights)
    {
        var sum = 0.0;
        for (var d = 0; d < residuals[0].Length; d++)
        {
            var v = 0.0;
            for (var j = 0; j < residuals.Length; j++) v += weights[j] * residuals[j][d];
            sum += v * v;
        }
        return Math.Sqrt(sum);
    }

    [Fact]
    public void Weights_SumToOne_AndNoNeighbourIsBetter()
    {
        var random = new Random(1);
        for (var trial = 0; trial < 200; trial++)
        {
            var n = random.Next(1, 7);
            var residuals = Random(random, n, 9);
            var weights = Solve(residuals, random.Next(n));
            Assert.Equal(1, weights.Sum(), 1e-12);
            var best = Norm(residuals, weights);
            for (var i = 0; i < n; i++)
                for (var j = 0; j < n; j++)
                {
                    var other = (double[])weights.Clone();
                    (other[i], other[j]) = (other[i] + 1e-3, other[j] - (i == j ? 0 : 1e-3));
                    if (i != j) Assert.True(Norm(residuals, other) >= best - 1e-9);
                }
        }
    }

    [Fact]
    public void Weights_OfDegenerateHistories_AreFinite()
    {
        var random = new Random(2);
        for (var trial = 0; trial < 5000; trial++)
        {
            var n = random.Next(1, 7);
            var residuals = Random(random, n, 4);
            // Duplicates, zeros, multiples, tiny and huge scales, NaN.
            for (var k = 0; k < random.Next(4); k++)
            {
                int i = random.Next(n), j = random.Next(n);
                var factor = random.Next(6) switch { 0 => 0, 1 => 1, 2 => -1, 3 => 1e-160, 4 => 1e150, _ => 1 + 1e-15 };
                residuals[i] = [.. residuals[j].Select(v => v * factor)];
            }
            if (trial % 50 == 0) residuals[random.Next(n)][0] = double.NaN;
            var weights = Solve(residuals, random.Next(n), trial % 2 == 0 ? 1e-10 : 1e-6);
            Assert.All(weights, w => Assert.True(double.IsFinite(w)));
            Assert.Equal(1, weights.Sum(), 1e-6);
        }
    }

    [Fact]
    public void WithNothingUsable_TheNewestImageIsNext()
    {
        Assert.Equal([0, 1, 0], Solve([[0, 0], [0, 0], [0, 0]], newest: 1));
    }
}
