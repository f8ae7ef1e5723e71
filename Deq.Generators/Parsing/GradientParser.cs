using Deq.Generators.Diagnostics;

namespace Deq.Generators.Parsing;

/// <summary><c>[Gradient]</c>.</summary>
internal static class GradientParser
{
    public const string GradientOption = "Gradient";
    public const string StepsOption = "GradientSteps";
    public const string DampingOption = "GradientDamping";

    private const string Steps = "Steps";
    private const string Damping = "Damping";

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
        if (AttributeArguments.TryGet(attribute, Steps, out int steps) && IsUsed(Steps))
        {
            if (steps < 1) OutOfRange(Steps, CodeText.Number(steps), "at least 1 step is taken", StepsOption);
            options.Add(new OptionModel(StepsOption, CodeText.Number(steps)));
        }
        if (AttributeArguments.TryGet(attribute, Damping, out double damping) && IsUsed(Damping))
        {
            if (!(damping > 0 && damping <= 1)) OutOfRange(Damping, CodeText.Number(damping), "the share of the new value is in (0, 1]", DampingOption);
            options.Add(new OptionModel(DampingOption, CodeText.Number(damping)));
        }
        return kind;

        bool IsUsed(string setting)
        {
            if (!kind.HasSteps)
            {
                string users = string.Join(", ", GradientKind.All.Where(other => other.HasSteps).Select(other => other.Name));
                findings.At(attribute, setting, SolverRules.UnusedSetting, Suggestion.None, setting, kind.Name, users);
            }
            return kind.HasSteps;
        }

        void OutOfRange(string setting, string value, string allowed, string constant) => findings.At(
            attribute, setting, GradientRules.Setting, Suggestion.Default(defaults.Text(constant)), setting, value, allowed, defaults.Text(constant));
    }
}
