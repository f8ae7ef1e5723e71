using Deq.Generators.Diagnostics;
using Deq.Generators.Parsing;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Diagnostics;

namespace Deq.Generators.Analyzers;

/// <summary>Modules and parameters that a layer holds but never registers (DEQ009).</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class RegistrationAnalyzer : DiagnosticAnalyzer
{
    private static readonly ImmutableHashSet<string> Registering =
        ["RegisterComponents", "register_module", "register_parameter", "register_buffer", "ConditionallyRegisterParameter"];

    /// <inheritdoc/>
    public override ImmutableArray<DiagnosticDescriptor> SupportedDiagnostics { get; } = [ClassRules.NotRegistered];

    /// <inheritdoc/>
    public override void Initialize(AnalysisContext context)
    {
        context.EnableConcurrentExecution();
        context.ConfigureGeneratedCodeAnalysis(GeneratedCodeAnalysisFlags.None);
        context.RegisterSymbolAction(Check, SymbolKind.NamedType);
    }

    private static void Check(SymbolAnalysisContext context)
    {
        var layer = (INamedTypeSymbol)context.Symbol;
        if (LayerAttributes.Find(layer, RuntimeNames.EquilibriumLayerAttribute) is null || !TorchTypes.DerivesFromModule(layer)) return;

        var components = Components(layer).ToList();
        if (components.Count == 0 || Registers(layer, context.CancellationToken)) return;

        // A base class that registers does so before the constructor of this class runs: what is made by then is registered.
        if (BaseRegisters(layer, context.CancellationToken)) components.RemoveAll(component => IsInitialized(component, context.CancellationToken));
        if (components.Count == 0) return;

        var first = components[0].AssociatedSymbol ?? components[0];
        var place = layer.InstanceConstructors.FirstOrDefault(constructor => !constructor.IsImplicitlyDeclared)?.Locations.FirstOrDefault() ?? first.Locations.FirstOrDefault();
        context.ReportDiagnostic(Diagnostic.Create(ClassRules.NotRegistered, place, layer.Name, first.Name));
    }

    // RegisterComponents sees instance fields, those behind properties included, and no items of collections.
    private static IEnumerable<IFieldSymbol> Components(INamedTypeSymbol layer) => layer.GetMembers().OfType<IFieldSymbol>()
        .Where(field => !field.IsStatic && (TorchTypes.DerivesFromModule(field.Type) || TorchTypes.IsParameter(field.Type)));

    private static bool BaseRegisters(INamedTypeSymbol layer, CancellationToken cancellation)
    {
        foreach (var type in UserTypes(layer).Skip(1))
            if (type.SpecialType == SpecialType.None && (type.DeclaringSyntaxReferences.IsEmpty || Registers(type, cancellation))) return true;
        return false;
    }

    private static bool IsInitialized(IFieldSymbol field, CancellationToken cancellation) =>
        (field.AssociatedSymbol ?? field).DeclaringSyntaxReferences.Select(part => part.GetSyntax(cancellation)).Any(syntax => syntax
            is VariableDeclaratorSyntax { Initializer: not null } or PropertyDeclarationSyntax { Initializer: not null });

    /// <summary>Whether a constructor registers, itself or through methods of the class and its bases.</summary>
    private static bool Registers(INamedTypeSymbol type, CancellationToken cancellation)
    {
        var methods = UserTypes(type)
            .SelectMany(own => Members(own, cancellation))
            .OfType<MethodDeclarationSyntax>()
            .ToLookup(method => method.Identifier.ValueText);

        var open = new Queue<SyntaxNode>(Members(type, cancellation).OfType<ConstructorDeclarationSyntax>());
        var seen = new HashSet<string>();
        while (open.Count > 0)
        {
            foreach (string name in Called(open.Dequeue()))
            {
                if (Registering.Contains(name)) return true;
                if (!seen.Add(name)) continue;
                foreach (var method in methods[name]) open.Enqueue(method);
            }
        }
        return false;
    }

    private static IEnumerable<MemberDeclarationSyntax> Members(INamedTypeSymbol type, CancellationToken cancellation) => type.DeclaringSyntaxReferences
        .Select(part => part.GetSyntax(cancellation))
        .OfType<TypeDeclarationSyntax>()
        .SelectMany(part => part.Members);

    private static IEnumerable<INamedTypeSymbol> UserTypes(INamedTypeSymbol type)
    {
        for (INamedTypeSymbol? own = type; own is not null && !TorchTypes.IsDefinedByTorch(own); own = own.BaseType) yield return own;
    }

    private static IEnumerable<string> Called(SyntaxNode body) => body.DescendantNodes().OfType<InvocationExpressionSyntax>().Select(call => call.Expression switch
    {
        IdentifierNameSyntax name => name.Identifier.ValueText,
        MemberAccessExpressionSyntax { Expression: ThisExpressionSyntax or BaseExpressionSyntax } access => access.Name.Identifier.ValueText,
        _ => "",
    });
}
