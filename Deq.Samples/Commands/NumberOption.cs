using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using System.Numerics;

namespace Deq.Samples.Commands;

/// <summary>Options that take a number from a range and say so when they get something else.</summary>
internal static class NumberOption
{
    public static Option<T> Create<T>(string name, T standard, T least, T most, string description)
        where T : struct, INumber<T> => new(name)
        {
            Description = description,
            DefaultValueFactory = _ => standard,
            CustomParser = argument => Parse(argument, name, least, most),
        };

    /// <summary>A number that may be left out: null then.</summary>
    public static Option<T?> CreateOptional<T>(string name, T least, T most, string description)
        where T : struct, INumber<T> => new(name)
        {
            Description = description,
            CustomParser = argument => Parse(argument, name, least, most),
        };

    /// <summary>Ascending numbers with commas between them.</summary>
    public static Option<int[]> CreateList(string name, int[] standard, int least, int most, string description) => new(name)
    {
        Description = $"{description} [default: {string.Join(',', standard)}]",
        CustomParser = argument => ParseList(argument, name, least, most),
        DefaultValueFactory = _ => standard,
        Arity = ArgumentArity.ExactlyOne,
    };

    private static int[] ParseList(ArgumentResult argument, string name, int least, int most)
    {
        string text = argument.Tokens[^1].Value;
        var list = new List<int>();
        foreach (string part in text.Split(','))
        {
            if (!int.TryParse(part, NumberStyles.None, CultureInfo.InvariantCulture, out int value)
                || value < least || value > most || (list.Count > 0 && value <= list[^1]))
            {
                argument.AddError($"{name} got '{text}', allowed are ascending whole numbers from {least} with commas between them, as 2000,6000.");
                return [];
            }

            list.Add(value);
        }

        return [.. list];
    }

    private static T Parse<T>(ArgumentResult argument, string name, T least, T most)
        where T : struct, INumber<T>
    {
        string text = argument.Tokens.Count > 0 ? argument.Tokens[^1].Value : "";
        if (T.TryParse(text, NumberStyles.Float | NumberStyles.AllowThousands, CultureInfo.InvariantCulture, out T value)
            && value >= least && value <= most)
        {
            return value;
        }

        bool whole = T.CreateSaturating(0.5) == T.Zero;
        argument.AddError(string.Create(
            CultureInfo.InvariantCulture,
            $"{name} got '{text}', allowed is a {(whole ? "whole number" : "number")} from {least} to {most}."));
        return default;
    }

    /// <summary>One of some words, the first by default.</summary>
    public static Option<string> Choice(string name, string description, params string[] values)
    {
        var option = new Option<string>(name)
        {
            Description = description,
            DefaultValueFactory = _ => values[0],
            HelpName = string.Join('|', values),
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

    /// <summary>Numbers with commas between them, in any order.</summary>
    public static Option<double[]> CreateList(string name, double[] standard, double least, double most, string description, string example) => new(name)
    {
        Description = $"{description} [default: {string.Join(',', standard.Select(value => FormattableString.Invariant($"{value}")))}]",
        DefaultValueFactory = _ => standard,
        Arity = ArgumentArity.ExactlyOne,
        CustomParser = argument =>
        {
            string text = argument.Tokens[^1].Value;
            double[] values = [.. text.Split(',').Select(part => double.TryParse(part, NumberStyles.Float, CultureInfo.InvariantCulture, out double value) ? value : double.NaN)];
            if (values.All(value => value >= least && value <= most) && values.Distinct().Count() == values.Length) return values;
            argument.AddError(FormattableString.Invariant($"{name} got '{text}', allowed are different numbers from {least} to {most} with commas between them, as {example}."));
            return [];
        },
    };
}
