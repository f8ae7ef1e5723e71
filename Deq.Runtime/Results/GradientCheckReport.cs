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
            var reference = string.Join(" and ", new[] { Entries.Any(e => e.Directions > 0) ? "finite differences" : null, Entries.Any(e => e.AlgebraError is not null) ? "dense algebra" : null }.OfType<string>());
            var head = Passed
                ? $"{Subject}: all {Entries.Count} gradients agree with {reference}"
                : $"{Subject}: {wrong} of {Entries.Count} gradients disagree with {reference}";
            var lines = new List<string> { string.Create(CultureInfo.InvariantCulture, $"{head} (relative tolerance {Tolerance:g2}).") };
            lines.AddRange(Problems);
            lines.AddRange(Entries.OrderBy(e => e.Passed).ThenByDescending(e => e.Error).Select(e => e.ToString()));
            if (wrong > 0 && Problems.Count == 0) lines.Add(Hint);
            return string.Join(Environment.NewLine, lines);
        }
    }

    private string Hint
    {
        get
        {
            const string Cell = "look in the cell for detach, no_grad, in-place changes of a state, numbers taken by item() and autograd functions of your own";
            const string Mode = "a phantom, Neumann, Jacobian-free or SHINE gradient differs from the exact one by design";
            var wrong = Entries.Where(e => !e.Passed).ToArray();
            // Dense algebra takes the cell's own derivative: where it agrees, that is what is wrong.
            if (wrong.All(e => e.AlgebraError <= Tolerance)) return $"The gradient is what the cell's own derivative makes it, so that one is wrong: {Cell}.";
            if (wrong.All(e => e.AlgebraError > Tolerance)) return $"The gradient is not what the cell's own derivative makes it: {Mode}, and a backward solver of your own may be wrong. Else {Cell}.";
            return $"{char.ToUpperInvariant(Cell[0])}{Cell[1..]}; {Mode}.";
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
