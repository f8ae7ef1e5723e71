namespace Deq.Solvers;

/// <summary>How <see cref="NewtonKrylov"/> multiplies by J = df/dz.</summary>
public enum JacobianProducts
{
    /// <summary>J v ~ (f(z + e v) - f(z))/e: one evaluation per product, half of the type's digits.</summary>
    Differences,

    /// <summary>
    /// By autograd, as the derivative of u -> J^T u: all digits, for one taped evaluation more per point, whose memory is held, and a backward pass through its
    /// backward per product. For cells that can be differentiated twice, so none with an implicit layer in them.
    /// </summary>
    Autograd,
}
