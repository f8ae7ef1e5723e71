using System.Globalization;
using Deq.Generators.Diagnostics;

namespace Deq.Generators.Parsing;

/// <summary><c>[Reversible]</c>.</summary>
internal static class ReversibleParser
{
    public const string BetaOption = "Beta";
    public const string StepsOption = "Steps";
    public const string ToleranceOption = "Tolerance";
    public const string StateTypeOption = "StateType";
    public const string KeepEveryOption = "KeepEvery";

    private const string StepsDefault = "ReversibleSteps";
    private const string Float64 = "Float64";
    private const string RecommendedBeta = "0.5";

    // Decimal digits of 53, 24, 11 and 8 bits.
    private static readonly Dictionary<string, double> DigitsOf = new() { [Float64] = 15.9, ["Float32"] = 7.2, ["Float16"] = 3.3, ["BFloat16"] = 2.4 };

    public static IEnumerable<OptionModel> Parse(AttributeData attribute, Defaults defaults, Findings findings)
    {
        var options = new List<OptionModel>();
        if (attribute.ConstructorArguments.FirstOrDefault() is not { Kind: TypedConstantKind.Primitive, Value: double beta })
        {
            findings.LeaveToCompiler();
            return options;
        }

        var mended = Suggestion.Default(RecommendedBeta);
        if (!(beta > 0 && beta < 2)) findings.At(attribute, null, GradientRules.Beta, mended, CodeText.Number(beta));
        else if (beta == 1) findings.At(attribute, null, GradientRules.BetaIsOne, mended);
        options.Add(new OptionModel(BetaOption, CodeText.Number(beta)));

        int? steps = Limit(StepsOption, least: 1, "at least 1 step is taken", defaults.Text(StepsDefault));
        if (AttributeArguments.TryGet(attribute, ToleranceOption, out double tolerance))
        {
            if (!(tolerance > 0) || double.IsInfinity(tolerance))
                findings.At(attribute, ToleranceOption, SolverRules.Tolerance, Suggestion.Default("to take all steps"), ToleranceOption, CodeText.Number(tolerance), "to take all steps");
            options.Add(new OptionModel(ToleranceOption, CodeText.Number(tolerance)));
        }
        string? stateType = StateType(attribute, findings);
        if (stateType is not null) options.Add(new OptionModel(StateTypeOption, $"{RuntimeNames.Global(RuntimeNames.ScalarType)}.{stateType}"));
        int? keepEvery = Limit(KeepEveryOption, least: 0, "a pair is kept every so many steps, 0 keeps none", "by beta");

        if (keepEvery is >= 0 && beta is > 0 and < 2 and not 1)
            CheckReconstruction(attribute, beta, steps ?? defaults.Number(StepsDefault), keepEvery.Value, stateType ?? Float64, findings);
        return options;

        int? Limit(string name, int least, string allowed, string standard)
        {
            if (!AttributeArguments.TryGet(attribute, name, out int limit)) return null;
            if (limit < least) findings.At(attribute, name, GradientRules.Setting, Suggestion.Default(standard), name, CodeText.Number(limit), allowed, standard);
            options.Add(new OptionModel(name, CodeText.Number(limit)));
            return limit;
        }
    }

    // Undoing a step lets an error grow by up to 1/(1 - b)^2. Without a stated KeepEvery the runtime chooses one that holds.
    private static void CheckReconstruction(AttributeData attribute, double beta, int steps, int keepEvery, string stateType, Findings findings)
    {
        int undone = keepEvery == 0 ? steps : Math.Min(steps, keepEvery);
        double lost = undone * 2 * Math.Log10(1 / Math.Abs(1 - beta));
        if (!DigitsOf.TryGetValue(stateType, out double digits) || lost <= digits) return;

        findings.At(attribute, KeepEveryOption, GradientRules.Reconstruction, Suggestion.Default("by beta"),
            CodeText.Number(undone), CodeText.Number(beta), stateType,
            lost.ToString("f0", CultureInfo.InvariantCulture), digits.ToString("f0", CultureInfo.InvariantCulture));
    }

    private static string? StateType(AttributeData attribute, Findings findings)
    {
        foreach (var argument in attribute.NamedArguments)
        {
            if (argument.Key != StateTypeOption || argument.Value is not { Kind: TypedConstantKind.Enum, Type: { } type, Value: { } value }) continue;
            string? name = type.GetMembers().OfType<IFieldSymbol>().FirstOrDefault(field => field.HasConstantValue && value.Equals(field.ConstantValue))?.Name;
            if (name is not null && DigitsOf.ContainsKey(name)) return name;
            findings.At(attribute, StateTypeOption, GradientRules.Setting, Suggestion.Default(Float64), StateTypeOption, name ?? $"{value}",
                $"the state is of a type of real floating point, {string.Join(", ", DigitsOf.Keys)}", Float64);
        }
        return null;
    }
}
