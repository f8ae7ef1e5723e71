using System.Globalization;
using System.Reflection;

namespace Deq.Tests.Ground.Signatures;

/// <summary>Writes the public and protected members of a type in the form of the reference list.</summary>
internal static class MemberFormat
{
    private const BindingFlags Declared = BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly;

    internal static IEnumerable<string> Lines(Type type)
    {
        string owner = Name(type) + " | ";
        yield return owner + Kind(type);
        foreach (var c in type.GetConstructors(Declared).Where(c => !c.IsStatic && IsVisible(c)))
            yield return owner + (c.IsPublic ? "" : "protected ") + $".ctor({Parameters(c.GetParameters())})";
        foreach (var f in type.GetFields(Declared).Where(f => (f.IsPublic || f.IsFamily || f.IsFamilyOrAssembly) && !f.IsSpecialName))
        {
            yield return owner
                + (f.IsLiteral ? $"const {f.Name}={Constant(f.GetRawConstantValue())}" : (f.IsStatic ? "static " : "") + f.Name) + $" -> {Name(f.FieldType)}";
        }

        foreach (var p in type.GetProperties(Declared))
            if (Property(p) is { } text) yield return owner + text;
        if (type.IsEnum) yield break;
        foreach (var m in type.GetMethods(Declared).Where(IsVisible))
            if (!IsAccessor(m)) yield return owner + Method(m);
    }

    private static string Kind(Type type)
    {
        if (type.IsEnum) return "enum";
        if (type.IsValueType) return "struct";
        if (type.IsInterface) return "interface";
        string kind = typeof(Delegate).IsAssignableFrom(type) ? "delegate"
            : type is { IsAbstract: true, IsSealed: true } ? "static class"
            : type.IsAbstract ? "abstract class"
            : type.IsSealed ? "sealed class"
            : "class";
        return type.BaseType is null || type.BaseType == typeof(object) ? kind : $"{kind} : {Name(type.BaseType)}";
    }

    private static string? Property(PropertyInfo p)
    {
        var accessors = p.GetAccessors(nonPublic: true).Where(IsVisible).ToArray();
        if (accessors.Length == 0) return null;
        var first = accessors[0];
        string index = p.GetIndexParameters() is { Length: > 0 } i ? $"[{string.Join(", ", i.Select(x => $"{Name(x.ParameterType)} {x.Name}"))}]" : "";
        string get = p.GetMethod is { } g && IsVisible(g) ? "get; " : "", set = p.SetMethod is { } s && IsVisible(s) ? "set; " : "";
        return $"{Modifiers(first)}{p.Name}{index} {{ {get}{set}}} -> {Name(p.PropertyType)}";
    }

    private static string Method(MethodInfo m)
    {
        string generic = m.IsGenericMethodDefinition ? $"<{string.Join(",", m.GetGenericArguments().Select(a => a.Name))}>" : "";
        return $"{Modifiers(m)}{m.Name}{generic}({Parameters(m.GetParameters())}) -> {Name(m.ReturnType)}";
    }

    private static string Modifiers(MethodInfo m) =>
        (m.IsPublic ? "" : "protected ") + (m.IsStatic ? "static " : m.IsAbstract ? "abstract " : m is { IsVirtual: true, IsFinal: false } ? "virtual " : "");

    private static string Parameters(ParameterInfo[] parameters) => string.Join(", ", parameters.Select(p =>
        (p.IsDefined(typeof(ParamArrayAttribute)) ? "params " : "") + $"{Name(p.ParameterType)} {p.Name}" + (p.HasDefaultValue ? "=" + Constant(p.RawDefaultValue) : "")));

    private static string Constant(object? value) => value switch
    {
        null => "null",
        bool b => b ? "true" : "false",
        string s => $"\"{s}\"",
        IFormattable f => f.ToString(null, CultureInfo.InvariantCulture),
        _ => value.ToString()!,
    };

    internal static string Name(Type type)
    {
        if (type.IsGenericParameter) return type.Name;
        if (type.IsByRef) return Name(type.GetElementType()!) + "&";
        if (type.IsPointer) return Name(type.GetElementType()!) + "*";
        if (type.IsArray) return Name(type.GetElementType()!) + $"[{new string(',', type.GetArrayRank() - 1)}]";
        string name = type.IsGenericType ? type.GetGenericTypeDefinition().FullName! : type.FullName!;
        return type.IsGenericType ? $"{name}[{string.Join(",", type.GetGenericArguments().Select(Name))}]" : name;
    }

    private static bool IsVisible(MethodBase m) => m.IsPublic || m.IsFamily || m.IsFamilyOrAssembly;

    private static bool IsAccessor(MethodInfo m) => m.IsSpecialName && !m.Name.StartsWith("op_", StringComparison.Ordinal);
}
