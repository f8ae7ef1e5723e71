using System.CommandLine;
using System.CommandLine.Parsing;

namespace Deq.Samples.Commands;

/// <summary>Options that the command line names, rather than leaving them to the preset.</summary>
internal static class Given
{
    public static bool Is(ParseResult result, Option option) => result.GetResult(option) is { Implicit: false };

    /// <summary>An option that would do nothing is a misunderstanding, and is told as one.</summary>
    /// <exception cref="SampleException">One of the options is given.</exception>
    public static void Refuse(ParseResult result, string because, params ReadOnlySpan<Option> options)
    {
        foreach (Option option in options)
            if (Is(result, option)) throw new SampleException($"{option.Name} would do nothing: {because}; leave it out");
    }
}
