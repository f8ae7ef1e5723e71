using System.Globalization;
using Deq.Tests.Generators.Harness;
using Microsoft.CodeAnalysis.CSharp;

namespace Deq.Tests.Generators;

/// <summary>What holds for emitted files whatever the layer.</summary>
public sealed class EmissionTests
{
    private const string Layer = """
        [EquilibriumLayer, Solver("anderson", Tolerance = 1.5e-7, Damping = 0.25), JacobianReg(1234.5)]
        public sealed partial class Block() : Module<Tensor, Tensor>("Block") { [Cell] private Tensor Step(Tensor z, Tensor x) => z + x; }
        """;

    [Theory]
    [InlineData("de-DE")]
    [InlineData("tr-TR")]
    [InlineData("ar-SA")]
    public void Culture_ChangesNothing(string culture)
    {
        string expected = LayerCompilation.Of(Layer).Emitted().Single().Text;
        var before = CultureInfo.CurrentCulture;
        try
        {
            // The tests run with invariant globalization: what differs between cultures is set by hand.
            var foreign = (CultureInfo)CultureInfo.InvariantCulture.Clone();
            foreign.NumberFormat.NumberDecimalSeparator = culture == "ar-SA" ? "\u066b" : ",";
            foreign.NumberFormat.NegativeSign = "\u2212";
            CultureInfo.CurrentCulture = foreign;
            Assert.Equal(expected, LayerCompilation.Of(Layer).Emitted().Single().Text);
        }
        finally
        {
            CultureInfo.CurrentCulture = before;
        }
    }

    [Fact]
    public void LineEnds_AreTheSameWhateverTheSourceHas()
    {
        string expected = LayerCompilation.Of(Layer).Emitted().Single().Text;
        string given = (LayerCompilation.Prelude + Layer).ReplaceLineEndings("\r\n");
        Assert.Equal(expected, LayerCompilation.OfFiles(LanguageVersion.Latest, given).Emitted().Single().Text);
        Assert.DoesNotContain('\r', expected);
        Assert.DoesNotContain(expected.Split('\n'), line => line.EndsWith(' '));
    }

    [Fact]
    public void OrderOfFiles_ChangesNothing()
    {
        string first = LayerCompilation.Prelude + "[EquilibriumLayer] public sealed partial class Block() : Module<Tensor, Tensor>(\"Block\");";
        string second = LayerCompilation.Prelude + "partial class Block { [Cell] private Tensor Step(Tensor z, Tensor x) => z + x; }";
        string third = LayerCompilation.Prelude + Layer.Replace("Block", "Other", StringComparison.Ordinal);
        var one = LayerCompilation.OfFiles(LanguageVersion.Latest, first, second, third).Emitted();
        var other = LayerCompilation.OfFiles(LanguageVersion.Latest, third, second, first).Emitted();
        Assert.Equal(2, one.Count);
        Assert.Equal(one.OrderBy(file => file.HintName, StringComparer.Ordinal), other.OrderBy(file => file.HintName, StringComparer.Ordinal));
    }

    [Fact]
    public void NamesThatDifferByCase_HaveFilesOfTheirOwn()
    {
        var compilation = LayerCompilation.Of(Layer + Layer.Replace("Block", "BLOCK", StringComparison.Ordinal) + Layer.Replace("Block", "Other", StringComparison.Ordinal));
        Assert.Empty(compilation.CompilerMessages());
        Assert.Equal(["BLOCK.11111.g.cs", "Block.10000.g.cs", "Other.g.cs"], compilation.Emitted().Select(file => file.HintName).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void NamesOutsideAscii_HaveFiles()
    {
        var compilation = LayerCompilation.Of(Layer.Replace("Block", "Bl\u00f6ck\u0301_\u5c42", StringComparison.Ordinal));
        Assert.Empty(compilation.CompilerMessages());
        Assert.Equal("Bl\u00f6ck(0301)_\u5c42.g.cs", compilation.Emitted().Single().HintName);
    }

    [Theory]
    [InlineData("#nullable disable\n")]
    [InlineData("#nullable enable\n")]
    public void NullableContextOfTheUser_DoesNotMatter(string directive)
    {
        var compilation = LayerCompilation.Of(directive + Layer);
        Assert.Empty(compilation.Findings());
        Assert.Empty(compilation.CompilerMessages());
    }

    [Theory]
    [InlineData(1, 1)]
    [InlineData(2, 3)]
    [InlineData(6, 6)]
    [InlineData(9, 2)]
    public void StatesAndInputs_InAnyNumber(int states, int inputs)
    {
        string Repeat(int count, Func<int, string> text) => string.Join(", ", Enumerable.Range(1, count).Select(text));
        string type = states == 1 ? "Tensor" : $"({Repeat(states, i => $"Tensor S{i}")})";
        string value = states == 1 ? "s1 + x1" : $"({Repeat(states, i => $"s{i} + x1")})";
        string start = states == 1 ? "x1" : $"({Repeat(states, _ => "x1")})";
        var compilation = LayerCompilation.Of($$"""
            [EquilibriumLayer, JacobianReg(1)]
            public sealed partial class Block() : Module<{{Repeat(inputs, _ => "Tensor")}}, {{type}}>("Block")
            {
                [Cell] private {{type}} Step({{Repeat(states, i => $"Tensor s{i}")}}, {{Repeat(inputs, i => $"Tensor x{i}")}}) => {{value}};
                [InitialState] private {{type}} Start(Tensor x1) => {{start}};
            }
            """);
        Assert.DoesNotContain(compilation.Findings(), finding => finding.Id != "DEQ016");
        Assert.Empty(compilation.CompilerMessages());
    }

    [Fact]
    public void EmittedCode_IsQuietUnderEveryCompilerWarning()
    {
        var compilation = LayerCompilation.Of(Layer);
        var strict = compilation.Output.WithOptions(compilation.Output.Options.WithWarningLevel(9999).WithGeneralDiagnosticOption(Microsoft.CodeAnalysis.ReportDiagnostic.Error));
        Assert.DoesNotContain(strict.GetDiagnostics(), message => message.Location.SourceTree is { } tree && !compilation.Input.ContainsSyntaxTree(tree));
    }

    [Fact]
    public void HidingTypes_DoNotMislead()
    {
        var compilation = LayerCompilation.Of("""
            namespace Sample
            {
                public class TorchSharp; public class Deq; public class System;
                public class EquilibriumCall; public class EquilibriumOptions; public class List<T>;

                [EquilibriumLayer, Solver("picard")]
                public sealed partial class Block() : Module<Tensor, Tensor>("Block")
                {
                    public class torch;
                    public int Start, call, point, tape;
                    [Cell] private Tensor Step(Tensor z, Tensor x) => z + x;
                }
            }
            """);
        Assert.Empty(compilation.CompilerErrors());
    }

    [Fact]
    public void InitialAndOptions_AreThereAsParametersOfAnyName()
    {
        string text = LayerCompilation.Of(Layer.Replace("Tensor x) => z + x", "Tensor initial) => z + initial", StringComparison.Ordinal)).Emitted().Single().Text;
        Assert.Contains("global::TorchSharp.torch.Tensor initial,\n", text, StringComparison.Ordinal);
        Assert.Contains("global::TorchSharp.torch.Tensor? initial2 = null", text, StringComparison.Ordinal);
    }
}
