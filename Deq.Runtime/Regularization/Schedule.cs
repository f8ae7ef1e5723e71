namespace Deq.Regularization;

/// <summary>A number that changes over training, by how many training calls a layer has made. Immutable.</summary>
/// <seealso cref="LinearSchedule"/>
public abstract record Schedule
{
    /// <summary>The value at a step.</summary>
    /// <param name="step">Training calls made before, not negative.</param>
    public abstract double At(long step);

    internal double AllowedAt(long step, double least, double most, string name)
    {
        var value = At(step);
        return value >= least && value <= most ? value
            : throw new EquilibriumException($"{name} gives {value} at step {step}; it must stay in [{least}, {most}].");
    }

    // A schedule that is wrong at its first step is refused where it is set and not in the middle of a run.
    internal static Schedule? Within(Schedule? schedule, double least, double most, string name)
    {
        schedule?.AllowedAt(0, least, most, name);
        (schedule as LinearSchedule)?.AllowedAt(long.MaxValue, least, most, name);
        return schedule;
    }
}

/// <summary>From one value to another in equal steps, and the last one from then on: the gamma that grows from A to B (JR, table 4).</summary>
/// <param name="From">The value at step 0; finite.</param>
/// <param name="To">The value from step <paramref name="Steps"/> on; finite.</param>
/// <param name="Steps">Steps from the one to the other, at least 1.</param>
/// <example>
/// <code>
/// layer.Options = layer.Options with { JacobianGammaSchedule = new LinearSchedule(1.6, 2.5, Steps: 20_000) };
/// </code>
/// </example>
public sealed record LinearSchedule(double From, double To, int Steps) : Schedule
{
    /// <inheritdoc cref="LinearSchedule(double, double, int)" path="/param[@name='From']"/>
    public double From { get; init; } = Finite(From, nameof(From));

    /// <inheritdoc cref="LinearSchedule(double, double, int)" path="/param[@name='To']"/>
    public double To { get; init; } = Finite(To, nameof(To));

    /// <inheritdoc cref="LinearSchedule(double, double, int)" path="/param[@name='Steps']"/>
    public int Steps { get; init; } = Allowed.AtLeastOne(Steps, nameof(Steps))!.Value;

    /// <inheritdoc/>
    public override double At(long step)
    {
        var share = Math.Clamp((double)step / Steps, 0, 1);
        return From * (1 - share) + To * share;
    }

    private static double Finite(double value, string name) => double.IsFinite(value) ? value
        : throw new ArgumentOutOfRangeException(name, value, $"{name} is {value}; a schedule goes between finite numbers.");
}
