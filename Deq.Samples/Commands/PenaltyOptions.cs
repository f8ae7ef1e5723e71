using System.CommandLine;
using System.CommandLine.Parsing;

namespace Deq.Samples.Commands;

/// <summary>The Jacobian penalty of a training.</summary>
/// <param name="Gamma">Its weight at the first step that solves.</param>
/// <param name="LastGamma">Its weight at the last one; null: it stays.</param>
/// <param name="Frequency">Share of the steps that draw it.</param>
internal readonly record struct Penalty(double Gamma, double? LastGamma, double Frequency);

/// <summary>The options of a <c>train</c> command for the Jacobian penalty.</summary>
internal sealed class PenaltyOptions
{
    private readonly Option<double?> gamma = NumberOption.CreateOptional<double>("--gamma", 0, 1000, "weight of the Jacobian penalty; constant unless --last-gamma is given");
    private readonly Option<double?> lastGamma = NumberOption.CreateOptional<double>("--last-gamma", 0, 1000, "weight of the penalty at the last step, to which --gamma changes linearly");
    private readonly Option<double?> frequency = NumberOption.CreateOptional<double>("--frequency", 0, 1, "share of the steps that draw the penalty");

    public IEnumerable<Option> All => [gamma, lastGamma, frequency];

    /// <summary>Shows a preset's values in the help.</summary>
    public void ShowStandard(string preset, Penalty standard)
    {
        gamma.Standard(preset, standard.Gamma);
        lastGamma.Standard(preset, standard.LastGamma);
        frequency.Standard(preset, standard.Frequency);
    }

    /// <summary>A preset's penalty with the options over it.</summary>
    /// <exception cref="SampleException">An option that would do nothing.</exception>
    public Penalty Bind(ParseResult result, Penalty standard)
    {
        var bound = new Penalty(
            result.GetValue(gamma) ?? standard.Gamma,
            result.GetValue(lastGamma) ?? (result.GetValue(gamma) is null ? standard.LastGamma : null),
            result.GetValue(frequency) ?? standard.Frequency);
        RefuseIdle(result, Math.Max(bound.Gamma, bound.LastGamma ?? 0), gamma, bound.Frequency, frequency);
        if (bound.Frequency == 0) Given.Refuse(result, "--frequency 0 draws no penalty", lastGamma);
        return bound;
    }

    /// <summary>
    /// A share of the steps for a penalty that has no weight, and a weight for one that no step draws. A weight of 0 that is asked for is no
    /// misunderstanding: it is how a series of runs begins.
    /// </summary>
    /// <param name="result">The command line.</param>
    /// <param name="largest">The largest weight of all steps.</param>
    /// <param name="weight">The option of the weight.</param>
    /// <param name="share">Of the steps that draw the penalty.</param>
    /// <param name="frequency">Its option.</param>
    /// <exception cref="SampleException">Either is given.</exception>
    public static void RefuseIdle(ParseResult result, double largest, Option weight, double share, Option frequency)
    {
        if (largest == 0 && !Given.Is(result, weight)) Given.Refuse(result, "the penalty has a weight of 0 here; give it one with --gamma", frequency);
        if (largest > 0 && share == 0) Given.Refuse(result, "--frequency 0 draws no penalty", weight);
    }

    /// <exception cref="SampleException">A penalty is asked for, where there is no equilibrium at which one could be drawn.</exception>
    public void RefuseForReversible(ParseResult result)
    {
        if (result.GetValue(gamma) is > 0 and double given)
            throw new SampleException(FormattableString.Invariant($"--gamma {given} would do nothing: the reversible iteration has no fixed point at which a penalty could be drawn; leave it out"));
        Given.Refuse(result, "the reversible iteration has no penalty", lastGamma, frequency);
    }
}
