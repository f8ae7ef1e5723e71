using Deq.Generators.Diagnostics;

namespace Deq.Generators.Parsing;

/// <summary><c>[FixedPointCorrection]</c>.</summary>
internal static class FixedPointCorrectionParser
{
    public const string StatesOption = "CorrectionStates";
    public const string DecayOption = "CorrectionDecay";

    private const string Decay = "Decay";

    public static IEnumerable<OptionModel> Parse(AttributeData attribute, Defaults defaults, Findings findings)
    {
        var result = new List<OptionModel>();
        if (attribute.ConstructorArguments.FirstOrDefault() is not { Kind: TypedConstantKind.Primitive, Value: int states })
        {
            findings.LeaveToCompiler();
            return result;
        }

        if (states < 1) findings.At(attribute, null, RegularizationRules.Sampling, Suggestion.None, "states", CodeText.Number(states), "at least 1 state of the solve is recorded");
        result.Add(new OptionModel(StatesOption, CodeText.Number(states)));

        if (AttributeArguments.TryGet(attribute, Decay, out double decay))
        {
            string standard = defaults.Text(DecayOption);
            if (!(decay > 0 && decay <= 1))
                findings.At(attribute, Decay, RegularizationRules.Sampling, Suggestion.Default(standard), Decay, CodeText.Number(decay), $"the share of a loss that is left one state earlier is in (0, 1]; the default is {standard}");
            result.Add(new OptionModel(DecayOption, CodeText.Number(decay)));
        }
        return result;
    }
}
