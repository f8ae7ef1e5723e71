namespace Deq.Samples.Training;

/// <summary>
/// The options of the layers that change from step to step: gamma along its schedule, and the drawn forward limit. Both follow from
/// settings and step alone, so a training that was stopped needs no more to go on.
/// </summary>
internal sealed class StepOptions(TrainingTask task, TrainingSettings settings)
{
    private EquilibriumOptions[]? standing;

    /// <summary>Gamma of the latest step.</summary>
    public double Gamma { get; private set; }

    public void Apply(IReadOnlyList<IEquilibriumLayer> layers, int step)
    {
        standing ??= [.. layers.Select(layer => layer.Options)];
        if (!task.Solves(step)) return;
        Gamma = layers.Count == 0 ? 0 : settings.GammaAt(step, task.PretrainSteps + 1);
        int less = settings.LimitSpread == 0 ? 0 : EpochOrder.RandomOf(settings.Seed, step).Next(settings.LimitSpread + 1);
        foreach ((IEquilibriumLayer layer, EquilibriumOptions options) in layers.Zip(standing))
        {
            int? limit = options.MaxEvaluations is { } most && less > 0 ? Math.Max(1, most - less) : options.MaxEvaluations;
            layer.Options = options with
            {
                MaxEvaluations = limit,
                // A drawn limit is for training: without this it would hold for eval mode as well.
                InferenceMaxEvaluations = options.InferenceMaxEvaluations ?? options.MaxEvaluations,
                JacobianGamma = Gamma,
                JacobianFrequency = settings.Frequency,
            };
        }
    }

    /// <summary>Lays the options down as they were before the first step.</summary>
    public void Restore(IReadOnlyList<IEquilibriumLayer> layers)
    {
        if (standing is null) return;
        foreach ((IEquilibriumLayer layer, EquilibriumOptions options) in layers.Zip(standing)) layer.Options = options;
    }
}
