using Deq.Solvers;
using static TorchSharp.torch;

namespace Deq.Samples.Training;

/// <summary>How the equilibria of a model are found and differentiated. It is part of a checkpoint.</summary>
internal sealed record SolveSettings
{
    public const int MostEvaluations = 10_000, MostGradientSteps = 1_000;
    public const double LeastTolerance = 1e-12;

    public string Solver { get; init; } = "anderson";

    // Measured on the shipped corpus: half the tolerance costs a fifth more time and gives the same perplexity.
    public double Tolerance { get; init; } = 2e-2;

    public int Limit { get; init; } = 12;

    public double BackwardTolerance { get; init; } = 5e-2;

    public int BackwardLimit { get; init; } = 8;

    /// <summary>What stands for the gradient of the equilibrium.</summary>
    public GradientMode Gradient { get; init; } = GradientMode.Implicit;

    /// <summary>Taped steps or terms of the gradients that have them; null for the library's default.</summary>
    public int? GradientSteps { get; init; }

    /// <exception cref="SampleException">A setting is out of its range.</exception>
    public void Check()
    {
        Within("--limit", Limit, 1, MostEvaluations);
        Within("--backward-limit", BackwardLimit, 1, MostEvaluations);
        Within("--tolerance", Tolerance, LeastTolerance, 1);
        Within("--backward-tolerance", BackwardTolerance, LeastTolerance, 1);
        if (GradientSteps is { } steps) Within("--gradient-steps", steps, 1, MostGradientSteps);
        Create();

        static void Within(string name, double value, double least, double most)
        {
            if (!(value >= least && value <= most)) throw new SampleException(FormattableString.Invariant($"{name} {value} is not from {least} to {most}"));
        }
    }

    /// <summary>
    /// Puts these settings over those that the layers of a model declare. A reversible layer has none of them: beta and steps, which its
    /// model sets, are all it needs.
    /// </summary>
    /// <param name="model">The model.</param>
    /// <param name="gamma">Weight of the Jacobian penalty.</param>
    /// <param name="frequency">Probability that a step draws it.</param>
    /// <exception cref="SampleException">A setting is out of its range.</exception>
    public void Apply(nn.Module model, double gamma = 0, double frequency = 0)
    {
        Check();
        // The others solve no adjoint problem.
        bool isImplicit = Gradient == GradientMode.Implicit;
        foreach (IEquilibriumLayer layer in model.EquilibriumLayers())
        {
            if (layer.Options.Beta is not null) continue;
            layer.Options = layer.Options with
            {
                Solver = Create(),
                MaxEvaluations = Limit,
                Tolerance = Tolerance,
                BackwardSolver = isImplicit ? Create() : null,
                BackwardMaxEvaluations = isImplicit ? BackwardLimit : null,
                BackwardTolerance = isImplicit ? BackwardTolerance : null,
                Gradient = Gradient,
                GradientSteps = Gradient is GradientMode.Phantom or GradientMode.Neumann ? GradientSteps : null,
                JacobianGamma = gamma,
                JacobianFrequency = frequency,
            };
        }
    }

    private FixedPointSolver Create() => Solver switch
    {
        "anderson" => new Anderson(),
        "broyden" => new Broyden(),
        "picard" => new Picard(),
        _ => throw new SampleException($"there is no solver '{Solver}': take anderson, broyden or picard"),
    };
}
