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
}
