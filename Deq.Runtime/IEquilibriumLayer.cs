namespace Deq;

/// <summary>What every class with <c>[EquilibriumLayer]</c> is; the compiler implements it.</summary>
public interface IEquilibriumLayer
{
    /// <summary>Options of this layer: over its attributes, under the options of a call.</summary>
    EquilibriumOptions Options { get; set; }

    /// <summary>What the latest call's solvers did.</summary>
    EquilibriumStatistics Statistics { get; }

    /// <summary>What the runtime keeps for the layer between calls.</summary>
    EquilibriumLayerState State { get; }
}
