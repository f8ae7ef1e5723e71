using System.Text.Json;
using TorchSharp;
using static TorchSharp.torch;

namespace Deq.Tests.Runtime;

/// <summary>The reference problems of Golden/fixed-points.json: f(z) = tanh(z W^T + x), 4 samples of 50 numbers, float64.</summary>
internal sealed class GoldenProblem
{
    private const int Batch = 4, Size = 50;
    private static readonly JsonElement File = JsonDocument.Parse(System.IO.File.ReadAllText(
        Path.Combine(AppContext.BaseDirectory, "Runtime", "Golden", "fixed-points.json"))).RootElement;

    private readonly JsonElement numbers;

    private GoldenProblem(string name, double scale, double amplitude)
    {
        numbers = File.GetProperty("problems").GetProperty(name);
        double[] a = new double[Size * Size], x = new double[Batch * Size], c = new double[Size];
        for (var i = 0; i < Size; i++)
            for (var j = 0; j < Size; j++)
                a[i * Size + j] = Math.Sin(0.7 * i + 1.3 * j + 0.1 * i * j + 0.01 * i * i);
        for (var b = 0; b < Batch; b++)
            for (var i = 0; i < Size; i++)
                x[b * Size + i] = amplitude * Math.Cos(0.5 * b + 0.3 * i);
        for (var i = 0; i < Size; i++) c[i] = Math.Sin(0.2 * i + 0.5);
        var matrix = tensor(a, [Size, Size], float64);
        var symmetric = (matrix + matrix.t()) / 2;
        // The 2-norm of a symmetric matrix is its largest absolute eigenvalue.
        W = symmetric * (scale / linalg.eigvalsh(symmetric).abs().max().item<double>());
        X = tensor(x, [Batch, Size], float64);
        LossWeights = tensor(c, float64);
    }

    /// <summary>A contraction with spectral radius .93.</summary>
    public static GoldenProblem P1() => new("P1", 0.95, 0.2);

    /// <summary>No contraction.</summary>
    public static GoldenProblem P3() => new("P3", 1.6, 0.5);

    public Tensor W { get; }
    public Tensor X { get; }
    public Tensor LossWeights { get; }
    public Tensor Start => zeros_like(X);

    public Tensor F(Tensor z) => F(z, X);
    public Tensor F(Tensor z, Tensor x) => (z.matmul(W.t()) + x).tanh();

    public double Number(string name) => numbers.GetProperty(name).GetDouble();
    public double[] Numbers(string name) => Doubles(numbers.GetProperty(name));
    public double[] Trace(string solver) => Doubles(numbers.GetProperty("traces").GetProperty(solver).GetProperty("max_abs_residual"));

    private static double[] Doubles(JsonElement list) => [.. list.EnumerateArray().Select(e => e.GetDouble())];
}
