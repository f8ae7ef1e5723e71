using Deq.Generators.Diagnostics;

namespace Deq.Generators.Parsing;

/// <summary>The method that gives z_0, or, for a single state, zeros shaped like the first input.</summary>
internal static class InitialStateParser
{
    public static InitialStateModel? Parse(INamedTypeSymbol layer, ParsedCell cell, Findings findings)
    {
        var methods = layer.GetMembers().OfType<IMethodSymbol>()
            .Where(method => LayerAttributes.Find(method, RuntimeNames.InitialStateAttribute) is not null)
            .ToList();

        if (methods.Count > 1)
        {
            findings.At(methods[1], StateRules.SeveralInitialStates, layer.Name, methods.Count, string.Join(", ", methods.Select(method => method.Name)));
        }
        else if (methods.Count == 0)
        {
            if (NoZeros(cell) is { } reason)
                findings.At(layer, StateRules.InitialStateMissing, Suggestion.Member(Signatures.InitialState(cell)), layer.Name, reason, Signatures.BriefInitialState(cell));
        }
        else if (methods[0].Parameters.Append<ISymbol>(methods[0]).Any(symbol => Fit.IsUnknown(TypeOf(symbol))))
        {
            findings.LeaveToCompiler();
        }
        else if (Wrong(methods[0], cell) is { } wrong)
        {
            string inputs = cell.Inputs.IsEmpty ? "none" : Signatures.BriefInputs(cell);
            var suggestion = Suggestion.Signature(CodeText.Type(cell.Method.ReturnType), Signatures.Inputs(cell));
            findings.At(methods[0], StateRules.InitialStateSignature, suggestion, methods[0].Name, wrong, CodeText.Brief(cell.Method.ReturnType), inputs);
        }
        else
        {
            StateOrder.Check(methods[0], $"The initial state '{methods[0].Name}'", methods[0].ReturnType, cell.Method, findings,
                mended => Suggestion.Signature(mended, null));
            return new InitialStateModel(
                CodeText.Name(methods[0].Name),
                methods[0].IsStatic,
                methods[0].Parameters.Select(parameter => CodeText.Name(parameter.Name)).ToEquatableArray());
        }
        return null;
    }

    private static ITypeSymbol TypeOf(ISymbol symbol) => symbol is IParameterSymbol parameter ? parameter.Type : ((IMethodSymbol)symbol).ReturnType;

    /// <summary>Why zeros shaped like the first input cannot be the start.</summary>
    private static string? NoZeros(ParsedCell cell)
    {
        if (cell.StateCount > 1) return "it has several states";
        if (cell.Model.IsArray) return "its states are an array, whose length the initial state tells";
        if (cell.Inputs.IsEmpty) return "it has no input whose shape the state could take";
        var first = cell.Inputs[0];
        if (!TorchTypes.IsTensor(first.Type)) return $"its first input '{first.Name}' is no Tensor whose shape the state could take";
        return first.NullableAnnotation == NullableAnnotation.Annotated ? $"its first input '{first.Name}' may be null" : null;
    }

    private static string? Wrong(IMethodSymbol method, ParsedCell cell)
    {
        if (method.MethodKind != MethodKind.Ordinary || method.IsGenericMethod) return "is no ordinary method without type parameters";
        if (method.IsAsync) return "is async";
        if (method.RefKind != RefKind.None || !Fit.Takes(cell.Method.ReturnType, method.ReturnType)) return $"returns '{CodeText.Brief(method.ReturnType)}'";

        foreach (var parameter in method.Parameters)
        {
            var input = cell.Inputs.FirstOrDefault(candidate => candidate.Name == parameter.Name);
            if (parameter.RefKind != RefKind.None) return $"takes '{parameter.Name}' by reference";
            if (input is null) return $"takes '{CodeText.Brief(parameter.Type)} {parameter.Name}', which is no input of '{cell.Method.Name}'";
            if (!Fit.Takes(parameter.Type, input.Type)) return $"takes '{parameter.Name}' as '{CodeText.Brief(parameter.Type)}'";
        }
        return null;
    }
}
