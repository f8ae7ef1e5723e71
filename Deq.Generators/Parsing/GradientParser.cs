using Deq.Generators.Diagnostics;

namespace Deq.Generators.Parsing;

/// <summary><c>[Gradient]</c>.</summary>
internal static class GradientParser
{
    public const string GradientOption = "Gradient";
    public const string StepsOption = "GradientSteps";
    public const string DampingOption = "GradientDamping";
    public const string RefinementOption = "GradientRefinement";

    /// <param name="options">Where the options that the attribute states are added.</param>
    /// <returns>null where there is no such mode.</returns>
    public static GradientKind? Parse(AttributeData attribute, List<OptionModel> options, Defaults defaults, Findings findings)
    {
        if (attribute.ConstructorArguments.FirstOrDefault() is not { Kind: TypedConstantKind.Primitive } argument)
        {
            findings.LeaveToCompiler();
            return null;
        }

        string name = argument.Value as string ?? "null";
        if (GradientKind.Find(name) is not { } kind)
        {
            string nearest = EditDistance.Nearest(name, GradientKind.Names);
            findings.At(attribute, null, GradientRules.UnknownMode, Suggestion.Nearest(nearest), name, nearest, string.Join(", ", GradientKind.Names));
            return null;
        }

        options.Add(new OptionModel(GradientOption, $"{RuntimeNames.Global(RuntimeNames.GradientMode)}.{kind.Member}"));
        AddNumber(GradientKind.Steps, StepsOption, least: 1, "at least 1 step is taken");
        if (AttributeArguments.TryGet(attribute, GradientKind.Damping, out double damping) && IsUsed(GradientKind.Damping))
        {
            if (!(damping > 0 && damping <= 1)) OutOfRange(GradientKind.Damping, CodeText.Number(damping), "the share of the new value is in (0, 1]", DampingOption);
            options.Add(new OptionModel(DampingOption, CodeText.Number(damping)));
        }
        AddNumber(GradientKind.Refine, RefinementOption, least: 0, "products that refine it are at least 0");
        return kind;

        void AddNumber(string setting, string option, int least, string allowed)
        {
            if (!AttributeArguments.TryGet(attribute, setting, out int number) || !IsUsed(setting)) return;
            if (number < least) OutOfRange(setting, CodeText.Number(number), allowed, option);
            options.Add(new OptionModel(option, CodeText.Number(number)));
        }

        bool IsUsed(string setting)
        {
            bool used = kind.Settings.Contains(setting);
            if (!used) findings.At(attribute, setting, SolverRules.UnusedSetting, Suggestion.None, setting, SolverRules.NotUsedBy(kind.Name, GradientKind.ThatUse(setting)));
            return used;
        }

        void OutOfRange(string setting, string value, string allowed, string constant) => findings.At(
            attribute, setting, GradientRules.Setting, Suggestion.Default(defaults.Text(constant)), setting, value, allowed, defaults.Text(constant));
    }
}
