using System.Diagnostics;
using TorchSharp;
using static TorchSharp.torch;

namespace Deq.Tests.GroundModules;

public class MemoryTests
{
    private const int WarmUp = 300;
    private const int Steps = 1500;

    // Three lists of nine handles leaked a step would be far above; the collector's own wandering is far below.
    private const long Slack = 12L << 20;

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Training_LeavesResidentMemoryFlat(bool inScope)
    {
        using var recurrent = nn.LSTM(16, 64);
        using var output = nn.Linear(64, 256);
        nn.Module[] modules = [recurrent, output];
        var parameters = modules.SelectMany(module => module.parameters()).ToList();
        using var optimiser = optim.Adam(parameters, 1e-4, amsgrad: true);
        using var x = randn(4, 8, 16);
        using var target = zeros(32, 256);
        void Step()
        {
            using var scope = inScope ? NewDisposeScope() : null;
            var (sequence, hidden, cell) = recurrent.call(x);
            using (hidden)
            using (cell)
            using (sequence)
            using (var flat = sequence.reshape(32, 64))
            using (var prediction = output.call(flat))
            using (var loss = nn.functional.mse_loss(prediction, target)) loss.backward();
            nn.utils.clip_grad_norm_(parameters, 1);
            optimiser.step();
            foreach (var module in modules) module.zero_grad();
        }

        for (var step = 0; step < WarmUp; step++) Step();
        var before = Resident();
        for (var step = 0; step < Steps; step++) Step();
        Assert.InRange(Resident() - before, long.MinValue, Slack);
    }

    private static long Resident()
    {
        GC.Collect();
        GC.WaitForPendingFinalizers();
        GC.Collect();
        using var process = Process.GetCurrentProcess();
        return process.WorkingSet64;
    }
}
