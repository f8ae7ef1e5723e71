namespace Deq.Benchmarks;

/// <summary>Figures that belong in one table.</summary>
internal interface ISuite
{
    /// <summary>As it is given on the command line.</summary>
    string Name { get; }

    /// <summary>Measures, and prints the figures with the goals beside them.</summary>
    void Run(TextWriter output);
}
