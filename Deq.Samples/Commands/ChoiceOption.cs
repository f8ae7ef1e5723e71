using System.CommandLine;
using System.CommandLine.Parsing;

namespace Deq.Samples.Commands;

/// <summary>Options that take one of a few words.</summary>
internal static class ChoiceOption
{
    /// <summary>One of some words, the first by default.</summary>
    public static Option<string> Create(string name, string description, params string[] values) => Complete(values, new Option<string>(name)
    {
        Description = description,
        DefaultValueFactory = _ => values[0],
        HelpName = string.Join('|', values),
        CustomParser = argument => Parse(argument, name, values),
    });

    /// <summary>A word that may be left out: null then.</summary>
    public static Option<string?> CreateOptional(string name, string description, params string[] values) => Complete(values, new Option<string?>(name)
    {
        Description = description,
        HelpName = string.Join('|', values),
        CustomParser = argument => Parse(argument, name, values),
    });

    private static Option<T> Complete<T>(string[] values, Option<T> option)
    {
        option.CompletionSources.Add(values);
        return option;
    }

    private static string Parse(ArgumentResult argument, string name, string[] values)
    {
        string text = argument.Tokens.Count > 0 ? argument.Tokens[^1].Value : "";
        if (!values.Contains(text)) argument.AddError($"{name} got '{text}', allowed is {string.Join(" or ", values)}.");
        return text;
    }
}
