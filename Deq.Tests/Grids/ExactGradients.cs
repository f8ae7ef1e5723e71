using Deq.Tests.Runtime;
using TorchSharp;
using static TorchSharp.torch;

namespace Deq.Tests.Grids;

/// <summary>The definition of every gradient mode, for one problem in float64, out of dense algebra and plain loops on a tape.</summary>
internal sealed class ExactGradients
{
    private readonly Func<Tensor, Tensor, Tensor> f;
    private readonly Tensor root, start, x;
    private readonly Lazy<Tensor> jacobian;

    public ExactGradients(GridProblem problem)
    {
        (f, start, var given) = problem.Build(ScalarType.Float64);
        x = given.detach().requires_grad_();
        root = problem.Reference().Root;
        Weights = (arange(root.numel(), ScalarType.Float64) * 0.37 + 0.5).sin().view(root.shape);
        jacobian = new(() => Dense.Jacobian(z => f(z, given), root));
    }

    /// <summary>dL/dz*, of the loss sum(z* Weights).</summary>
    public Tensor Weights { get; }

    public Func<Tensor, Tensor, Tensor> F => f;

    public Tensor Root => root;

    public Tensor Start => start;

    public Tensor X => x.detach();

    /// <summary>J at z*, of the flattened batch.</summary>
    public Tensor Jacobian => jacobian.Value;

    private Tensor G => Weights.reshape(-1, 1);

    private Tensor Identity => eye(root.numel(), dtype: ScalarType.Float64);

    /// <summary>u = (I - J^T)^-1 g.</summary>
    public Tensor Implicit() => Through(linalg.solve((Identity - jacobian.Value).t(), G));

    /// <summary>u = g.</summary>
    public Tensor JacobianFree() => Through(G);

    /// <summary>u = t sum_{i &lt; k} ((t J + (1 - t) I)^T)^i g.</summary>
    public Tensor Neumann(int steps, double t)
    {
        var damped = jacobian.Value.t() * t + Identity * (1 - t);
        Tensor term = G, sum = term;
        for (var i = 1; i < steps; i++) sum += term = damped.matmul(term);
        return Through(sum * t);
    }

    /// <summary>k steps z &lt;- t f(z) + (1 - t) z from the detached z*.</summary>
    public Tensor Phantom(int steps, double t) => Back(Loop(root, steps, t));

    /// <summary>The solver's own steps from z_0; the value is f of the last iterate, which is not damped.</summary>
    public Tensor Unrolled(int evaluations, double damping = 1) => Back(f(Loop(start, evaluations - 1, damping), x));

    /// <summary>The coupled steps y' = (1 - b) y + b f(z), z' = (1 - b) z + b f(y').</summary>
    public Tensor Reversible(int steps, double beta)
    {
        Tensor y = start, z = start;
        for (var n = 0; n < steps; n++)
        {
            y = y * (1 - beta) + f(z, x) * beta;
            z = z * (1 - beta) + f(y, x) * beta;
        }
        return Back(z);
    }

    /// <summary>u = -H^T g with the inverse that textbook Broyden steps from z_0 build, every sample for itself.</summary>
    public Tensor Shine(int evaluations, int memory = int.MaxValue)
    {
        var samples = Enumerable.Range(0, (int)start.shape[0]).Select(b =>
        {
            Tensor At(Tensor z)
            {
                using var untaped = no_grad();
                var all = start.clone();
                all[b] = z.view(start.shape[1..]);
                return f(all, X)[b].flatten();
            }
            return -TextbookBroyden.Inverse(At, start[b].flatten(), evaluations, memory).t().mv(Weights[b].flatten());
        });
        return stack([.. samples]).view(root.shape);
    }

    /// <summary>u &lt;- J^T u + g, k evaluations of it from the given u; of every sample the image of the u with the smallest relative residual.</summary>
    public Tensor RefinedByPicard(Tensor u, int products, Tensor at)
    {
        var best = u;
        double[]? least = null;
        for (var k = 0; k < products; k++)
        {
            var image = TransposedProduct(u, at) + Weights;
            var residual = Dense.Numbers((image - u).flatten(1).norm(1) / image.flatten(1).norm(1));
            var better = residual.Select((r, b) => least is null || r < least[b]).ToArray();
            best = where(tensor(better).view([better.Length, .. Enumerable.Repeat(1L, (int)u.dim() - 1)]), image, best);
            least = [.. residual.Select((r, b) => least is null ? r : Math.Min(r, least[b]))];
            u = image;
        }
        return best;
    }

    /// <summary>The u of the smallest residual r of (I - J^T) u = g over u_0 and its Krylov space of so many products, one of which is r_0's; and u + r.</summary>
    public Tensor RefinedByGmres(Tensor u, int products, Tensor at) => RefinedByGmres(v => TransposedProduct(v, at), Weights, u, products);

    /// <summary>The same of any J^T and g.</summary>
    public static Tensor RefinedByGmres(Func<Tensor, Tensor> transposedProduct, Tensor g, Tensor u, int products)
    {
        Tensor Apply(Tensor v) => v - transposedProduct(v);
        var residual = g - Apply(u);
        List<Tensor> space = [], images = [];
        for (var k = 1; k < products; k++)
        {
            var v = k == 1 ? residual : images[^1];
            v = v / v.flatten(1).norm(1).view([v.shape[0], .. Enumerable.Repeat(1L, (int)v.dim() - 1)]);
            space.Add(v);
            images.Add(Apply(v));
        }
        var samples = Enumerable.Range(0, (int)u.shape[0]).Select(b =>
        {
            Tensor basis = stack([.. space.Select(v => v[b].flatten())], 1), image = stack([.. images.Select(v => v[b].flatten())], 1);
            var y = linalg.pinv(image).mv(residual[b].flatten());
            return u[b].flatten() + basis.mv(y) + residual[b].flatten() - image.mv(y);
        });
        return stack([.. samples]).view(u.shape);
    }

    private Tensor TransposedProduct(Tensor v, Tensor at)
    {
        var z = at.detach().requires_grad_();
        return autograd.grad([f(z, X)], [z], [v])[0];
    }

    private Tensor Loop(Tensor z, int steps, double t)
    {
        for (var k = 0; k < steps; k++) z = f(z, x) * t + z * (1 - t);
        return z;
    }

    private Tensor Back(Tensor z) => autograd.grad([(z * Weights).sum()], [x])[0];

    /// <summary>(df/dx)^T u at z*, or where it is said.</summary>
    public Tensor Through(Tensor u, Tensor? at = null) => autograd.grad([f(at ?? root, x)], [x], [u.view(root.shape)])[0];
}
