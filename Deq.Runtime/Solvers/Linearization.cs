using System.Runtime.InteropServices;
using TorchSharp;
using static TorchSharp.torch;

namespace Deq.Solvers;

/// <summary>
/// Products J v at a point, exact: J v is the derivative of u -> J^T u, v by v, since that map is linear in u. One recorded evaluation serves all products at the point.
/// </summary>
internal sealed class Linearization : IDisposable
{
    private readonly Tensor u, transposed;

    private Linearization(Tensor u, Tensor transposed) => (this.u, this.transposed) = (u, transposed);

    /// <summary>f at a point.</summary>
    /// <param name="f">The map, in its own shape and type.</param>
    /// <param name="at">The point.</param>
    /// <param name="subject">Whose, for messages.</param>
    /// <returns>Null where autograd knows no dependence of f on the point, as for a map that is itself made of products.</returns>
    public static Linearization? At(Func<Tensor, Tensor> f, Tensor at, string subject)
    {
        using var taped = enable_grad();
        using var scope = NewDisposeScope();
        var z = at.detach().requires_grad_();
        var value = f(z);
        if (!value.requires_grad) return null;
        var u = zeros_like(value).requires_grad_();
        try
        {
            // Into the leaf's grad, whose failures are exceptions, and not by autograd.grad, whose failure ends the process on TorchSharp.
            autograd.backward([value], [u], retain_graph: true, create_graph: true, inputs: [z]);
        }
        catch (ExternalException e)
        {
            throw NotTwice(subject, e);
        }
        var transposed = z.grad;
        // A leaf whose gradient refers to it keeps both alive.
        z.grad = null;
        return transposed is { requires_grad: true } ? new(u.DetachFromDisposeScope(), transposed.DetachFromDisposeScope()) : null;
    }

    /// <summary>J v.</summary>
    /// <param name="v">Shaped like the point.</param>
    /// <param name="subject">Whose, for messages.</param>
    public Tensor Times(Tensor v, string subject)
    {
        u.grad = null;
        try
        {
            autograd.backward([transposed], [v], retain_graph: true, inputs: [u]);
        }
        catch (ExternalException e)
        {
            throw NotTwice(subject, e);
        }
        var product = u.grad ?? zeros_like(u);
        u.grad = null;
        return product.detach();
    }

    public void Dispose()
    {
        u.Dispose();
        transposed.Dispose();
    }

    private static EquilibriumException NotTwice(string subject, Exception e) => new(
        $"{subject}: the cell cannot be differentiated twice, which products of newton_krylov by autograd need ({e.Message}). Leave Products at Differences.", e);
}
