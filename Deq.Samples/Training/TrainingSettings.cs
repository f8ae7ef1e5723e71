namespace Deq.Samples.Training;

/// <summary>How a model is trained, whichever it is. All of it decides the result, so a training goes on only under the same.</summary>
internal sealed record TrainingSettings
{
    public int Seed { get; init; } = 1;

    public required int Steps { get; init; }

    public required double LearningRate { get; init; }

    public int WarmUpSteps { get; init; }

    /// <summary>Share of the learning rate that the cosine leaves at the end.</summary>
    public double LastShare { get; init; } = 0.02;

    /// <summary>Largest norm of the gradient; infinite for no clipping.</summary>
    public double Clip { get; init; } = double.PositiveInfinity;

    /// <summary>Weight of the Jacobian penalty at the first step that solves.</summary>
    public double Gamma { get; init; }

    /// <summary>Weight at the last step, to which it grows linearly (JR paper, table 4: "1.6 to 2.5"); null: it stays.</summary>
    public double? LastGamma { get; init; }

    /// <summary>Probability that a step draws the penalty.</summary>
    public double Frequency { get; init; } = 1;

    /// <summary>
    /// The forward limit T is drawn anew for each step from T - this to T (JR paper, appendix: {T-2..T}), so that the model does not lean
    /// on one number of evaluations; 0 for none.
    /// </summary>
    public int LimitSpread { get; init; }

    /// <summary>How often the validation data are looked at.</summary>
    public int Validations { get; init; } = 10;

    /// <summary>Weight of the penalty at a step, whose first one that solves is <paramref name="first"/>.</summary>
    public double GammaAt(int step, int first)
    {
        if (LastGamma is not { } last) return Gamma;
        double done = Steps <= first ? 1 : Math.Clamp((double)(step - first) / (Steps - first), 0, 1);
        return Gamma + (last - Gamma) * done;
    }
}
