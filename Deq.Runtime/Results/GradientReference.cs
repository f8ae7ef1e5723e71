namespace Deq;

/// <summary>What <c>Equilibrium.CheckGradient</c> compares a gradient with.</summary>
public enum GradientReference
{
    /// <summary>Finite differences; and dense algebra too, where the states of the batch have few enough numbers together.</summary>
    Automatic,

    /// <summary>Finite differences of the loss alone: right whatever the layer is, to some seven digits, two calls per direction.</summary>
    Differences,

    /// <summary>
    /// Dense algebra alone: J by products with the unit vectors at z*, (I - J^T) u = dL/dz* solved directly, then one backward pass of the cell with u.
    /// Exact, and hardly dearer for many parameters; but it takes the cell's own derivative for right.
    /// </summary>
    Algebra,
}
