namespace Deq;

/// <summary>What <see cref="SpectralRadius.Estimate(Func{TorchSharp.torch.Tensor, TorchSharp.torch.Tensor}, TorchSharp.torch.Tensor, int, double, int)"/> found.</summary>
/// <param name="Radii">The largest |eigenvalue| of J, per sample; NaN where a product was not finite.</param>
/// <param name="Settled">Whether each is one by its own evidence (an invariant space, or constant growth); where not, it is the best guess of the products allowed.</param>
/// <param name="Products">Vector-Jacobian products made.</param>
public sealed record SpectralRadiusEstimate(IReadOnlyList<double> Radii, IReadOnlyList<bool> Settled, int Products);
