using TorchSharp;
using static TorchSharp.torch;

namespace Deq.Tests.Runtime;

/// <summary>Broyden's good method as textbooks have it: one sample, its inverse H a dense matrix, in float64.</summary>
internal static class TextbookBroyden
{
    /// <param name="f">Maps D numbers to D numbers.</param>
    /// <param name="start">z_0, D.</param>
    /// <param name="evaluations">Evaluations of f; H then knows all secants between them since the latest restart.</param>
    /// <param name="memory">Steps before a restart from H = -I.</param>
    /// <param name="damping">The share of the quasi-Newton step that is taken.</param>
    /// <returns>H, D x D.</returns>
    public static Tensor Inverse(Func<Tensor, Tensor> f, Tensor start, int evaluations, int memory = int.MaxValue, double damping = 1) =>
        Solve(f, start, evaluations, memory, damping).H;

    /// <summary>The points at which f is evaluated, and H after the last of them.</summary>
    public static (List<Tensor> Points, Tensor H) Solve(Func<Tensor, Tensor> f, Tensor start, int evaluations, int memory = int.MaxValue, double damping = 1)
    {
        List<Tensor> points = [start];
        var minus = -eye(start.shape[0], dtype: float64);
        Tensor h = minus, z = start, g = f(z) - z;
        for (int made = 1, stored = 0; made < evaluations; made++)
        {
            if (stored == memory) (h, stored) = (minus, 0);
            var step = -h.mv(g) * damping;
            var next = z + step;
            var image = f(next) - next;
            var change = h.mv(image - g);
            h = h + (step - change).unsqueeze(1).matmul(step.unsqueeze(0).matmul(h)) / step.dot(change);
            (z, g, stored) = (next, image, stored + 1);
            points.Add(z);
        }
        return (points, h);
    }
}
