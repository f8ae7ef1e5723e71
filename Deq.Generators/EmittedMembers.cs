namespace Deq.Generators;

/// <summary>The members that every layer gets beside <c>forward</c>; a class that has one of these names already is told so (DEQ008).</summary>
internal static class EmittedMembers
{
    public const string DeclaredOptions = "DeclaredOptions";
    public const string State = "equilibriumState";
    public const string Options = "Options";
    public const string Statistics = "Statistics";
    public const string Solve = "Solve";
    public const string ImplicitGradient = "ImplicitGradient";
    public const string ReversibleGradient = "ReversibleGradient";

    public static readonly ImmutableArray<string> All = [DeclaredOptions, State, Options, Statistics, Solve, ImplicitGradient, ReversibleGradient];
}
