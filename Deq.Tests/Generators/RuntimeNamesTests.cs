using System.Reflection;
using Deq.Generators;
using Deq.Generators.Parsing;
using Deq.Tests.Generators.Harness;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace Deq.Tests.Generators;

/// <summary>The generator knows the runtime by names alone: each of them is there.</summary>
public sealed class RuntimeNamesTests
{
    private static readonly Compilation Runtime = LayerCompilation.Compile(LanguageVersion.Latest);

    public static TheoryData<string> TypeNames() => new(typeof(RuntimeNames)
        .GetFields(BindingFlags.Public | BindingFlags.Static)
        .Where(field => field.Name is not (nameof(RuntimeNames.Namespace) or nameof(RuntimeNames.Solvers)))
        .Select(field => (string)field.GetRawConstantValue()!));

    [Theory]
    [MemberData(nameof(TypeNames))]
    public void EveryTypeName_IsThere(string name) => Assert.NotNull(Find(name));

    [Fact]
    public void EverySolver_IsARecordWithItsSettings()
    {
        foreach (var kind in SolverKind.All)
        {
            var type = Assert.IsAssignableFrom<INamedTypeSymbol>(Find($"{RuntimeNames.Solvers}.{kind.Type}"));
            Assert.True(type is { IsRecord: true, IsAbstract: false });
            Assert.All(kind.Settings, setting => AssertCanBeSet(type, setting));
        }
    }

    [Fact]
    public void EverySolverOfTheRuntime_HasAName()
    {
        var solvers = Runtime.GetTypeByMetadataName($"{RuntimeNames.Solvers}.Solver")!;
        var records = solvers.ContainingNamespace.GetTypeMembers()
            .Where(type => !type.IsAbstract && DerivesFrom(type, solvers))
            .Select(type => type.Name);
        Assert.Equal(SolverKind.All.Select(kind => kind.Type).Order(), records.Order());
    }

    [Fact]
    public void EveryOption_CanBeSet()
    {
        var options = Find(RuntimeNames.Options)!;
        foreach (var side in new[] { SolverOptions.Forward, SolverOptions.Backward })
        {
            AssertCanBeSet(options, side.Solver);
            AssertCanBeSet(options, side.StopMode);
            Assert.All(side.Limits, limit => AssertCanBeSet(options, limit.Option));
            Assert.All(side.Tolerances, tolerance => AssertCanBeSet(options, tolerance.Option));
        }
        string[] others =
        [
            JacobianRegParser.GammaOption, JacobianRegParser.FrequencyOption, JacobianRegParser.ProbesOption, JacobianRegParser.AttachOption, JacobianRegParser.ThroughStateOption,
            FixedPointCorrectionParser.StatesOption, FixedPointCorrectionParser.DecayOption, SolverOptions.CheckEveryArgument, GradientParser.RefinementOption,
            GradientParser.GradientOption, GradientParser.StepsOption, GradientParser.DampingOption,
            ReversibleParser.BetaOption, ReversibleParser.StepsOption, ReversibleParser.ToleranceOption, ReversibleParser.StateTypeOption, ReversibleParser.KeepEveryOption,
        ];
        Assert.All(others, option => AssertCanBeSet(options, option));
    }

    [Fact]
    public void EveryGradientMode_HasAName()
    {
        var members = Find(RuntimeNames.GradientMode)!.GetMembers().OfType<IFieldSymbol>().Where(field => field.HasConstantValue).Select(field => field.Name);
        Assert.Equal(GradientKind.All.Select(kind => kind.Member).Order(), members.Order());
    }

    [Theory]
    [InlineData(RuntimeNames.SolverAttribute, "MaxEvaluations,Tolerance,InferenceMaxEvaluations,InferenceTolerance,StopMode,Memory,Damping,LineSearch,CheckEvery")]
    [InlineData(RuntimeNames.BackwardSolverAttribute, "MaxEvaluations,Tolerance,StopMode,Memory,Damping,LineSearch,Precondition")]
    [InlineData(RuntimeNames.JacobianRegAttribute, "Frequency,Probes,Attach,ThroughState")]
    [InlineData(RuntimeNames.GradientAttribute, "Steps,Damping,Refine")]
    [InlineData(RuntimeNames.FixedPointCorrectionAttribute, "Decay")]
    [InlineData(RuntimeNames.ReversibleAttribute, "Steps,Tolerance,StateType,KeepEvery")]
    public void EveryArgumentOfAnAttribute_IsReadAndNoOther(string attribute, string arguments)
    {
        var settable = Find(attribute)!.GetMembers().OfType<IPropertySymbol>().Where(property => property.SetMethod is not null).Select(property => property.Name);
        Assert.Equal(arguments.Split(',').Order(), settable.Order());
    }

    [Fact]
    public void EveryDefault_IsAConstant()
    {
        var defaults = new Defaults(Runtime);
        var names = SolverOptions.Forward.Limits.Concat(SolverOptions.Forward.Tolerances)
            .Concat(SolverOptions.Backward.Limits).Concat(SolverOptions.Backward.Tolerances)
            .Select(option => option.Default)
            .Concat([SolverKind.Memory, SolverKind.Damping, JacobianRegParser.FrequencyOption, JacobianRegParser.ProbesOption, GradientParser.StepsOption, GradientParser.DampingOption, GradientParser.RefinementOption, FixedPointCorrectionParser.DecayOption, SolverOptions.CheckEveryArgument, SolverOptions.CheckEveryArgument + "OnGpu", "ReversibleSteps"]);
        Assert.All(names, name => Assert.DoesNotContain(RuntimeNames.Defaults, defaults.Text(name), StringComparison.Ordinal));
    }

    private static void AssertCanBeSet(INamedTypeSymbol type, string property) =>
        Assert.True(type.GetMembers(property).OfType<IPropertySymbol>().SingleOrDefault()?.SetMethod is not null, $"{type}.{property} cannot be set");

    private static bool DerivesFrom(INamedTypeSymbol type, INamedTypeSymbol ancestor) =>
        type.BaseType is { } parent && (SymbolEqualityComparer.Default.Equals(parent, ancestor) || DerivesFrom(parent, ancestor));

    // Nested types are written with a dot and generic ones without their parameters.
    private static INamedTypeSymbol? Find(string name)
    {
        INamespaceOrTypeSymbol? current = Runtime.GlobalNamespace;
        foreach (string part in name.Split('.'))
            current = current?.GetMembers(part).OfType<INamespaceOrTypeSymbol>().FirstOrDefault();
        return current as INamedTypeSymbol;
    }
}
