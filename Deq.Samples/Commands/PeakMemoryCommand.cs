using System.CommandLine;
using Deq.Samples.Evidence;

namespace Deq.Samples.Commands;

/// <summary><c>peak-memory</c>: what <c>evidence</c> starts for each figure of memory, in a process of its own.</summary>
internal static class PeakMemoryCommand
{
    public static Command Create()
    {
        var step = new Argument<string[]>("step") { Description = "which step, and its sizes", Arity = ArgumentArity.OneOrMore };
        var command = new Command(PeakMemory.Command, "Print the peak memory of one training step.") { step };
        command.Hidden = true;
        command.SetAction(result =>
        {
            string[] words = result.GetRequiredValue(step);
            if (words[0] == TrialStep.Kind) TrialStep.Measure(words[1..], result.InvocationConfiguration.Output);
            else MemoryStep.Measure(words, result.InvocationConfiguration.Output);
        });
        return command;
    }
}
