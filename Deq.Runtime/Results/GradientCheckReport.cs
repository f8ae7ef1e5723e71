using System.Globalization;

namespace Deq;

/// <summary>What <c>Equilibrium.CheckGradient</c> found.</summary>
public sealed class GradientCheckReport
{
    internal GradientCheckReport(string subject, double tolerance, IReadOnlyList<GradientCheckEntry> entries, IReadOnlyList<string> problems)
    {
        (Subject, Tolerance, Entries, Problems) = (subject, tolerance, entries, problems);
        Passed = problems.Count == 0 && entries.Count > 0 && entries.All(e => e.Passed);
    }

    /// <summary>What was checked.</summary>
    public string Subject { get; }

    /// <summary>The relative error that counts as right.</summary>
    public double Tolerance { get; }

    /// <summary>Whether every gradient is right and nothing stood in the way of telling.</summary>
    public bool Passed { get; }

    /// <summary>One entry per input and parameter that wants a gradient.</summary>
    public IReadOnlyList<GradientCheckEntry> Entries { get; }

    /// <summary>What stood in the way: a solve that did not converge, a value that changes from call to call.</summary>
    public IReadOnlyList<string> Problems { get; }

    /// <summary>The findings in words, one line each; the wrong ones first.</summary>
    public string Message
    {
        get
        {
            var wrong = Entries.Count(e => !e.Passed);
            var head = Passed
                ? $"{Subject}: all {Entries.Count} gradients agree with finite differences"
                : $"{Subject}: {wrong} of {Entries.Count} gradients disagree with finite differences";
            var lines = new List<string> { string.Create(CultureInfo.InvariantCulture, $"{head} (relative tolerance {Tolerance:g2}).") };
            lines.AddRange(Problems);
            lines.AddRange(Entries.OrderBy(e => e.Passed).ThenByDescending(e => e.Error).Select(e => e.ToString()));
            if (wrong > 0 && Problems.Count == 0)
                lines.Add("Look in the cell for detach, no_grad, in-place changes of a state, numbers taken by item() and autograd functions of your own; "
                    + "a phantom, Neumann or Jacobian-free gradient differs from the exact one by design.");
            return string.Join(Environment.NewLine, lines);
        }
    }

    /// <summary>Throws where the check did not pass.</summary>
    /// <exception cref="EquilibriumException">With <see cref="Message"/>.</exception>
    public void ThrowIfWrong()
    {
        if (!Passed) throw new EquilibriumException(Message);
    }

    /// <inheritdoc/>
    public override string ToString() => Message;
}
