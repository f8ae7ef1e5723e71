using TorchSharp;

namespace Deq.Reversible;

/// <summary>What one reversible call is held to.</summary>
internal sealed record ReversibleSettings(string Layer, double Beta, int Steps, double? Tolerance, torch.ScalarType StateType, int KeepEvery, OnFailure OnFailure, ISolveObserver? Observer = null)
{
    /// <summary>Whether the meter hears nothing of it.</summary>
    public bool IsTrial { get; init; }

    // 2 K log10(1/|1 - b|) digits are lost over K steps at worst; five leave a float64 state with ten.
    private const double DigitsToLose = 5;

    /// <summary>Digits that undoing one step may lose: the error grows by up to 1/(1 - b)^2.</summary>
    public static double DigitsPerStep(double beta) => 2 * Math.Log10(1 / Math.Abs(1 - beta));

    /// <summary>K, the most steps between kept pairs for which the reconstruction stays exact to ten digits in float64.</summary>
    public static int DefaultKeepEvery(double beta) => DigitsPerStep(beta) switch
    {
        // Undoing shrinks errors for b > 2: never given; for b near 0 or 2 it hardly grows them.
        <= 0 => int.MaxValue,
        var digits => Math.Max(1, (int)Math.Min(int.MaxValue, DigitsToLose / digits)),
    };

    /// <summary>Whether a pair is kept before step <paramref name="n"/>.</summary>
    public bool KeepsBefore(int n) => KeepEvery > 0 && n > 0 && n % KeepEvery == 0;

    /// <summary>What to say where the reconstruction is expected to be worth nothing; null where it is fine.</summary>
    public string? Warning
    {
        get
        {
            var undone = KeepEvery == 0 ? Steps : Math.Min(Steps, KeepEvery);
            var lost = undone * DigitsPerStep(Beta);
            var digits = StateType == torch.ScalarType.Float64 ? 15.9 : 7.2;
            return lost <= digits ? null
                : FormattableString.Invariant($"{Layer} undoes {undone} reversible steps of beta {Beta} in {StateType}, which may lose {lost:f0} digits of {digits:f0}: ")
                + $"its gradient can be wrong. Set KeepEvery to {DefaultKeepEvery(Beta)} or less, or use a StateType of Float64. (Said once.)";
        }
    }
}
