using Deq.Tests.Generators.Harness;
using Microsoft.CodeAnalysis.CSharp;

namespace Deq.Tests.Generators.Diagnostics;

public sealed class ClassTests
{
    private const string Cell = "[Cell] private Tensor Step(Tensor z, Tensor x) => z + x;";

    [Fact]
    public void DEQ001_ClassNotPartial() => Diagnose.Finds($$"""
        [EquilibriumLayer] public sealed class Block() : Module<Tensor, Tensor>("Block") { {{Cell}} }
        """, "DEQ001", "Block", beside: "CS0260");

    [Fact]
    public void DEQ001_DEQ003_PartialInSeveralParts_IsNotReported() => Diagnose.FindsNothing($$"""
        [EquilibriumLayer] public sealed partial class Block() : Module<Tensor, Tensor>("Block");
        partial class Block { {{Cell}} }
        """);

    [Fact]
    public void DEQ002_ContainerNotPartial() => Diagnose.Finds($$"""
        public class Outer
        {
            [EquilibriumLayer] public sealed partial class Block() : Module<Tensor, Tensor>("Block") { {{Cell}} }
        }
        """, "DEQ002", "Outer", beside: "CS0260");

    [Fact]
    public void DEQ002_EachContainerIsNamed()
    {
        var findings = LayerCompilation.Of($$"""
            public class A { public partial class B { public struct C {
                [EquilibriumLayer] public sealed partial class Block() : Module<Tensor, Tensor>("Block") { {{Cell}} }
            } } }
            """).Findings();
        Assert.Equal(["DEQ002", "DEQ002"], findings.Select(finding => finding.Id));
        Assert.Contains("'A'", findings[0].GetMessage(), StringComparison.Ordinal);
        Assert.Contains("'C'", findings[1].GetMessage(), StringComparison.Ordinal);
    }

    [Fact]
    public void DEQ002_PartialContainers_AreNotReported() => Diagnose.FindsNothing($$"""
        public static partial class A { internal partial interface B { public partial record C {
            [EquilibriumLayer] private sealed partial class Block() : Module<Tensor, Tensor>("Block") { {{Cell}} }
        } } }
        """);

    [Theory]
    [InlineData("static partial class Block { }")]
    [InlineData("partial record Block;")]
    [InlineData("file sealed partial class Block { }")]
    public void DEQ003_NoOrdinaryClass(string declaration) => Diagnose.Finds("[EquilibriumLayer] " + declaration, "DEQ003", "Block");

    [Fact]
    public void DEQ003_InsideAFileLocalType() => Diagnose.Finds($$"""
        file partial class Outer
        {
            [EquilibriumLayer] public sealed partial class Block { }
        }
        """, "DEQ003", "Block");

    [Fact]
    public void DEQ003_Struct_IsLeftToTheCompiler() => Diagnose.Finds("""
        [EquilibriumLayer] public partial struct Block;
        """, "DEQ003", "Block", beside: "CS0592");

    [Theory]
    [InlineData("")]
    [InlineData(" : nn.Module")]
    [InlineData(" : HookableModule<int, int>")]
    public void DEQ004_NoModuleWithForward(string bases)
    {
        string constructor = bases.Length == 0 ? "" : "public Block() : base(\"Block\") { }";
        var finding = Diagnose.Finds($$"""
            [EquilibriumLayer] public sealed partial class Block{{bases}}
            {
                {{constructor}}
                [Cell] private (Tensor High, Tensor Low) Step(Tensor high, Tensor low, Tensor image, int scale) => (high + image, low + image);
                [InitialState] private (Tensor High, Tensor Low) Start(Tensor image) => (image, image);
            }
            """, "DEQ004", "Block", beside: "CS0051");
        Assert.Contains("torch.nn.Module<Tensor, int, (Tensor High, Tensor Low)>", finding.GetMessage(), StringComparison.Ordinal);
    }

    [Fact]
    public void DEQ004_DEQ006_AbstractBaseOfTheUsersOwn_IsNotReported() => Diagnose.FindsNothing($$"""
        public abstract class Named<T>() : Module<Tensor, T>("named") { protected long Width { get; init; } }
        [EquilibriumLayer] public sealed partial class Block : Named<Tensor> { {{Cell}} }
        """);

    [Theory]
    [InlineData("Tensor, Tensor", "Tensor Step(Tensor z, Tensor x, Tensor y)", "Module<Tensor, Tensor, Tensor>")]
    [InlineData("Tensor, Tensor, Tensor", "Tensor Step(Tensor z, Tensor x)", "Module<Tensor, Tensor>")]
    [InlineData("Tensor, Tensor, Tensor", "Tensor Step(Tensor z, Tensor x, int n)", "Module<Tensor, int, Tensor>")]
    [InlineData("Tensor?, Tensor", "Tensor Step(Tensor z, Tensor x)", "Module<Tensor, Tensor>")]
    [InlineData("Tensor, (Tensor, Tensor)", "Tensor Step(Tensor z, Tensor x)", "Module<Tensor, Tensor>")]
    [InlineData("Tensor, Tensor", "Tensor Step(Tensor z)", "Module<Tensor>")]
    public void DEQ005_BaseDoesNotFit(string arguments, string cell, string asked)
    {
        var finding = Diagnose.Finds($$"""
            [EquilibriumLayer] public sealed partial class Block() : Module<{{arguments}}>("Block")
            {
                [Cell] private {{cell}} => z;
                [InitialState] private static Tensor Start() => zeros(1);
            }
            """, "DEQ005", "Block");
        Assert.Contains(asked, finding.GetMessage(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Tensor, Tensor?, Tensor", "Tensor Step(Tensor z, Tensor x, Tensor? y) => y is null ? z : z + x")]
    [InlineData("Tensor, Tensor, Tensor", "Tensor Step(Tensor z, Tensor x, Tensor? y) => y is null ? z : z + x")]
    [InlineData("Tensor, int, Tensor", "Tensor Step(Tensor z, Tensor x, int y) => y == 0 ? z : z + x")]
    public void DEQ005_BaseFits_IsNotReported(string arguments, string cell) => Diagnose.FindsNothing($$"""
        [EquilibriumLayer] public sealed partial class Block() : Module<{{arguments}}>("Block") { [Cell] private {{cell}}; }
        """);

    [Fact]
    public void DEQ005_UnnamedTupleInTheBase_IsNotReported() => Diagnose.FindsNothing("""
        [EquilibriumLayer] public sealed partial class Block() : Module<Tensor, (Tensor, Tensor)>("Block")
        {
            [Cell] private (Tensor High, Tensor Low) Step(Tensor high, Tensor low, Tensor x) => (high + x, low);
            [InitialState] private static (Tensor High, Tensor Low) Start(Tensor x) => (x, x);
        }
        """);

    [Fact]
    public void DEQ006_Abstract() => Diagnose.Finds($$"""
        [EquilibriumLayer] public abstract partial class Block() : Module<Tensor, Tensor>("Block") { {{Cell}} }
        """, "DEQ006", "Block");

    [Theory]
    [InlineData("private int Options => 1;", "Options")]
    [InlineData("public void Solve() { }", "Solve")]
    [InlineData("private sealed class ImplicitGradient;", "ImplicitGradient")]
    [InlineData("private static readonly int DeclaredOptions = 2; public int Two => DeclaredOptions;", "DeclaredOptions")]
    [InlineData("public override Tensor forward(Tensor input) => input;", "forward")]
    public void DEQ008_NameTaken(string member, string at) => Diagnose.Finds($$"""
        [EquilibriumLayer] public sealed partial class Block() : Module<Tensor, Tensor>("Block") { {{Cell}} {{member}} }
        """, "DEQ008", at);

    [Fact]
    public void DEQ008_ClassHasTheName() => Diagnose.Finds($$"""
        [EquilibriumLayer] public sealed partial class Solve() : Module<Tensor, Tensor>("Solve") { {{Cell}} }
        """, "DEQ008", "Solve");

    [Fact]
    public void DEQ008_TypeParameterHasTheName() => Diagnose.Finds($$"""
        [EquilibriumLayer] public sealed partial class Block<Options>() : Module<Tensor, Tensor>("Block") { {{Cell}} }
        """, "DEQ008", "Options");

    [Fact]
    public void DEQ008_BaseClassHasTheName() => Diagnose.Finds($$"""
        public abstract class Base() : Module<Tensor, Tensor>("base") { protected int Statistics => 1; }
        [EquilibriumLayer] public sealed partial class Block : Base { {{Cell}} }
        """, "DEQ008", "Block");

    [Fact]
    public void DEQ008_BaseClassSealsForward() => Diagnose.Finds($$"""
        public abstract class Base() : Module<Tensor, Tensor>("base") { public sealed override Tensor forward(Tensor x) => x; }
        [EquilibriumLayer] public sealed partial class Block : Base { {{Cell}} }
        """, "DEQ008", "Block");

    [Fact]
    public void DEQ008_WhatIsNotInTheWay_IsNotReported() => Diagnose.FindsNothing($$"""
        public abstract class Base() : Module<Tensor, Tensor>("base")
        {
            private int Options => 1;
            public int Sum => Options;
            public override Tensor forward(Tensor x) => x;
        }
        [EquilibriumLayer] public sealed partial class Block : Base
        {
            {{Cell}}
            public int options;
            public Tensor forward(Tensor first, Tensor second) => first + second;
            public override partial Tensor forward(Tensor x);
        }
        """);

    [Fact]
    public void DEQ017_DerivesFromALayer() => Diagnose.Finds($$"""
        [EquilibriumLayer] public partial class First() : Module<Tensor, Tensor>("First") { {{Cell}} }
        [EquilibriumLayer] public sealed partial class Second : First { {{Cell.Replace("Step", "Other", StringComparison.Ordinal)}} }
        """, "DEQ017", "Second", beside: "CS0108");

    [Fact]
    public void DEQ017_HoldsALayer_IsNotReported() => Diagnose.FindsNothing($$"""
        [EquilibriumLayer] public sealed partial class First() : Module<Tensor, Tensor>("First") { {{Cell}} }
        [EquilibriumLayer] public sealed partial class Second : Module<Tensor, Tensor>
        {
            private readonly First first = new();
            public Second() : base("Second") => RegisterComponents();
            [Cell] private Tensor Step(Tensor z, Tensor x) => z + first.call(x);
        }
        """);

    [Fact]
    public void DEQ065_LanguageTooOld() => Diagnose.Finds(LayerCompilation.Of($$"""
        [EquilibriumLayer] public sealed partial class Block : Module<Tensor, Tensor> { public Block() : base("Block") { } {{Cell}} }
        """, LanguageVersion.CSharp12), "DEQ065", "Block");

    [Fact]
    public void DEQ065_OldestLanguage_IsNotReported()
    {
        var compilation = LayerCompilation.Of($$"""
            [EquilibriumLayer] public sealed partial class Block : Module<Tensor, Tensor> { public Block() : base("Block") { } {{Cell}} }
            """, LanguageVersion.CSharp13);
        Assert.Empty(compilation.Findings());
        Assert.Empty(compilation.CompilerMessages());
    }

    [Theory]
    [InlineData("public sealed partial class Block() : Module<Tensor, Tensr>(\"Block\") { }", "DEQ010")]
    [InlineData("public sealed partial class Block : Modul<Tensor, Tensor> { }", "DEQ010")]
    public void HalfTypedBase_IsLeftToTheCompiler(string declaration, string only)
    {
        var findings = LayerCompilation.Of("[EquilibriumLayer] " + declaration).Findings();
        Assert.All(findings, finding => Assert.Equal(only, finding.Id));
    }

    [Fact]
    public void AttributeOnTwoParts_IsLeftToTheCompiler()
    {
        var compilation = LayerCompilation.Of($$"""
            [EquilibriumLayer] public sealed partial class Block() : Module<Tensor, Tensor>("Block") { {{Cell}} }
            [EquilibriumLayer] partial class Block { }
            """);
        Assert.Empty(compilation.Findings());
        Assert.Equal(["CS0579"], compilation.CompilerMessages().Select(message => message.Id));
        Assert.Single(compilation.Emitted());
    }

    [Fact]
    public void PragmaSuppressesAFinding()
    {
        var compilation = LayerCompilation.Of("""
            #pragma warning disable DEQ015
            [EquilibriumLayer] public sealed partial class Block() : Module<Tensor, Tensor>("Block") { [Cell] private static Tensor Step(Tensor z, Tensor x) => z + x; }
            """);
        Assert.Empty(compilation.Findings());
    }
}
