namespace Deq.Samples.Images;

/// <summary>What an image model does with its cells.</summary>
internal enum ModelKind
{
    /// <summary>Solves for their equilibrium.</summary>
    Equilibrium,

    /// <summary>The explicit twin of equal weights: applies them a number of times and is back-propagated through.</summary>
    Tied,

    /// <summary>The explicit twin of stacked cells with weights of their own.</summary>
    Stacked,
}
