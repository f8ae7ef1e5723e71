using System.Composition;
using Microsoft.CodeAnalysis.CodeFixes;

namespace Deq.CodeFixes;

/// <summary>
/// Makes a field of ordinary dropout one of <c>VariationalDropout</c> (DEQ061), where it is made: its mask is drawn once per solve. Other random
/// calls have no place of their own that could hold a mask, and are left to the reader.
/// </summary>
[ExportCodeFixProvider(LanguageNames.CSharp, Name = nameof(DropoutFix)), Shared]
public sealed class DropoutFix : SyntaxFix
{
    private const string Variational = "global::Deq.Modules.VariationalDropout";

    // What stands behind "Dropout" in torch's names, and what the mask covers then.
    private static readonly ImmutableDictionary<string, string?> Masks = new Dictionary<string, string?>
    {
        ["Dropout"] = null,
        ["Dropout1d"] = "Channel",
        ["Dropout2d"] = "Channel",
        ["Dropout3d"] = "Channel",
    }.ToImmutableDictionary();

    /// <inheritdoc/>
    public override ImmutableArray<string> FixableDiagnosticIds { get; } = ["DEQ061"];

    private protected override Change? Mend(Diagnostic diagnostic, SyntaxNode place)
    {
        if (place.FirstAncestorOrSelf<InvocationExpressionSyntax>() is not { Expression: MemberAccessExpressionSyntax { Expression: var module } }) return null;
        if (NameOf(module) is not { } name || place.FirstAncestorOrSelf<ClassDeclarationSyntax>() is not { } layer) return null;
        if (TypeOf(layer, name) is not { } type || !Masks.ContainsKey(LastName(type))) return null;

        var made = Creations(layer, name).ToList();
        if (made.Count == 0 || made.Any(creation => Replacement(creation) is null)) return null;

        var after = layer.ReplaceNodes(
            [type, .. made],
            (before, _) => before == type ? SyntaxFactory.ParseTypeName(Variational).WithTriviaFrom(type).AsNewCode() : Replacement((ExpressionSyntax)before)!);
        return new Change("Use VariationalDropout", layer, after);
    }

    private static string? NameOf(ExpressionSyntax module) => module switch
    {
        IdentifierNameSyntax name => name.Identifier.ValueText,
        MemberAccessExpressionSyntax { Expression: ThisExpressionSyntax } access => access.Name.Identifier.ValueText,
        _ => null,
    };

    private static TypeSyntax? TypeOf(ClassDeclarationSyntax layer, string name) =>
        layer.Members.OfType<PropertyDeclarationSyntax>().FirstOrDefault(property => property.Identifier.ValueText == name)?.Type
        ?? layer.Members.OfType<FieldDeclarationSyntax>()
            .Select(field => field.Declaration)
            .FirstOrDefault(declaration => declaration.Variables.Count == 1 && declaration.Variables[0].Identifier.ValueText == name)?.Type;

    /// <summary>What the field or property is set to: where it is declared, and in the constructors.</summary>
    private static IEnumerable<ExpressionSyntax> Creations(ClassDeclarationSyntax layer, string name)
    {
        foreach (var node in layer.DescendantNodes())
        {
            switch (node)
            {
                case VariableDeclaratorSyntax { Parent.Parent: FieldDeclarationSyntax, Initializer.Value: var value } field when field.Identifier.ValueText == name:
                    yield return value;
                    break;
                case PropertyDeclarationSyntax { Initializer.Value: var value } property when property.Identifier.ValueText == name:
                    yield return value;
                    break;
                case AssignmentExpressionSyntax assignment when assignment.IsKind(SyntaxKind.SimpleAssignmentExpression) && NameOf(assignment.Left) == name:
                    yield return assignment.Right;
                    break;
            }
        }
    }

    /// <returns>null where the module is made in another way than by torch's own function.</returns>
    private static ExpressionSyntax? Replacement(ExpressionSyntax made)
    {
        if (made is not InvocationExpressionSyntax { ArgumentList.Arguments: var given } call) return null;
        if (!Masks.TryGetValue(LastName(call.Expression), out string? mask)) return null;

        // p is the first argument or has its name; "inplace" has no counterpart.
        var p = given.FirstOrDefault(argument => argument.NameColon is { Name.Identifier.ValueText: "p" }) ?? given.FirstOrDefault(argument => argument.NameColon is null);
        var arguments = new List<string>();
        if (p is not null) arguments.Add(p.ToString());
        if (mask is not null) arguments.Add($"mask: global::Deq.Modules.DropoutMask.{mask}");
        var creation = SyntaxFactory.ParseExpression($"new {Variational}({string.Join(", ", arguments)})");
        var names = creation.DescendantNodes().Where(node => node is QualifiedNameSyntax { Parent: not QualifiedNameSyntax } or MemberAccessExpressionSyntax { Parent: not MemberAccessExpressionSyntax });
        return creation.ReplaceNodes(names, (_, name) => name.AsNewCode()).WithTriviaFrom(made).AsNewCode();
    }

    private static string LastName(SyntaxNode name) => name switch
    {
        QualifiedNameSyntax qualified => qualified.Right.Identifier.ValueText,
        MemberAccessExpressionSyntax access => access.Name.Identifier.ValueText,
        SimpleNameSyntax simple => simple.Identifier.ValueText,
        _ => "",
    };
}
