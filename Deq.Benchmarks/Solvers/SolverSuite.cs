using Deq.Benchmarks.Timing;
using TorchSharp;

namespace Deq.Benchmarks.Solvers;

/// <summary>What solvers, gradients and the penalty cost beside the cell that they serve.</summary>
internal sealed class SolverSuite : ISuite
{
    private static readonly (string Name, Action<TextWriter, SuiteSettings> Print)[] Tables =
    [
        ("steps", StepTable.Print), ("overhead", OverheadTable.Print), ("adjoints", AdjointTable.Print), ("memory", MemoryTable.Print),
    ];

    public string Name => "solvers";

    public void Run(TextWriter output, SuiteSettings settings)
    {
        if (settings.Table is { } table && !Tables.Any(t => t.Name == table))
            throw new ArgumentException($"The suite has no table '{table}'; allowed are {string.Join(", ", Tables.Select(t => t.Name))}.", nameof(settings));
        torch.set_num_threads(1);
        output.WriteLine($"libtorch {torch.__version__}, .NET {Environment.Version}, one thread{(Clock.CountsProcessorTime ? ", processor time" : "")}{(settings.Smoke ? "; smoke: the smallest forms, no figure means anything" : "")}");
        if (Environment.GetEnvironmentVariable("OPENBLAS_NUM_THREADS") != "1") output.WriteLine("note: OPENBLAS_NUM_THREADS is not 1, so that matrix products may use more than one thread; ./deq bench sets it");
        foreach (var (name, print) in Tables)
            if (settings.Table is null || settings.Table == name) print(output, settings);
    }
}
