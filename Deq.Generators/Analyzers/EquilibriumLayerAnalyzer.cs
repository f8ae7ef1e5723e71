using Deq.Generators.Diagnostics;
using Deq.Generators.Parsing;
using Microsoft.CodeAnalysis.Diagnostics;

namespace Deq.Generators.Analyzers;

/// <summary>Reports what the parser finds wrong in the declaration of a layer, at its place.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class EquilibriumLayerAnalyzer : DiagnosticAnalyzer
{
    /// <inheritdoc/>
    public override ImmutableArray<DiagnosticDescriptor> SupportedDiagnostics { get; } =
    [
        ClassRules.NotPartial, ClassRules.ContainerNotPartial, ClassRules.NotAClass, ClassRules.NotAModule, ClassRules.BaseDoesNotFitCell,
        ClassRules.Abstract, ClassRules.NameTaken, ClassRules.DerivesFromLayer, ClassRules.LanguageVersion,
        CellRules.NotOrdinary, CellRules.Missing, CellRules.Several, CellRules.ReturnType, CellRules.Parameters, CellRules.Asynchronous, CellRules.Static,
        StateRules.DuplicateNames, StateRules.OrderDiffers, StateRules.InitialStateMissing, StateRules.InitialStateSignature, StateRules.SeveralInitialStates,
        SolverRules.UnknownName, SolverRules.Tolerance, SolverRules.Limit, SolverRules.Setting, SolverRules.UnusedSetting, SolverRules.StopMode, SolverRules.SolverType,
        GradientRules.UnknownMode, GradientRules.Beta, GradientRules.BetaIsOne, GradientRules.Reconstruction, GradientRules.Conflict,
        GradientRules.ReversiblePenalty, GradientRules.ReversibleSolver, GradientRules.Setting, GradientRules.BroydenNeeded, GradientRules.UnrolledSolver,
        RegularizationRules.Gamma, RegularizationRules.GammaIsZero, RegularizationRules.Sampling,
    ];

    /// <inheritdoc/>
    public override void Initialize(AnalysisContext context)
    {
        context.EnableConcurrentExecution();
        context.ConfigureGeneratedCodeAnalysis(GeneratedCodeAnalysisFlags.Analyze | GeneratedCodeAnalysisFlags.ReportDiagnostics);
        context.RegisterSymbolAction(Check, SymbolKind.NamedType);
    }

    private static void Check(SymbolAnalysisContext context)
    {
        var type = (INamedTypeSymbol)context.Symbol;
        if (LayerAttributes.Find(type, RuntimeNames.EquilibriumLayerAttribute) is not null)
            LayerParser.Parse(type, context.Compilation, new Findings(context.ReportDiagnostic, context.CancellationToken));
    }
}
