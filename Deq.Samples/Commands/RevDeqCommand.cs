using System.CommandLine;
using Deq.Samples.RevDeq;
using Deq.Samples.Training;

namespace Deq.Samples.Commands;

/// <summary><c>revdeq</c>: an image classifier of reversible equilibria.</summary>
internal static class RevDeqCommand
{
    private const string Name = "revdeq";

    public static Command Create()
    {
        Option<double?> beta = NumberOption.CreateOptional("--beta", 0.01, 1.99, "b of the reversible iteration; not 1");
        Option<int?> solverSteps = NumberOption.CreateOptional("--solver-steps", 1, 1000, "most steps of a solve, two evaluations each");
        Option<double?> tolerance = NumberOption.CreateOptional("--tolerance", SolveSettings.LeastTolerance, 1, "relative residual at which a solve ends sooner");
        Option<int[]> channels = NumberOption.CreateOptionalList("--channels", 1, 65_536, "channels of the stages, each but the first of half the resolution of the one before", "16,32,64", ascending: false);
        Option<int[]> widths = NumberOption.CreateOptionalList("--widths", 1, 64, "how many times wider the cell of each stage is inside", "1,3,3", ascending: false);
        (string quick, RevDeqSettings standard) = (RevDeqPresets.All[0].Name, RevDeqPresets.All[0].Form);
        foreach ((Option option, object? value) in (IEnumerable<(Option, object?)>)
            [(beta, standard.Beta), (solverSteps, standard.Steps), (tolerance, standard.Tolerance), (channels, standard.Channels), (widths, standard.Widths)])
        {
            option.Standard(quick, value);
        }

        return ImageCommand.Create(
            Name, "An image classifier of reversible equilibria: the multi-scale implicit ResNet", "RevDEQ", RevDeqPresets.All, [channels, widths, beta, solverSteps, tolerance],
            (result, form) => form with
            {
                Channels = Given.Is(result, channels) ? result.GetRequiredValue(channels) : form.Channels,
                Widths = Given.Is(result, widths) ? result.GetRequiredValue(widths) : form.Widths,
                Beta = result.GetValue(beta) ?? form.Beta,
                Steps = result.GetValue(solverSteps) ?? form.Steps,
                Tolerance = result.GetValue(tolerance) ?? form.Tolerance,
            },
            reversible: true);
    }
}
