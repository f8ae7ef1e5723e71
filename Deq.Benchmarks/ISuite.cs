namespace Deq.Benchmarks;

/// <summary>How a suite is run.</summary>
/// <param name="Rounds">Turns that contenders take; null: the suite's own number.</param>
/// <param name="Table">The one table to print; null: all of the suite's.</param>
/// <param name="Smoke">Everything in its smallest form and once: whether it runs and prints, not what it takes.</param>
internal sealed record SuiteSettings(int? Rounds = null, string? Table = null, bool Smoke = false);

/// <summary>Figures that belong in one table.</summary>
internal interface ISuite
{
    /// <summary>As it is given on the command line.</summary>
    string Name { get; }

    /// <summary>Measures, and prints the figures with the goals beside them.</summary>
    void Run(TextWriter output, SuiteSettings settings);
}
