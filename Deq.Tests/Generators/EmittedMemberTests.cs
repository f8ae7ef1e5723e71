using Deq.Generators;
using Deq.Tests.Generators.Harness;
using Deq.Tests.Generators.Twins;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Deq.Tests.Generators;

/// <summary>What every emitted member carries, of layers with every option: words for IntelliSense, its origin, and nothing that hides it from a debugger.</summary>
public sealed class EmittedMemberTests
{
    private static readonly TwinShape[] Shapes = [new(1, 1), new(2, 3), new(2, 1, IsArray: true)];

    private static readonly Lazy<List<MemberDeclarationSyntax>> Members = new(() =>
    [
        .. LayerCompilation.Of(string.Join("\n", TwinOptions.All.SelectMany((options, number) => Shapes.Select((shape, i) => shape.Source($"Layer{number}{(char)('A' + i)}", options.Attributes)))))
            .Run.GeneratedTrees
            .SelectMany(tree => tree.GetRoot().DescendantNodes().OfType<ClassDeclarationSyntax>().Where(type => type.Modifiers.Any(SyntaxKind.PartialKeyword)))
            .SelectMany(layer => layer.Members),
    ]);

    [Fact]
    public void EveryMember_SaysWhoWroteIt() => Assert.All(Members.Value, member =>
    {
        var generated = Assert.Single(Attributes(member), attribute => attribute.Name.ToString() == "global::System.CodeDom.Compiler.GeneratedCode");
        Assert.StartsWith($"(\"{EmittedBy.Tool}\", ", generated.ArgumentList!.ToString(), StringComparison.Ordinal);
    });

    [Fact]
    public void NothingIsHiddenFromADebugger()
    {
        Assert.All(Members.Value, member => Assert.DoesNotContain(
            member.DescendantNodes().OfType<AttributeSyntax>(),
            attribute => attribute.Name.ToString().Contains("Debugger", StringComparison.Ordinal) || attribute.Name.ToString().Contains("StackTraceHidden", StringComparison.Ordinal)));
        Assert.All(Members.Value, member => Assert.DoesNotContain(member.DescendantTrivia(), trivia => trivia.IsKind(SyntaxKind.LineDirectiveTrivia)));
    }

    [Fact]
    public void EveryPublicMember_IsDocumented_WithAllItsParameters()
    {
        var seen = Members.Value.Where(member => member.Modifiers.Any(SyntaxKind.PublicKeyword)).ToList();
        Assert.Equal(["Options", "Solve", "Statistics", "forward"], seen.Select(Name).Distinct().Order(StringComparer.Ordinal));
        Assert.All(seen, member =>
        {
            var comment = Documentation(member);
            Assert.False(string.IsNullOrWhiteSpace(Text(Assert.Single(comment, element => Tag(element) == "summary"))));
            if (member is not MethodDeclarationSyntax method) return;
            Assert.Equal(
                method.ParameterList.Parameters.Select(parameter => parameter.Identifier.ValueText),
                comment.Where(element => Tag(element) == "param").Select(element => element.StartTag.Attributes.OfType<XmlNameAttributeSyntax>().Single().Identifier.Identifier.ValueText));
            Assert.Single(comment, element => Tag(element) == "returns");
        });
    }

    /// <summary>A reader finds the steps of a solve by their numbers, one after the other, and above them the equation.</summary>
    [Fact]
    public void StepsOfASolve_AreNumberedAndNameTheirEquation() => Assert.All(Members.Value.Where(member => Name(member) == "Solve"), solve =>
    {
        string[] comments = [.. solve.DescendantTrivia().Where(trivia => trivia.IsKind(SyntaxKind.SingleLineCommentTrivia)).Select(trivia => trivia.ToString())];
        string[] steps = [.. comments.Where(comment => comment.Length > 4 && char.IsDigit(comment[3]))];
        Assert.True(steps[0].Contains("* = Step(", StringComparison.Ordinal) || steps[0].Contains(") = Step(", StringComparison.Ordinal) || steps[0].Contains("y' = (1 - b) y + b f(z)", StringComparison.Ordinal), steps[0]);
        Assert.Equal(Enumerable.Range(1, steps.Length).Select(number => $"// {number}. "), steps.Select(step => step[..6]));
    });

    private static IEnumerable<AttributeSyntax> Attributes(MemberDeclarationSyntax member) => member.AttributeLists.SelectMany(list => list.Attributes);

    private static List<XmlElementSyntax> Documentation(MemberDeclarationSyntax member) =>
        [.. member.GetLeadingTrivia().Select(trivia => trivia.GetStructure()).OfType<DocumentationCommentTriviaSyntax>().Single().Content.OfType<XmlElementSyntax>()];

    private static string Tag(XmlElementSyntax element) => element.StartTag.Name.LocalName.ValueText;

    private static string Text(XmlElementSyntax element) => element.Content.ToString().Replace("///", "", StringComparison.Ordinal);

    private static string Name(MemberDeclarationSyntax member) => member switch
    {
        MethodDeclarationSyntax method => method.Identifier.ValueText,
        PropertyDeclarationSyntax { ExplicitInterfaceSpecifier: null } property => property.Identifier.ValueText,
        _ => "",
    };
}
