using TorchSharp;
using static TorchSharp.torch;

namespace Deq.Reversible;

/// <summary>What one reversible call is held to.</summary>
internal sealed record ReversibleSettings(string Layer, double Beta, int Steps, double? Tolerance, ScalarType StateType, int KeepEvery, OnFailure OnFailure, ISolveObserver? Observer = null)
{
    /// <summary>Whether the meter hears nothing of it.</summary>
    public bool IsTrial { get; init; }

    // 2 K log10(1/|1 - b|) digits are lost over K steps at worst; five of sixteen leave a float64 state with ten, and a narrower one with two in three of its own.
    private const double ShareToLose = 5 / 15.9;

    // A narrower cell meets the state rounded to seven digits at most: eight of a float64 state are enough.
    private const double ToLoseUnderANarrowCell = 8.1;

    /// <summary>Digits that undoing one step may lose: the error grows by up to 1/(1 - b)^2.</summary>
    public static double DigitsPerStep(double beta) => 2 * Math.Log10(1 / Math.Abs(1 - beta));

    /// <summary>K, the most steps between kept pairs for which the reconstruction stays exact to what the cell can tell apart, as far as the state's type goes.</summary>
    /// <param name="beta">b.</param>
    /// <param name="state">The type of y and z.</param>
    /// <param name="cell">The type of f.</param>
    public static int DefaultKeepEvery(double beta, ScalarType state = ScalarType.Float64, ScalarType cell = ScalarType.Float64) => DigitsPerStep(beta) switch
    {
        // Undoing shrinks errors for b > 2: never given; for b near 0 or 2 it hardly grows them.
        <= 0 => int.MaxValue,
        var digits => Math.Max(1, (int)Math.Min(int.MaxValue, DigitsToLose(state, cell) / digits)),
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
            var digits = Digits(StateType);
            return lost <= digits ? null
                : FormattableString.Invariant($"{Layer} undoes {undone} reversible steps of beta {Beta} in {StateType}, which may lose {lost:f0} digits of {digits:f0}: ")
                + $"its gradient can be wrong. {Advice} (Said once.)";
        }
    }

    /// <summary>What makes the steps easier to undo, of what is not so already.</summary>
    public string Advice
    {
        get
        {
            var every = DefaultKeepEvery(Beta, StateType);
            List<string> ways = [];
            if ((KeepEvery == 0 || KeepEvery > every) && every * DigitsPerStep(Beta) <= Digits(StateType)) ways.Add($"set KeepEvery to {every} or less");
            if (StateType != ScalarType.Float64) ways.Add("use a StateType of Float64");
            ways.Add("take a Beta nearer to 0.5");
            var said = string.Join(", or ", ways);
            return $"{char.ToUpperInvariant(said[0])}{said[1..]}.";
        }
    }

    private static double DigitsToLose(ScalarType state, ScalarType cell) =>
        state == ScalarType.Float64 && cell != ScalarType.Float64 ? ToLoseUnderANarrowCell : ShareToLose * Digits(state);

    /// <summary>Decimal digits of a type: of 53, 24, 11 and 8 bits.</summary>
    private static double Digits(ScalarType type) => type switch
    {
        ScalarType.Float64 => 15.9,
        ScalarType.Float32 => 7.2,
        ScalarType.Float16 => 3.3,
        _ => 2.4,
    };
}
