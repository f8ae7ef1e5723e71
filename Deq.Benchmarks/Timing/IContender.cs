namespace Deq.Benchmarks.Timing;

/// <summary>Somebody who can run a case: this process, or a child process with the same loops in another language.</summary>
internal interface IContender : IDisposable
{
    string Name { get; }

    bool Has(string benchmark);

    /// <summary>Runs a case so many times and gives the seconds that took, by the contender's own clock.</summary>
    double Run(string benchmark, int iterations);
}
