using Deq.Generators.Diagnostics;
using Deq.Generators.Parsing;
using Microsoft.CodeAnalysis.Diagnostics;

namespace Deq.Generators.Analyzers;

/// <summary>Reports what the parser finds wrong in the declaration of a layer, at its place, but what the generator has told (<see cref="CompilerGate"/>).</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class EquilibriumLayerAnalyzer : DiagnosticAnalyzer
{
    private static readonly ImmutableArray<DiagnosticDescriptor> Rules =
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
    public override ImmutableArray<DiagnosticDescriptor> SupportedDiagnostics => Rules;

    /// <summary>The rule of a finding that the pipeline carries as text.</summary>
    internal static DiagnosticDescriptor Rule(string id) => Rules.First(rule => rule.Id == id);

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
        if (LayerAttributes.Find(type, RuntimeNames.EquilibriumLayerAttribute) is null) return;

        var reported = new List<Finding>();
        var findings = new Findings(reported.Add, context.CancellationToken);
        var model = LayerParser.Parse(type, context.Compilation, findings);
        bool isTold = CompilerGate.IsTold(type, model, findings.Errors);
        foreach (var finding in reported)
            if (!(isTold && finding.IsError)) context.ReportDiagnostic(finding.ToDiagnostic());
    }
}
