using System.CommandLine;
using Deq.Samples.RevDeq;

namespace Deq.Samples.Commands;

/// <summary><c>revdeq</c>: an image classifier of reversible equilibria.</summary>
internal static class RevDeqCommand
{
    public const string Name = "revdeq";

    public static Command Create()
    {
        Option<double?> beta = NumberOption.CreateOptional("--beta", 0.01, 1.99, "b of the reversible iteration; not 1");
        Option<int?> solverSteps = NumberOption.CreateOptional("--solver-steps", 1, 1000, "most steps of a solve, two evaluations each");
        (string quick, RevDeqSettings standard) = (RevDeqPresets.All[0].Name, RevDeqPresets.All[0].Form);
        beta.Standard(quick, standard.Beta);
        solverSteps.Standard(quick, standard.Steps);
        return ImageCommand.Create(
            Name, "An image classifier of reversible equilibria: the multi-scale implicit ResNet.", "RevDEQ", RevDeqPresets.All, solves: false, [beta, solverSteps],
            (result, form) => form with { Beta = result.GetValue(beta) ?? form.Beta, Steps = result.GetValue(solverSteps) ?? form.Steps });
    }
}
