using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using System.Numerics;

namespace Deq.Samples.Commands;

/// <summary>Options that take a number from a range and say so when they get something else.</summary>
internal static class NumberOption
{
    private const string Number = "N", Numbers = "N,N,...";

    public static Option<T> Create<T>(string name, T standard, T least, T most, string description)
        where T : struct, INumber<T> => new(name)
        {
            Description = description,
            HelpName = Number,
            DefaultValueFactory = _ => standard,
            CustomParser = argument => Parse(argument, name, least, most),
        };

    /// <summary>A number that may be left out: null then.</summary>
    public static Option<T?> CreateOptional<T>(string name, T least, T most, string description)
        where T : struct, INumber<T> => new(name)
        {
            Description = description,
            HelpName = Number,
            CustomParser = argument => Parse(argument, name, least, most),
        };

    /// <summary>
    /// Whole numbers with commas between them, or a word for none. Where it is left out its value is an empty list as well, and only the
    /// result's being there tells the two apart.
    /// </summary>
    public static Option<int[]> CreateOptionalList(string name, int least, int most, string description, string example, bool ascending, string? none = null) => new(name)
    {
        Description = description,
        HelpName = Numbers,
        CustomParser = argument => argument.Tokens[^1].Value == none ? [] : ParseList(argument, name, least, most, example, ascending),
        Arity = ArgumentArity.ExactlyOne,
    };

    private static int[] ParseList(ArgumentResult argument, string name, int least, int most, string example, bool ascending)
    {
        string text = argument.Tokens[^1].Value;
        var list = new List<int>();
        foreach (string part in text.Split(','))
        {
            if (!int.TryParse(part, NumberStyles.None, CultureInfo.InvariantCulture, out int value)
                || value < least || value > most || (ascending && list.Count > 0 && value <= list[^1]))
            {
                argument.AddError($"{name} got '{text}', allowed are {(ascending ? "ascending " : "")}whole numbers from {least} to {most} with commas between them, as {example}.");
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

    /// <summary>Numbers with commas between them, in any order. Where it is left out its value is an empty list, which stands for <paramref name="standard"/>.</summary>
    public static Option<double[]> CreateList(string name, double[] standard, double least, double most, string description, string example) => new(name)
    {
        // Not by the library's way of a default, which would print it in a form that is not understood.
        Description = $"{description} [default: {string.Join(',', standard.Select(value => FormattableString.Invariant($"{value}")))}]",
        HelpName = Numbers,
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
