using Deq.Generators.Parsing;
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
    private readonly List<(ISymbol From, ISymbol To)> handedOn = [];
    private readonly Dictionary<ISymbol, ISymbol> aliases = new(SymbolEqualityComparer.Default);

    /// <summary>Calls that a cell should not make.</summary>
    public IReadOnlyList<(DiagnosticDescriptor Rule, Location Place, string Operation)> Hazards => hazards;

    /// <summary>Members of the same class that the body uses.</summary>
    public IEnumerable<ISymbol> Uses => uses;

    /// <summary>In-place operations on what a parameter holds, or on a view of it.</summary>
    public IEnumerable<(ISymbol Parameter, Location Place, string Operation)> Changes => changes;

    /// <summary>Parameters that get a value of the body's own.</summary>
    public IEnumerable<ISymbol> Replaced => replaced;

    /// <summary>Parameters whose value is given to a parameter of a method of the class or of a local function.</summary>
    public IEnumerable<(ISymbol From, ISymbol To)> HandedOn => handedOn;

    /// <summary>Members are found again by their definitions: a partial method by the part without a body.</summary>
    public static ISymbol Key(ISymbol member) =>
        member is IMethodSymbol { PartialDefinitionPart: { } definition } ? definition.OriginalDefinition : member.OriginalDefinition;

    /// <summary>A parameter of a method by its definition; the parts of a partial method have parameters of their own.</summary>
    public static ISymbol Same(IParameterSymbol parameter) =>
        parameter.ContainingSymbol is IMethodSymbol { PartialDefinitionPart: { } definition } ? definition.Parameters[parameter.Ordinal].OriginalDefinition : parameter.OriginalDefinition;

    public static MethodBody Read(ImmutableArray<IOperation> blocks, INamedTypeSymbol layer)
    {
        var body = new MethodBody();
        foreach (var block in blocks)
        {
            // What an initialiser computes is computed once; what a lambda there does is done when the cell calls it.
            bool isOnce = block is IFieldInitializerOperation or IPropertyInitializerOperation;
            var operations = isOnce ? block.Descendants().OfType<IAnonymousFunctionOperation>().SelectMany(lambda => lambda.Descendants()) : block.DescendantsAndSelf();
            foreach (var operation in operations) body.Add(operation, layer);
        }
        return body;
    }

    public bool Reads(IParameterSymbol parameter) => read.Contains(Same(parameter));

    private void Add(IOperation operation, INamedTypeSymbol layer)
    {
        switch (operation)
        {
            case IInvocationOperation call:
                AddUse(call.TargetMethod, layer);
                AddHandedOn(call, layer);
                if (TorchHazards.Of(call) is { } rule) hazards.Add((rule, call.Syntax.GetLocation(), TorchHazards.Name(call)));
                if (ParameterBehind(TorchHazards.ChangedInPlace(call)) is { } changed)
                    changes.Add((changed, call.Syntax.GetLocation(), TorchHazards.Name(call)));
                break;
            case IPropertyReferenceOperation property:
                AddUse(property.Property, layer);
                if (property.Property.GetMethod is { } getter) AddUse(getter, layer);
                break;
            case IFieldReferenceOperation field:
                AddUse(field.Field, layer);
                break;
            case IMethodReferenceOperation reference:
                AddUse(reference.Method, layer);
                break;
            case IParameterReferenceOperation reference:
                read.Add(Same(reference.Parameter));
                break;
            case IVariableDeclaratorOperation { Initializer.Value: var value } declared:
                AddAlias(declared.Symbol, value);
                break;
            case IForEachLoopOperation { LoopControlVariable: IVariableDeclaratorOperation each, Collection: var all }:
                AddAlias(each.Symbol, all);
                break;
            case ISimpleAssignmentOperation { Target: IPropertyReferenceOperation { Property.IsIndexer: true } element } assignment:
                if (ParameterBehind(element.Instance) is { } written) changes.Add((written, assignment.Syntax.GetLocation(), "[...] ="));
                break;
            case IDeconstructionAssignmentOperation { Target: ITupleOperation targets }:
                foreach (var part in targets.Elements) AddReplaced(part);
                break;
            case IAssignmentOperation { Target: var target }:
                AddReplaced(target);
                break;
        }
    }

    private void AddUse(ISymbol member, INamedTypeSymbol layer)
    {
        if (IsOf(member, layer)) uses.Add(Key(member));
    }

    private void AddHandedOn(IInvocationOperation call, INamedTypeSymbol layer)
    {
        if (call.TargetMethod.MethodKind != MethodKind.LocalFunction && !IsOf(call.TargetMethod, layer)) return;
        foreach (var argument in call.Arguments)
            if (argument.Parameter is { } to && ParameterBehind(argument.Value) is { } from) handedOn.Add((from, Same(to)));
    }

    private void AddAlias(ILocalSymbol local, IOperation value)
    {
        if (ParameterBehind(value) is { } parameter) aliases[local] = parameter;
    }

    private void AddReplaced(IOperation target)
    {
        if (target is IParameterReferenceOperation parameter) replaced.Add(Same(parameter.Parameter));
        else if (target is ILocalReferenceOperation local) aliases.Remove(local.Local);
        else if (target is IArrayElementReferenceOperation element && ParameterBehind(element.ArrayReference) is { } array) replaced.Add(array);
    }

    /// <summary>The parameter whose memory an expression shares: the parameter itself, an element of it, a view, or a local that holds one of them.</summary>
    private ISymbol? ParameterBehind(IOperation? value) => value switch
    {
        IParameterReferenceOperation reference => Same(reference.Parameter),
        ILocalReferenceOperation local => aliases.TryGetValue(local.Local, out var parameter) ? parameter : null,
        IArrayElementReferenceOperation element => ParameterBehind(element.ArrayReference),
        // An index that is a tensor gathers into memory of its own.
        IPropertyReferenceOperation { Property.IsIndexer: true } indexed when !indexed.Arguments.SelectMany(index => index.Value.DescendantsAndSelf()).Any(IsTensor) =>
            ParameterBehind(indexed.Instance),
        IConversionOperation conversion => ParameterBehind(conversion.Operand),
        IParenthesizedOperation inner => ParameterBehind(inner.Operand),
        IInvocationOperation call => ParameterBehind(TorchHazards.Viewed(call)),
        _ => null,
    };

    private static bool IsTensor(IOperation operation) => operation.Type is { } type && TorchTypes.IsTensor(type);

    private static bool IsOf(ISymbol member, INamedTypeSymbol layer) =>
        SymbolEqualityComparer.Default.Equals(member.ContainingType?.OriginalDefinition, layer.OriginalDefinition);
}
