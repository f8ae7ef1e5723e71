using Microsoft.CodeAnalysis.Operations;

namespace Deq.Generators.Analyzers;

/// <summary>What the body of a member does that matters where a cell uses it.</summary>
internal sealed class MethodBody
{
    private readonly List<(DiagnosticDescriptor Rule, Location Place, string Operation)> hazards = [];
    private readonly HashSet<ISymbol> uses = new(SymbolEqualityComparer.Default);
    private readonly HashSet<ISymbol> read = new(SymbolEqualityComparer.Default);
    private readonly HashSet<ISymbol> replaced = new(SymbolEqualityComparer.Default);
    private readonly List<(ISymbol Parameter, Location Place, string Operation)> changes = [];

    /// <summary>Calls that a cell should not make.</summary>
    public IReadOnlyList<(DiagnosticDescriptor Rule, Location Place, string Operation)> Hazards => hazards;

    /// <summary>Members of the same class that the body uses.</summary>
    public IEnumerable<ISymbol> Uses => uses;

    /// <summary>Members are found again by their definitions: a partial method by the part without a body.</summary>
    public static ISymbol Key(ISymbol member) =>
        member is IMethodSymbol { PartialDefinitionPart: { } definition } ? definition.OriginalDefinition : member.OriginalDefinition;

    public static MethodBody Read(ImmutableArray<IOperation> blocks, INamedTypeSymbol layer)
    {
        var body = new MethodBody();
        foreach (var block in blocks)
            foreach (var operation in block.DescendantsAndSelf())
                body.Add(operation, layer);
        return body;
    }

    public bool Reads(IParameterSymbol parameter) => read.Contains(Same(parameter));

    /// <summary>In-place operations on states; none on those that the body replaces, which are then tensors of its own.</summary>
    public IEnumerable<(Location Place, string Operation, string State)> ChangesInPlace(IEnumerable<IParameterSymbol> states)
    {
        var watched = states.Select(Same).Where(state => !replaced.Contains(state)).ToImmutableHashSet(SymbolEqualityComparer.Default);
        return changes.Where(change => watched.Contains(change.Parameter)).Select(change => (change.Place, change.Operation, change.Parameter.Name));
    }

    private void Add(IOperation operation, INamedTypeSymbol layer)
    {
        switch (operation)
        {
            case IInvocationOperation call:
                AddUse(call.TargetMethod, layer);
                if (TorchHazards.Of(call) is { } rule) hazards.Add((rule, call.Syntax.GetLocation(), TorchHazards.Name(call)));
                if (TorchHazards.ChangedInPlace(call) is IParameterReferenceOperation changed)
                    changes.Add((Same(changed.Parameter), call.Syntax.GetLocation(), TorchHazards.Name(call)));
                break;
            case IPropertyReferenceOperation { Property.GetMethod: { } getter }:
                AddUse(getter, layer);
                break;
            case IMethodReferenceOperation reference:
                AddUse(reference.Method, layer);
                break;
            case IParameterReferenceOperation reference:
                read.Add(Same(reference.Parameter));
                break;
            case ISimpleAssignmentOperation { Target: IPropertyReferenceOperation { Property.IsIndexer: true, Instance: IParameterReferenceOperation element } } assignment:
                changes.Add((Same(element.Parameter), assignment.Syntax.GetLocation(), "[...] ="));
                break;
            case IAssignmentOperation { Target: IParameterReferenceOperation target }:
                replaced.Add(Same(target.Parameter));
                break;
            case IDeconstructionAssignmentOperation { Target: ITupleOperation targets }:
                foreach (var target in targets.Elements.OfType<IParameterReferenceOperation>()) replaced.Add(Same(target.Parameter));
                break;
        }
    }

    private void AddUse(IMethodSymbol method, INamedTypeSymbol layer)
    {
        if (SymbolEqualityComparer.Default.Equals(method.ContainingType?.OriginalDefinition, layer.OriginalDefinition)) uses.Add(Key(method));
    }

    // The parts of a partial method have parameters of their own.
    private static ISymbol Same(IParameterSymbol parameter) =>
        parameter.ContainingSymbol is IMethodSymbol { PartialDefinitionPart: { } definition } ? definition.Parameters[parameter.Ordinal] : parameter;
}
