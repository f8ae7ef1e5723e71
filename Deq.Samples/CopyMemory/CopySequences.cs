using Deq.Samples.Training;
using TorchSharp;
using static TorchSharp.torch;

namespace Deq.Samples.CopyMemory;

/// <summary>
/// The copy-memory task (Hochreiter and Schmidhuber 1997; Bai, Kolter, Koltun 2019, section 4.1): ten symbols of 1..8, zeros for a time, a 9 as
/// the signal to recall; the target is zero everywhere and the ten symbols, in order, at the end.
/// </summary>
internal sealed class CopySequences
{
    public const int Symbols = 10, Alphabet = 10;

    private const int Signal = 9, Length = 2 * Symbols;

    private readonly int seed;

    /// <param name="delay">T: the symbols must be kept for so long; at least 1. A sequence has T + 20 positions.</param>
    /// <param name="seed">Decides every sequence, together with its number.</param>
    public CopySequences(int delay, int seed)
    {
        Delay = delay >= 1 ? delay : throw new ArgumentOutOfRangeException(nameof(delay), delay, $"the delay is {delay}; it must be at least 1");
        this.seed = seed;
    }

    public int Delay { get; }

    /// <summary>Positions of a sequence.</summary>
    public int Positions => Delay + Length;

    /// <summary>
    /// What a model without memory reaches: nothing at all where the target is zero, and one of eight by chance for each of the ten symbols,
    /// 10 ln 8 / (T + 20), in nats.
    /// </summary>
    public double MemorylessLoss => Symbols * Math.Log(8) / Positions;

    /// <summary>The sequences of these numbers and their targets, B x (T + 20) each.</summary>
    public (Tensor Inputs, Tensor Targets) Of(ReadOnlySpan<int> numbers, Device? device = null)
    {
        long[] inputs = new long[numbers.Length * Positions], targets = new long[numbers.Length * Positions];
        for (int row = 0; row < numbers.Length; row++)
        {
            Random random = EpochOrder.RandomOf(seed, numbers[row]);
            int start = row * Positions, end = start + Positions;
            for (int i = 0; i < Symbols; i++)
                inputs[start + i] = targets[end - Symbols + i] = random.Next(1, Signal);
            // From T + 10 on: ten positions in which to say the symbols.
            for (int i = end - Symbols; i < end; i++) inputs[i] = Signal;
        }

        long[] shape = [numbers.Length, Positions];
        return (tensor(inputs, shape, device: device), tensor(targets, shape, device: device));
    }
}
