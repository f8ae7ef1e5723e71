namespace Deq;

/// <summary>
/// Fixed-point correction (Bai, Geng, Savani, Kolter 2022): in training, the layer records f at intermediate states of its solve too, so
/// that losses on them can teach it to be near its fixed point early. Their gradient is that of one evaluation at the detached state.
/// </summary>
/// <param name="states">Intermediate states, evenly spread over each sample's evaluations; at least 1. Each costs one recorded evaluation.</param>
/// <remarks>The losses are a term that the user adds: <c>loss(result.Value) + result.CorrectionLoss(loss)</c>.</remarks>
/// <example>
/// <code>
/// [EquilibriumLayer]
/// [FixedPointCorrection(2, Decay = 0.8)]
/// </code>
/// What is emitted: <c>var intermediates = call.Intermediates(Cell, Split);</c>, handed to <c>call.Return</c>.
/// </example>
[AttributeUsage(AttributeTargets.Class, Inherited = false)]
public sealed class FixedPointCorrectionAttribute(int states) : Attribute
{
    /// <summary>Intermediate states.</summary>
    public int States { get; } = states;

    /// <summary>w of the weights w^(n-i), in (0, 1]. Default <see cref="EquilibriumDefaults.CorrectionDecay"/>.</summary>
    public double Decay { get; set; } = EquilibriumDefaults.CorrectionDecay;
}
