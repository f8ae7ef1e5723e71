namespace Deq.Generators.Diagnostics;

/// <summary>What a finding suggests to write, for a code fix to write it. Types are fully qualified; a fix shortens them where it stands.</summary>
internal static class Suggestion
{
    public const string BaseClassKey = "BaseClass";
    public const string MemberKey = "Member";
    public const string ReturnTypeKey = "ReturnType";
    public const string ParametersKey = "Parameters";
    public const string NearestKey = "Nearest";
    public const string DefaultKey = "Default";

    public static readonly ImmutableDictionary<string, string?> None = ImmutableDictionary<string, string?>.Empty;

    public static ImmutableDictionary<string, string?> BaseClass(string type) => None.Add(BaseClassKey, type);

    public static ImmutableDictionary<string, string?> Member(string declaration) => None.Add(MemberKey, declaration);

    /// <param name="returnType">The return type to write; null to leave it.</param>
    /// <param name="parameters">The parameters to write; null to leave them.</param>
    public static ImmutableDictionary<string, string?> Signature(string? returnType, string? parameters) =>
        None.Add(ReturnTypeKey, returnType).Add(ParametersKey, parameters);

    public static ImmutableDictionary<string, string?> Nearest(string name) => None.Add(NearestKey, name);

    public static ImmutableDictionary<string, string?> Default(string value) => None.Add(DefaultKey, value);
}
