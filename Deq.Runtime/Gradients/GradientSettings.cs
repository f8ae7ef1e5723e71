namespace Deq.Gradients;

/// <summary>How one call is differentiated.</summary>
/// <param name="Mode">The mode.</param>
/// <param name="Steps">k of a phantom or Neumann gradient.</param>
/// <param name="Damping">t of a phantom or Neumann gradient.</param>
/// <param name="Refinement">Most products that refine a SHINE gradient.</param>
internal readonly record struct GradientSettings(GradientMode Mode, int Steps, double Damping, int Refinement)
{
    /// <summary>Whether the layer's value is on a tape all the way, so that the gradient passes as it comes.</summary>
    public bool IsTaped => Mode is GradientMode.Phantom or GradientMode.Unrolled;

    /// <summary>Whether the backward pass solves an adjoint problem.</summary>
    public bool SolvesAdjoint => Mode == GradientMode.Implicit || (Mode == GradientMode.Shine && Refinement > 0);
}
