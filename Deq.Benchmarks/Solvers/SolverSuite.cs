using TorchSharp;

namespace Deq.Benchmarks.Solvers;

/// <summary>What solvers, gradients and the penalty cost beside the cell that they serve.</summary>
internal sealed class SolverSuite : ISuite
{
    public string Name => "solvers";

    public void Run(TextWriter output, SuiteSettings settings)
    {
        torch.set_num_threads(1);
        output.WriteLine($"libtorch {torch.__version__}, .NET {Environment.Version}, one thread{(settings.Smoke ? "; smoke: the smallest forms, no figure means anything" : "")}");
        if (Environment.GetEnvironmentVariable("OPENBLAS_NUM_THREADS") != "1") output.WriteLine("note: OPENBLAS_NUM_THREADS is not 1, so that matrix products may use more than one thread; ./deq bench sets it");
        StepTable.Print(output, settings);
        OverheadTable.Print(output, settings);
        AdjointTable.Print(output, settings);
        MemoryTable.Print(output, settings);
    }
}
