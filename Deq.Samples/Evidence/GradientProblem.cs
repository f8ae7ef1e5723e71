using Deq.Samples.Images;
using Deq.Samples.Mdeq;
using TorchSharp;
using static TorchSharp.torch;

namespace Deq.Samples.Evidence;

/// <summary>An equilibrium whose gradient dL/dx is known: f(z; x) in float64, and the loss L = sum of c z*.</summary>
/// <param name="Name">What f is.</param>
/// <param name="Cell">f, from z and x, B x D each, to B x D.</param>
/// <param name="Input">x, B x D.</param>
/// <param name="Weights">c, B x D.</param>
internal sealed record GradientProblem(string Name, Func<Tensor, Tensor, Tensor> Cell, Tensor Input, Tensor Weights)
{
    private const double Contraction = 0.9;

    /// <summary>tanh(W z + x) with ||W|| = 0.9.</summary>
    public static GradientProblem Map(int seed, int batch, int width)
    {
        manual_seed(seed);
        Tensor w = randn([width, width], ScalarType.Float64);
        w = w * (Contraction / linalg.svdvals(w)[0]);
        return new GradientProblem("tanh(W z + x), ||W|| = 0.9", (z, x) => tanh(z.matmul(w.t()) + x), randn([batch, width], ScalarType.Float64), randn([batch, width], ScalarType.Float64));
    }

    /// <summary>The cell of <c>mdeq</c>'s preset <c>quick</c> at its start, two scales with smooth activations; x is the image's features.</summary>
    public static GradientProblem Convolutions(int seed, int batch, int side)
    {
        manual_seed(seed);
        var settings = new MdeqSettings { Channels = [4, 8], Groups = 2, Activation = Activation.Softplus, Input = new ImageShape(1, side, side) };
        var layer = new MultiscaleLayer(settings);
        layer.to(ScalarType.Float64);
        int channels = settings.Channels[0];
        long[] sizes = [channels * side * side, settings.Channels[1] * (side / 2) * (side / 2)];

        Tensor Cell(Tensor z, Tensor x)
        {
            Tensor[] parts = z.split(sizes, 1);
            Tensor[] states = [parts[0].reshape(-1, channels, side, side), parts[1].reshape(-1, settings.Channels[1], side / 2, side / 2)];
            Tensor[] next = layer.Applied(states, layer.Inject(x.narrow(1, 0, sizes[0]).reshape(-1, channels, side, side)));
            return cat([next[0].reshape(z.shape[0], -1), next[1].reshape(z.shape[0], -1)], 1);
        }

        return new GradientProblem("two scales of convolutions, as in mdeq", Cell, randn([batch, sizes.Sum()], ScalarType.Float64), randn([batch, sizes.Sum()], ScalarType.Float64));
    }

    /// <summary>
    /// The true gradient by dense algebra, with nothing of the library's: z* by Newton steps, J row by row, u = (I - J^T)^-1 c,
    /// dL/dx = (df/dx)^T u. And the spectral radius of J, by powers of it.
    /// </summary>
    public (Tensor Gradient, double Radius) Truth()
    {
        const int newtonSteps = 30;
        Tensor z = zeros_like(Input), jacobian = Jacobian(z), unit = eye(z.shape[1], dtype: ScalarType.Float64);
        for (int i = 0; i < newtonSteps; i++)
        {
            using (no_grad()) z = z + linalg.solve(unit - jacobian, (Cell(z, Input) - z).unsqueeze(-1)).squeeze(-1);
            jacobian = Jacobian(z);
        }

        Tensor adjoint = linalg.solve(unit - jacobian.transpose(1, 2), Weights.unsqueeze(-1)).squeeze(-1);
        Tensor x = Input.detach().requires_grad_();
        using IDisposable taped = enable_grad();
        Tensor gradient = autograd.grad([Cell(z, x)], [x], [adjoint])[0];
        return (gradient, Radius(jacobian));
    }

    /// <summary>B x D x D, one product with a unit vector for each row.</summary>
    private Tensor Jacobian(Tensor at)
    {
        using IDisposable taped = enable_grad();
        Tensor z = at.detach().requires_grad_(), value = Cell(z, Input);
        var rows = new Tensor[z.shape[1]];
        for (int i = 0; i < rows.Length; i++)
        {
            Tensor unit = zeros_like(value);
            unit.select(1, i).fill_(1);
            rows[i] = autograd.grad([value], [z], [unit], retain_graph: true)[0];
        }

        return stack(rows, 1);
    }

    /// <summary>||J^n||^(1/n), which tends to the spectral radius, the largest of the batch.</summary>
    private static double Radius(Tensor jacobian)
    {
        const int squarings = 10;
        double log = 0;
        for (int i = 0; i < squarings; i++)
        {
            double norm = linalg.vector_norm(jacobian, 2, [1, 2]).max().ToDouble();
            log += Math.Log(norm) / (1 << i);
            jacobian = jacobian / norm;
            jacobian = jacobian.matmul(jacobian);
        }

        return Math.Exp(log + Math.Log(linalg.vector_norm(jacobian, 2, [1, 2]).max().ToDouble()) / (1 << squarings));
    }
}
