using TorchSharp;
using static TorchSharp.torch;

namespace Deq;

/// <summary>The first thing to ask of a layer that does not converge, or trains badly.</summary>
public static class DiagnosisExtensions
{
    /// <summary>
    /// Runs every solver on the layer's problem for an input, forward and adjoint, measures the cell's Jacobian, and says what to set.
    /// </summary>
    /// <param name="layer">A layer with <c>[EquilibriumLayer]</c>, of one or several states, reversible or not.</param>
    /// <param name="input">What it is called with: a batch that is typical, or one that fails.</param>
    /// <param name="options">Limits, tolerances, seed; null for the defaults.</param>
    /// <returns>The diagnosis; <c>Console.WriteLine(diagnosis)</c> prints a report.</returns>
    /// <remarks>
    /// The layer is called once, in eval mode and untaped, with the options that a training call would have. Its options, statistics, mode, gradients and
    /// torch's CPU generator are as before afterwards, also where the cell throws. It costs up to some ten solves of
    /// <see cref="DiagnosisOptions.MaxEvaluations"/> evaluations and the memory of one of Broyden's.
    /// </remarks>
    /// <exception cref="EquilibriumException">It is no equilibrium layer, or its call does not reach its solve.</exception>
    /// <example>
    /// <code>
    /// Console.WriteLine(layer.Diagnose(x));
    /// </code>
    /// </example>
    public static EquilibriumDiagnosis Diagnose<T, TResult>(this nn.Module<T, TResult> layer, T input, DiagnosisOptions? options = null) =>
        Equilibrium(layer).Diagnose(() => layer.forward(input), options);

    /// <inheritdoc cref="Diagnose{T, TResult}(nn.Module{T, TResult}, T, DiagnosisOptions?)"/>
    public static EquilibriumDiagnosis Diagnose<T1, T2, TResult>(this nn.Module<T1, T2, TResult> layer, T1 input1, T2 input2, DiagnosisOptions? options = null) =>
        Equilibrium(layer).Diagnose(() => layer.forward(input1, input2), options);

    /// <inheritdoc cref="Diagnose{T, TResult}(nn.Module{T, TResult}, T, DiagnosisOptions?)"/>
    public static EquilibriumDiagnosis Diagnose<T1, T2, T3, TResult>(this nn.Module<T1, T2, T3, TResult> layer, T1 input1, T2 input2, T3 input3, DiagnosisOptions? options = null) =>
        Equilibrium(layer).Diagnose(() => layer.forward(input1, input2, input3), options);

    /// <inheritdoc cref="Diagnose{T, TResult}(nn.Module{T, TResult}, T, DiagnosisOptions?)"/>
    public static EquilibriumDiagnosis Diagnose<T1, T2, T3, T4, TResult>(
        this nn.Module<T1, T2, T3, T4, TResult> layer, T1 input1, T2 input2, T3 input3, T4 input4, DiagnosisOptions? options = null) =>
        Equilibrium(layer).Diagnose(() => layer.forward(input1, input2, input3, input4), options);

    /// <inheritdoc cref="Diagnose{T, TResult}(nn.Module{T, TResult}, T, DiagnosisOptions?)"/>
    public static EquilibriumDiagnosis Diagnose<T1, T2, T3, T4, T5, TResult>(
        this nn.Module<T1, T2, T3, T4, T5, TResult> layer, T1 input1, T2 input2, T3 input3, T4 input4, T5 input5, DiagnosisOptions? options = null) =>
        Equilibrium(layer).Diagnose(() => layer.forward(input1, input2, input3, input4, input5), options);

    /// <inheritdoc cref="Diagnose{T, TResult}(nn.Module{T, TResult}, T, DiagnosisOptions?)"/>
    public static EquilibriumDiagnosis Diagnose<T1, T2, T3, T4, T5, T6, TResult>(
        this nn.Module<T1, T2, T3, T4, T5, T6, TResult> layer, T1 input1, T2 input2, T3 input3, T4 input4, T5 input5, T6 input6, DiagnosisOptions? options = null) =>
        Equilibrium(layer).Diagnose(() => layer.forward(input1, input2, input3, input4, input5, input6), options);

    /// <summary>Diagnoses a layer where it stands in a model, or with a start or options of a call of its own.</summary>
    /// <param name="layer">The layer.</param>
    /// <param name="call">Leads to a call of the layer, the first of which is diagnosed: <c>() =&gt; model.call(batch)</c>, <c>() =&gt; layer.Solve(x, initial: z)</c>.</param>
    /// <param name="options">Limits, tolerances, seed; null for the defaults.</param>
    /// <returns>The diagnosis.</returns>
    /// <remarks>What the call does outside the layer it does as always, but untaped.</remarks>
    /// <exception cref="EquilibriumException">The call ran no solve of this layer.</exception>
    /// <example>
    /// <code>
    /// Console.WriteLine(model.Block.Diagnose(() => model.call(tokens)));
    /// </code>
    /// </example>
    public static EquilibriumDiagnosis Diagnose(this IEquilibriumLayer layer, Action call, DiagnosisOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(layer);
        ArgumentNullException.ThrowIfNull(call);
        return DiagnosisRun.Of(layer, call, options ?? new());
    }

    private static IEquilibriumLayer Equilibrium(nn.Module layer)
    {
        ArgumentNullException.ThrowIfNull(layer);
        return layer as IEquilibriumLayer
            ?? throw new EquilibriumException($"{layer.GetName()} is no equilibrium layer: it lacks [EquilibriumLayer]. Of a model, diagnose the layers in it: model.EquilibriumLayers().First().Diagnose(() => model.call(x)).");
    }
}
