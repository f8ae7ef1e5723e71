using Deq.Generators.Diagnostics;

namespace Deq.Generators.Parsing;

/// <summary><c>[JacobianReg]</c>.</summary>
internal static class JacobianRegParser
{
    public const string GammaOption = "JacobianGamma";
    public const string FrequencyOption = "JacobianFrequency";
    public const string ProbesOption = "JacobianProbes";
    public const string AttachOption = "JacobianAttach";
    public const string ThroughStateOption = "JacobianThroughState";

    private const string Frequency = "Frequency";
    private const string Probes = "Probes";

    public static IEnumerable<OptionModel> Parse(AttributeData attribute, Defaults defaults, Findings findings)
    {
        var result = new List<OptionModel>();
        if (attribute.ConstructorArguments.FirstOrDefault() is not { Kind: TypedConstantKind.Primitive, Value: double gamma })
        {
            findings.LeaveToCompiler();
            return result;
        }

        if (!(gamma >= 0) || double.IsInfinity(gamma)) findings.At(attribute, null, RegularizationRules.Gamma, Suggestion.None, CodeText.Number(gamma));
        else if (gamma == 0) findings.At(attribute, null, RegularizationRules.GammaIsZero, Suggestion.None);
        result.Add(new OptionModel(GammaOption, CodeText.Number(gamma)));

        if (AttributeArguments.TryGet(attribute, Frequency, out double frequency))
        {
            if (!(frequency >= 0 && frequency <= 1)) OutOfRange(Frequency, CodeText.Number(frequency), "a probability is in [0, 1]", FrequencyOption);
            result.Add(new OptionModel(FrequencyOption, CodeText.Number(frequency)));
        }
        if (AttributeArguments.TryGet(attribute, Probes, out int probes))
        {
            if (probes < 1) OutOfRange(Probes, CodeText.Number(probes), "at least 1 probe is drawn", ProbesOption);
            result.Add(new OptionModel(ProbesOption, CodeText.Number(probes)));
        }
        AddSwitch("Attach", AttachOption);
        AddSwitch("ThroughState", ThroughStateOption);
        return result;

        void AddSwitch(string argument, string option)
        {
            if (AttributeArguments.TryGet(attribute, argument, out bool isOn)) result.Add(new OptionModel(option, isOn ? "true" : "false"));
        }

        void OutOfRange(string argument, string value, string allowed, string constant) =>
            findings.At(attribute, argument, RegularizationRules.Sampling, Suggestion.Default(defaults.Text(constant)), argument, value, $"{allowed}; the default is {defaults.Text(constant)}");
    }
}
