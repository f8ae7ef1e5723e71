using Deq.Regularization;
using Deq.Solvers;
using TorchSharp;

namespace Deq;

/// <summary>
/// What the runtime keeps for a layer between calls. One field of this type, and none of a tensor or module type, is emitted into a
/// layer: <c>RegisterComponents()</c> would make parameters or buffers of those.
/// </summary>
/// <param name="name">The layer's name, for messages.</param>
public sealed class EquilibriumLayerState(string name)
{
    private long trainingCalls;

    /// <summary>The layer's name.</summary>
    public string Name { get; } = name;

    /// <summary>Options of the layer.</summary>
    public EquilibriumOptions Options
    {
        get;
        set
        {
            ArgumentNullException.ThrowIfNull(value);
            field = value;
        }
    } = EquilibriumOptions.Default;

    /// <summary>What the latest call's solvers did.</summary>
    public EquilibriumStatistics Statistics { get; internal set; } = new();

    /// <summary>Whether the latest call's options have a penalty.</summary>
    internal bool Penalised { get; set; }

    /// <summary>Whether a tape of the layer has shown that it can be differentiated twice.</summary>
    internal bool TapeProven { get; set; }

    /// <summary>Whether the expected loss of digits of a reversible layer has been said.</summary>
    internal bool ReconstructionWarned { get; set; }

    private static readonly HashSet<string> SaidOfCalls = [];
    private HashSet<string>? said;

    /// <summary>Whether it is that of one call without a layer, so that what is said once is said once for all of them.</summary>
    internal bool IsOfACall { get; init; }

    /// <summary>Says once that the solvers of a call read residuals at every evaluation, where it asks for less.</summary>
    internal void SayUnusedChecks(EquilibriumOptions options, Solver forward)
    {
        if (options.CheckEvery is not > 1 || !ChecksEach(forward)) return;
        if (options.Differentiation.SolvesAdjoint && !ChecksEach(options.BackwardSolver ?? forward)) return;
        SayOnce(nameof(options.CheckEvery), $"CheckEvery is {options.CheckEvery}, and {forward.Name} reads its residuals at every evaluation, because it decides by them. It is for picard and for solvers of your own that need no numbers; leave it out.");
    }

    /// <summary>Says what options ask for in vain: by an exception where they are those of the call, else once.</summary>
    /// <param name="isOfCall">Whether they are.</param>
    /// <param name="about">What is said once.</param>
    /// <param name="message">What they ask for, and what to do.</param>
    internal void Refuse(bool isOfCall, string about, string message)
    {
        if (isOfCall) throw new EquilibriumException($"{Name}: {message}");
        SayOnce(about, $"{message} (Said once.)");
    }

    private void SayOnce(string about, string message)
    {
        var topics = IsOfACall ? SaidOfCalls : said ??= [];
        lock (topics)
        {
            if (!topics.Add(about)) return;
        }
        EquilibriumWarnings.Raise($"{Name}: {message}");
    }

    private static bool ChecksEach(Solver solver) => solver is Anderson or Broyden or NewtonKrylov or Gmres;

    /// <summary>Counts a training call that could draw a penalty.</summary>
    /// <returns>How many there were before.</returns>
    internal long NextTrainingCall() => Interlocked.Increment(ref trainingCalls) - 1;

    /// <summary>Told of the cell, z* and, of several states, their layout at the end of every forward solve, and of a reversible layer's cell and z_N at the end of its steps.</summary>
    internal Action<Func<torch.Tensor, torch.Tensor>, torch.Tensor, StateLayout?>? Solved { get; set; }

    /// <summary>Takes the place of the next call's solve, and gives what stands for its fixed point. Once.</summary>
    internal Func<DiagnosedCall, torch.Tensor>? Diagnosis { get; set; }

    /// <summary>The diagnosis that waits for a call, which is then this one.</summary>
    internal Func<DiagnosedCall, torch.Tensor>? TakeDiagnosis()
    {
        var taken = Diagnosis;
        Diagnosis = null;
        return taken;
    }

    /// <summary>Remembers what calls change here.</summary>
    /// <returns>Puts it back.</returns>
    internal Action Remember()
    {
        var (statistics, proven, warned, calls, solved) = (Statistics, TapeProven, ReconstructionWarned, trainingCalls, Solved);
        return () => (Statistics, TapeProven, ReconstructionWarned, trainingCalls, Solved, Diagnosis) = (statistics, proven, warned, calls, solved, null);
    }

    internal PendingPenalties Penalties { get; } = new(name);
}
