using System.CommandLine;

namespace Deq.Samples.Commands;

/// <summary>Options that take one of a few words.</summary>
internal static class ChoiceOption
{
    /// <summary>A word that may be left out: null then.</summary>
    public static Option<string?> CreateOptional(string name, string description, params string[] values)
    {
        var option = new Option<string?>(name)
        {
            Description = $"{description}: {string.Join(", ", values)}",
            CustomParser = argument =>
            {
                string text = argument.Tokens.Count > 0 ? argument.Tokens[^1].Value : "";
                if (!values.Contains(text)) argument.AddError($"{name} got '{text}', allowed is {string.Join(" or ", values)}.");
                return text;
            },
        };
        option.CompletionSources.Add(values);
        return option;
    }
}
