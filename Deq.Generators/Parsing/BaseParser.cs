using Deq.Generators.Diagnostics;

namespace Deq.Generators.Parsing;

/// <summary>The base class, which says what <c>forward</c> takes and gives.</summary>
internal static class BaseParser
{
    public static INamedTypeSymbol? Find(INamedTypeSymbol layer, Findings findings)
    {
        if (TorchTypes.ModuleWithForward(layer) is not { } module) return null;
        if (!module.TypeArguments.Any(Fit.IsUnknown)) return module;
        findings.LeaveToCompiler();
        return module;
    }

    public static void ReportMissing(INamedTypeSymbol layer, ParsedCell? cell, Findings findings)
    {
        for (var type = layer.BaseType; type is not null; type = type.BaseType)
        {
            if (type.TypeKind != TypeKind.Error) continue;
            findings.LeaveToCompiler();
            return;
        }
        if (cell is null) findings.At(layer, ClassRules.NotAModule, layer.Name, "torch.nn.Module<Tensor, Tensor>");
        else findings.At(layer, ClassRules.NotAModule, Suggestion.BaseClass(Signatures.BaseClass(cell)), layer.Name, Signatures.BriefBaseClass(cell));
    }

    public static void CheckFit(INamedTypeSymbol layer, INamedTypeSymbol module, ParsedCell cell, Findings findings)
    {
        if (module.TypeArguments.Any(Fit.IsUnknown)) return;

        var given = module.TypeArguments.Take(module.Arity - 1).ToList();
        var result = module.TypeArguments[module.Arity - 1];
        bool fits = given.Count == cell.Inputs.Length
            && given.Zip(cell.Inputs, (from, to) => Fit.Takes(to.Type, from)).All(takes => takes)
            && Fit.Takes(result, cell.Method.ReturnType);

        if (!fits)
        {
            findings.At(layer, ClassRules.BaseDoesNotFitCell, Suggestion.BaseClass(Signatures.BaseClass(cell)),
                layer.Name, "torch.nn." + CodeText.Brief(module), cell.Method.Name, Signatures.BriefBaseClass(cell));
            return;
        }
        StateOrder.Check(layer, $"The base class of '{layer.Name}'", result, cell.Method, findings,
            _ => Suggestion.BaseClass(Signatures.BaseClass(cell)));
    }
}
