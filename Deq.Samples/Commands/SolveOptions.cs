using System.CommandLine;
using System.CommandLine.Parsing;
using Deq.Samples.Training;

namespace Deq.Samples.Commands;

/// <summary>The options of a <c>train</c> command that say how its equilibria are found and differentiated.</summary>
/// <param name="more">Gradients that the command has beside those of a solve.</param>
internal sealed class SolveOptions(params string[] more)
{
    private static readonly Dictionary<string, GradientMode> Gradients = new()
    {
        ["implicit"] = GradientMode.Implicit,
        ["phantom"] = GradientMode.Phantom,
        ["neumann"] = GradientMode.Neumann,
        ["jacobian-free"] = GradientMode.JacobianFree,
    };

    private readonly Option<string?> solver = ChoiceOption.CreateOptional("--solver", "forward and adjoint solver", "anderson", "broyden", "picard");
    private readonly Option<int?> limit = NumberOption.CreateOptional("--limit", 1, SolveSettings.MostEvaluations, "most evaluations of the forward solve");
    private readonly Option<double?> backwardTolerance = NumberOption.CreateOptional("--backward-tolerance", SolveSettings.LeastTolerance, 1, "the same for the adjoint");
    private readonly Option<int?> backwardLimit = NumberOption.CreateOptional("--backward-limit", 1, SolveSettings.MostEvaluations, "most products of the adjoint solve");
    private readonly Option<int?> gradientSteps = NumberOption.CreateOptional("--gradient-steps", 1, SolveSettings.MostGradientSteps, "taped steps of phantom, terms of neumann");
    private readonly Option<string?> gradient = ChoiceOption.CreateOptional("--gradient", "how the equilibrium is differentiated", [.. Gradients.Keys, .. more]);

    public Option<double?> Tolerance { get; } = NumberOption.CreateOptional("--tolerance", SolveSettings.LeastTolerance, 1, "relative residual at which the forward solve ends");

    public IEnumerable<Option> All => [solver, Tolerance, limit, backwardTolerance, backwardLimit, gradient, gradientSteps];

    /// <summary>Shows a preset's values in the help.</summary>
    public void ShowStandard(string preset, SolveSettings standard)
    {
        solver.Standard(preset, standard.Solver);
        limit.Standard(preset, standard.Limit);
        backwardTolerance.Standard(preset, standard.BackwardTolerance);
        backwardLimit.Standard(preset, standard.BackwardLimit);
        Tolerance.Standard(preset, standard.Tolerance);
        gradient.Standard(preset, Gradients.First(known => known.Value == standard.Gradient).Key);
        gradientSteps.Standard(preset, standard.GradientSteps);
    }

    /// <summary>Shows a preset's values in the help, where the reversible iteration stands in the solve's place.</summary>
    /// <param name="preset">The preset.</param>
    /// <param name="tolerance">The iteration's.</param>
    /// <param name="name">What the iteration is called among the gradients.</param>
    public void ShowReversible(string preset, double tolerance, string name)
    {
        Tolerance.Standard(preset, tolerance);
        gradient.Standard(preset, name);
    }

    /// <summary>What the command line names; null for nothing.</summary>
    public string? Gradient(ParseResult result) => result.GetValue(gradient);

    /// <summary>A preset's settings with the options over them.</summary>
    /// <exception cref="SampleException">An option that the gradient has no use for.</exception>
    public SolveSettings Bind(ParseResult result, SolveSettings solve)
    {
        SolveSettings bound = solve with
        {
            Solver = result.GetValue(solver) ?? solve.Solver,
            Tolerance = result.GetValue(Tolerance) ?? solve.Tolerance,
            Limit = result.GetValue(limit) ?? solve.Limit,
            BackwardTolerance = result.GetValue(backwardTolerance) ?? solve.BackwardTolerance,
            BackwardLimit = result.GetValue(backwardLimit) ?? solve.BackwardLimit,
            Gradient = Gradient(result) is { } chosen && Gradients.TryGetValue(chosen, out GradientMode mode) ? mode : solve.Gradient,
            GradientSteps = result.GetValue(gradientSteps) ?? solve.GradientSteps,
        };
        string name = Gradients.FirstOrDefault(known => known.Value == bound.Gradient).Key;
        if (bound.Gradient is not (GradientMode.Phantom or GradientMode.Neumann))
            Given.Refuse(result, $"phantom and neumann have steps, --gradient {name} has none", gradientSteps);
        if (bound.Gradient != GradientMode.Implicit)
            Given.Refuse(result, $"--gradient {name} solves for no adjoint", backwardTolerance, backwardLimit);
        return bound;
    }

    /// <exception cref="SampleException">An option of a solve is given, where an iteration of a fixed number of steps stands in its place.</exception>
    public void RefuseForReversible(ParseResult result) => Given.Refuse(
        result, "the reversible iteration ends at --solver-steps or --tolerance and has an exact gradient of its own", solver, limit, backwardTolerance, backwardLimit, gradientSteps);
}
