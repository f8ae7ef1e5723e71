using Deq.Generators.Diagnostics;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Deq.Generators.Parsing;

/// <summary>The cell f(z; x): its return type names the states, its first parameters are those states, the rest the inputs.</summary>
internal static class CellParser
{
    public static IMethodSymbol? Find(INamedTypeSymbol layer, INamedTypeSymbol? module, Findings findings)
    {
        var cells = layer.GetMembers().OfType<IMethodSymbol>()
            .Where(method => LayerAttributes.Find(method, RuntimeNames.CellAttribute) is not null)
            .ToList();
        if (cells.Count == 1) return cells[0];

        if (cells.Count == 0) ReportMissing(layer, module, findings);
        else findings.At(cells[1], CellRules.Several, layer.Name, cells.Count, string.Join(", ", cells.Select(cell => cell.Name)));
        return null;
    }

    /// <param name="module">The base class, for what a finding suggests; null where it is not known.</param>
    public static ParsedCell? Parse(IMethodSymbol method, INamedTypeSymbol? module, Findings findings)
    {
        int before = findings.Errors.Count;
        if (OddKind(method) is { } kind) findings.At(method, CellRules.NotOrdinary, method.Name, kind);
        if (Fit.IsUnknown(method.ReturnType) || method.Parameters.Any(parameter => Fit.IsUnknown(parameter.Type)))
        {
            findings.LeaveToCompiler();
            return null;
        }
        if (Later(method, findings) is { } later)
        {
            findings.At(method, CellRules.Asynchronous, ReturnTypeOf(module), method.Name, later);
            return null;
        }
        if (StateNames(method) is not { } elements)
        {
            findings.At(method, CellRules.ReturnType, ReturnTypeOf(module), method.Name, CodeText.Brief(method.ReturnType));
            return null;
        }

        if (WrongParameter(method, elements.Length) is { } wrong) findings.At(method, CellRules.Parameters, ParametersOf(method, elements.Length, module), method.Name, wrong);
        else CheckNames(method, elements, findings);

        if (method.IsStatic) findings.At(method, CellRules.Static, method.Name);
        return findings.Errors.Count > before ? null : new ParsedCell(method, elements.Length, Model(method, elements));
    }

    private static void ReportMissing(INamedTypeSymbol layer, INamedTypeSymbol? module, Findings findings)
    {
        bool known = module is not null && !module.TypeArguments.Any(Fit.IsUnknown);
        findings.At(layer, CellRules.Missing, known ? Suggestion.Member(Signatures.Cell(module!)) : Suggestion.None, layer.Name, Signatures.BriefCell(module));
    }

    private static ImmutableDictionary<string, string?> ReturnTypeOf(INamedTypeSymbol? module) =>
        module is null ? Suggestion.None : Suggestion.Signature(CodeText.Type(Signatures.Result(module)), null);

    /// <summary>Without its references where the states themselves are right; else the parameters that the base class asks for.</summary>
    private static ImmutableDictionary<string, string?> ParametersOf(IMethodSymbol method, int states, INamedTypeSymbol? module)
    {
        var own = method.Parameters;
        if (own.Length > states && own.Take(states).All(state => Holds(state.Type, method)) && own.Any(parameter => parameter.RefKind != RefKind.None))
            return Suggestion.Signature(null, string.Join(", ", own.Select(parameter => $"{CodeText.Type(parameter.Type)} {CodeText.Name(parameter.Name)}")));
        return module is null ? Suggestion.None : Suggestion.Signature(null, Signatures.CellParameters(module));
    }

    private static CellModel Model(IMethodSymbol method, ImmutableArray<string> elements) => new(
        CodeText.Name(method.Name),
        method.IsStatic,
        CodeText.Type(method.ReturnType),
        TorchTypes.IsTensorArray(method.ReturnType),
        elements.Zip(method.Parameters, (element, parameter) => new StateModel(CodeText.Name(parameter.Name), element)).ToEquatableArray(),
        method.Parameters.Skip(elements.Length)
            .Select(input => new ParameterModel(CodeText.Type(input.Type), CodeText.Name(input.Name), TorchTypes.TensorsOf(input.Type)))
            .ToEquatableArray());

    private static string? OddKind(IMethodSymbol method) => method switch
    {
        { IsGenericMethod: true } => "generic",
        { MethodKind: MethodKind.ExplicitInterfaceImplementation } => "an explicit implementation of an interface",
        { MethodKind: not MethodKind.Ordinary } => "an accessor, operator or conversion",
        { IsVararg: true } => "a method with __arglist",
        _ => null,
    };

    /// <summary>Names of the states in the cell's tuple, one empty name for a single state or an array; null for any other return type.</summary>
    private static ImmutableArray<string>? StateNames(IMethodSymbol method)
    {
        if (method.RefKind != RefKind.None) return null;
        if (IsState(method.ReturnType) || IsStates(method.ReturnType)) return [""];
        return method.ReturnType is INamedTypeSymbol { IsTupleType: true, TupleElements.Length: > 1 } tuple && tuple.TupleElements.All(element => IsState(element.Type))
            ? [.. tuple.TupleElements.Select(element => CodeText.Name(element.Name))]
            : null;
    }

    private static bool IsState(ITypeSymbol type) => TorchTypes.IsTensor(type) && type.NullableAnnotation != NullableAnnotation.Annotated;

    private static bool IsStates(ITypeSymbol type) =>
        TorchTypes.IsTensorArray(type) && type.NullableAnnotation != NullableAnnotation.Annotated && IsState(((IArrayTypeSymbol)type).ElementType);

    /// <summary>Whether a parameter of the type takes a state of the cell, or all of them where they are an array.</summary>
    private static bool Holds(ITypeSymbol type, IMethodSymbol cell) =>
        TorchTypes.IsTensorArray(cell.ReturnType) ? TorchTypes.IsTensorArray(type) : TorchTypes.IsTensor(type);

    private static string? Later(IMethodSymbol method, Findings findings)
    {
        if (method.IsAsync) return "async";
        if (method.ReturnType is { Name: "Task" or "ValueTask" }) return "asynchronous";
        return IsIterator(method, findings) ? "an iterator" : null;
    }

    private static bool IsIterator(IMethodSymbol method, Findings findings) => method.DeclaringSyntaxReferences
        .Select(part => part.GetSyntax(findings.Cancellation))
        // Nodes are made as they are asked for, and a keystroke asks for those of every layer: the text says first whether there can be one.
        .Where(syntax => syntax is MethodDeclarationSyntax { Body: not null } && syntax.SyntaxTree.GetText(findings.Cancellation).ToString(syntax.Span).Contains("yield"))
        .SelectMany(syntax => syntax.DescendantNodes(node => node is not (LocalFunctionStatementSyntax or AnonymousFunctionExpressionSyntax)))
        .Any(node => node.IsKind(SyntaxKind.YieldReturnStatement) || node.IsKind(SyntaxKind.YieldBreakStatement));

    private static string? WrongParameter(IMethodSymbol method, int states)
    {
        if (method.Parameters.Length < states)
            return $"returns {CodeText.Number(states)} state(s) but takes {CodeText.Number(method.Parameters.Length)} parameter(s)";

        foreach (var parameter in method.Parameters)
        {
            if (parameter.Ordinal < states && !Holds(parameter.Type, method))
            {
                string state = TorchTypes.IsTensorArray(method.ReturnType) ? "the array of its states" : $"its state {CodeText.Number(parameter.Ordinal + 1)}";
                return $"takes '{CodeText.Brief(parameter.Type)} {parameter.Name}' where it should take {state}";
            }
            if (parameter.RefKind != RefKind.None)
                return $"takes '{parameter.Name}' by reference";
            if (parameter.Type.IsRefLikeType || parameter.Type.TypeKind is TypeKind.Pointer or TypeKind.FunctionPointer)
                return $"takes '{CodeText.Brief(parameter.Type)} {parameter.Name}', which a solver cannot keep between evaluations";
        }
        return null;
    }

    private static void CheckNames(IMethodSymbol method, ImmutableArray<string> elements, Findings findings)
    {
        var names = elements.Length == 1 ? [.. method.Parameters.Take(1).Select(state => state.Name)] : elements;
        var twins = names.GroupBy(name => name, StringComparer.OrdinalIgnoreCase).FirstOrDefault(group => group.Count() > 1);
        if (twins is not null) findings.At(method, StateRules.DuplicateNames, method.Name, twins.First(), twins.Last());
        else StateOrder.Check(method, $"The cell '{method.Name}'", method.ReturnType, method, findings, mended => Suggestion.Signature(mended, null));
    }
}
