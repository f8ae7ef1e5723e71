using Microsoft.CodeAnalysis.CSharp;

namespace Deq.Tests.Generators.Diagnostics;

/// <summary>
/// A declaration that a rule must find, beside the nearest one that it must not. All types in it have names that begin with "Block", so that a
/// second copy can stand in the same file.
/// </summary>
/// <param name="Wrong">What is told <paramref name="Id"/> and nothing else of weight, at the text <paramref name="At"/>.</param>
/// <param name="Right">What is told nothing.</param>
public sealed record RuleCase(string Id, string Wrong, string At, string Right)
{
    /// <summary>Whether the fix makes <see cref="Right"/> of <see cref="Wrong"/>.</summary>
    public bool IsFixed { get; init; }

    /// <summary>What the compiler says as well, of the mistakes that it knows too.</summary>
    public string[] Beside { get; init; } = [];

    /// <summary>A finding that the fix leaves to the reader, and that <see cref="Right"/> has: of a body that is to be written.</summary>
    public string Left { get; init; } = "";

    public LanguageVersion Version { get; init; } = LanguageVersion.Latest;
}
