using System.Globalization;
using Deq.Benchmarks.Timing;
using TorchSharp;

namespace Deq.Benchmarks.Binding;

/// <summary>What a call of torch costs from here, beside the same call from Python on the same machine.</summary>
internal sealed class BindingSuite : ISuite
{
    private const int UsualRounds = 51;
    private const double Goal = 1;

    public string Name => "binding";

    public void Run(TextWriter output, SuiteSettings settings)
    {
        int rounds = settings.Smoke ? 1 : settings.Rounds ?? UsualRounds;
        torch.set_num_threads(1);
        using var ours = new InProcess(BindingLoops.All.ToDictionary(loop => loop.Name, loop => loop.Run));
        using PythonPeer? python = PythonPeer.Start(Path.Combine(AppContext.BaseDirectory, "Binding", "loops.py"));
        output.WriteLine($"libtorch {torch.__version__}, one thread, median of {rounds} rounds{(python is null ? "; no Python with torch here, so nothing to compare with" : $"; PyTorch {python.Version} in turns with ours")}");
        if (Environment.GetEnvironmentVariable("OPENBLAS_NUM_THREADS") != "1") output.WriteLine("note: OPENBLAS_NUM_THREADS is not 1, so that matrix products may use more than one thread; ./deq bench sets it");
        output.WriteLine();
        output.WriteLine($"| {"nanoseconds",-58} | {"Deq",9} | {"Python",9} | {"ratio",5} | goal   |");
        output.WriteLine($"| {new string('-', 58)} | {new string('-', 8)}: | {new string('-', 8)}: | {new string('-', 4)}: | ------ |");
        foreach (BindingLoop loop in BindingLoops.All)
        {
            Outcome outcome = Duel.Fight(loop.Name, python is null ? [ours] : [ours, python], rounds);
            string theirs = outcome.Seconds.Count > 1 ? Nanoseconds(outcome.Seconds[1]) : "";
            string ratio = outcome.Ratio is { } r ? r.ToString("F2", CultureInfo.InvariantCulture) : "";
            string goal = outcome.Ratio is { } reached ? $"<= {Goal:0}{(reached <= Goal ? "" : " missed")}" : "";
            output.WriteLine($"| {loop.Title,-58} | {Nanoseconds(outcome.Seconds[0]),9} | {theirs,9} | {ratio,5} | {goal,-6} |");
        }
    }

    private static string Nanoseconds(double seconds) => (seconds * 1e9).ToString("N0", CultureInfo.InvariantCulture);
}
