using Deq.Generators.Diagnostics;

namespace Deq.Generators.Parsing;

/// <summary><c>[Solver]</c> and <c>[BackwardSolver]</c>.</summary>
internal static class SolverParser
{
    /// <param name="result">Where the options that the attribute states are added.</param>
    /// <returns>Which solver it is; null where it is none.</returns>
    public static SolverChoice? Parse(
        AttributeData attribute, SolverOptions options, INamedTypeSymbol layer, Compilation compilation, List<OptionModel> result, Defaults defaults, Findings findings)
    {
        SolverChoice? choice = null;
        switch (attribute.ConstructorArguments.FirstOrDefault())
        {
            // A null is taken for a type or a name by a cast that it then has.
            case { Kind: TypedConstantKind.Type, Value: var given }:
                if (SolverTypeParser.Parse(attribute, given as ITypeSymbol, layer, compilation, findings) is not var (own, expression)) break;
                choice = own;
                ReportSettingsOfAType(attribute, options, findings);
                result.Add(new OptionModel(options.Solver, expression));
                break;
            case { Kind: TypedConstantKind.Primitive, Value: var given }:
                string name = given as string ?? "null";
                choice = SolverChoice.Named(name, options.IsAdjoint);
                if (choice?.Kind is { } kind) result.Add(new OptionModel(options.Solver, Solver(kind, Settings(attribute, kind, options, defaults, findings))));
                else ReportUnknown(attribute, name, options.IsAdjoint, findings);
                break;
            default:
                findings.LeaveToCompiler();
                return null;
        }

        AddStopping(attribute, options, result, defaults, findings);
        return choice;
    }

    private static void AddStopping(AttributeData attribute, SolverOptions options, List<OptionModel> result, Defaults defaults, Findings findings)
    {
        foreach (var (written, option, constant) in options.Limits)
        {
            if (!AttributeArguments.TryGet(attribute, written, out int limit)) continue;
            if (limit < 1) OutOfRange(written, limit, "a solve needs at least 1 evaluation", defaults.Text(constant));
            result.Add(new OptionModel(option, CodeText.Number(limit)));
        }
        foreach (var (written, option, constant) in options.Tolerances)
        {
            if (!AttributeArguments.TryGet(attribute, written, out double tolerance)) continue;
            if (!(tolerance > 0) || double.IsInfinity(tolerance))
                findings.At(attribute, written, SolverRules.Tolerance, Suggestion.Default(defaults.Text(constant)), written, CodeText.Number(tolerance), defaults.Text(constant));
            result.Add(new OptionModel(option, CodeText.Number(tolerance)));
        }
        if (StopMode(attribute, findings) is { } mode) result.Add(new OptionModel(options.StopMode, mode));
        if (options.CheckEvery is { } check && AttributeArguments.TryGet(attribute, check, out int every))
        {
            if (every < 1) OutOfRange(check, every, "residuals are checked after at least 1 evaluation", $"{defaults.Text(check)}, on a GPU {defaults.Text(check + "OnGpu")}");
            result.Add(new OptionModel(check, CodeText.Number(every)));
        }

        void OutOfRange(string argument, int value, string allowed, string standard) =>
            findings.At(attribute, argument, SolverRules.Limit, Suggestion.Default(standard), argument, CodeText.Number(value), allowed, standard);
    }

    // Its constructor without parameters makes it, and nothing is set on it afterwards.
    private static void ReportSettingsOfAType(AttributeData attribute, SolverOptions options, Findings findings)
    {
        foreach (string setting in (IEnumerable<string>)[SolverKind.Memory, SolverKind.Damping, .. options.Switches])
            if (attribute.NamedArguments.Any(argument => argument.Key == setting))
                findings.At(attribute, setting, SolverRules.UnusedSetting, Suggestion.None, setting, SolverRules.NotUsedByAType);
    }

    private static void ReportUnknown(AttributeData attribute, string name, bool adjoint, Findings findings)
    {
        var known = SolverKind.Names(adjoint).ToList();
        string nearest = EditDistance.Nearest(name, known);
        findings.At(attribute, null, SolverRules.UnknownName, Suggestion.Nearest(nearest),
            name, adjoint ? "adjoint" : "forward", nearest, string.Join(", ", known));
    }

    private static string Solver(SolverKind kind, IReadOnlyList<OptionModel> settings)
    {
        string type = RuntimeNames.Global($"{RuntimeNames.Solvers}.{kind.Type}");
        return settings.Count == 0
            ? $"new {type}()"
            : $"new {type} {{ {string.Join(", ", settings.Select(setting => $"{setting.Property} = {setting.Expression}"))} }}";
    }

    private static List<OptionModel> Settings(AttributeData attribute, SolverKind kind, SolverOptions options, Defaults defaults, Findings findings)
    {
        var settings = new List<OptionModel>();
        if (AttributeArguments.TryGet(attribute, SolverKind.Memory, out int memory) && IsUsed(SolverKind.Memory))
        {
            if (memory < 1) OutOfRange(SolverKind.Memory, CodeText.Number(memory), "at least 1 step is kept");
            settings.Add(new OptionModel(SolverKind.Memory, CodeText.Number(memory)));
        }
        if (AttributeArguments.TryGet(attribute, SolverKind.Damping, out double damping) && IsUsed(SolverKind.Damping))
        {
            if (!(damping > 0 && damping <= 1)) OutOfRange(SolverKind.Damping, CodeText.Number(damping), "the share of the new value is in (0, 1]");
            settings.Add(new OptionModel(SolverKind.Damping, CodeText.Number(damping)));
        }
        foreach (string setting in options.Switches)
            if (AttributeArguments.TryGet(attribute, setting, out bool isOn) && IsUsed(setting)) settings.Add(new OptionModel(setting, isOn ? "true" : "false"));
        return settings;

        bool IsUsed(string setting)
        {
            bool used = kind.Settings.Contains(setting);
            if (!used) findings.At(attribute, setting, SolverRules.UnusedSetting, Suggestion.None, setting, SolverRules.NotUsedBy(kind.Name, SolverKind.ThatUse(setting, options.IsAdjoint), kind.WhyNot(setting)));
            return used;
        }

        void OutOfRange(string setting, string value, string allowed)
        {
            string standard = (setting == SolverKind.Memory ? kind.DefaultMemory : null) ?? defaults.Text(setting);
            findings.At(attribute, setting, SolverRules.Setting, Suggestion.Default(standard), setting, value, allowed, standard);
        }
    }

    private static string? StopMode(AttributeData attribute, Findings findings)
    {
        const string Argument = "StopMode";
        foreach (var argument in attribute.NamedArguments)
        {
            if (argument.Key != Argument || argument.Value is not { Kind: TypedConstantKind.Enum, Type: { } type, Value: int value }) continue;
            var modes = type.GetMembers().OfType<IFieldSymbol>().Where(field => field.HasConstantValue).ToList();
            if (modes.FirstOrDefault(field => field.ConstantValue is int constant && constant == value) is { } mode)
                return $"{RuntimeNames.Global(RuntimeNames.StopMode)}.{mode.Name}";
            findings.At(attribute, Argument, SolverRules.StopMode, Suggestion.None, CodeText.Number(value), string.Join(", ", modes.Select(field => field.Name)));
        }
        return null;
    }
}
