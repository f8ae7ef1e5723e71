namespace Deq.Samples.Training;

/// <summary>An explicit model to train after an equilibrium model, under the same settings.</summary>
/// <param name="Layers">How many layers.</param>
/// <param name="Tied">Whether they share the equilibrium model's weights, rather than have weights of their own and as many in all.</param>
internal readonly record struct TwinPlan(int Layers, bool Tied)
{
    public const int MostLayers = 1000;

    /// <summary>What people call it.</summary>
    public string Name => Tied ? $"{Layers} applications" : $"{Layers} stacked layers";

    /// <exception cref="SampleException">No explicit model has so many layers.</exception>
    public static void Check(int layers)
    {
        if (layers is < 1 or > MostLayers) throw new SampleException($"an explicit model has 1 to {MostLayers} layers, not {layers}");
    }

    /// <summary>Its checkpoint in the output folder.</summary>
    public string File => $"{(Tied ? "tied" : "explicit")}-{Layers}.deq";
}
