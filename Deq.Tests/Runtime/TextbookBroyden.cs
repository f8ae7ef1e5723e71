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
    /// <returns>H, D x D.</returns>
    public static Tensor Inverse(Func<Tensor, Tensor> f, Tensor start, int evaluations, int memory = int.MaxValue)
    {
        var minus = -eye(start.shape[0], dtype: float64);
        Tensor h = minus, z = start, g = f(z) - z;
        for (int made = 1, stored = 0; made < evaluations; made++)
        {
            if (stored == memory) (h, stored) = (minus, 0);
            var step = -h.mv(g);
            var next = z + step;
            var image = f(next) - next;
            var change = h.mv(image - g);
            h = h + (step - change).unsqueeze(1).matmul(step.unsqueeze(0).matmul(h)) / step.dot(change);
            (z, g, stored) = (next, image, stored + 1);
        }
        return h;
    }
}
