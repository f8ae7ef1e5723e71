using Deq.Generators.Diagnostics;

namespace Deq.Generators.Parsing;

/// <summary><c>[Solver]</c> and <c>[BackwardSolver]</c>.</summary>
internal static class SolverParser
{
    public static IEnumerable<OptionModel> Parse(AttributeData attribute, SolverOptions options, Defaults defaults, Findings findings)
    {
        var result = new List<OptionModel>();
        if (attribute.ConstructorArguments.FirstOrDefault() is not { Kind: TypedConstantKind.Primitive } argument)
        {
            findings.LeaveToCompiler();
            return result;
        }

        string name = argument.Value as string ?? "null";
        if (SolverKind.Find(name, options.IsAdjoint) is { } kind)
            result.Add(new OptionModel(options.Solver, Solver(kind, Settings(attribute, kind, options.IsAdjoint, defaults, findings))));
        else
            ReportUnknown(attribute, name, options.IsAdjoint, findings);

        foreach (var (written, option, constant) in options.Limits)
        {
            if (!AttributeArguments.TryGet(attribute, written, out int limit)) continue;
            if (limit < 1) findings.At(attribute, written, SolverRules.Limit, Suggestion.Default(defaults.Text(constant)), written, CodeText.Number(limit), defaults.Text(constant));
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
        return result;
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

    private static List<OptionModel> Settings(AttributeData attribute, SolverKind kind, bool adjoint, Defaults defaults, Findings findings)
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
        return settings;

        bool IsUsed(string setting)
        {
            bool used = kind.Settings.Contains(setting);
            if (!used) findings.At(attribute, setting, SolverRules.UnusedSetting, Suggestion.None, setting, kind.Name, SolverKind.ThatUse(setting, adjoint));
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
