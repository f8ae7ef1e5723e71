using Deq.Tests.Generators.Harness;

namespace Deq.Tests.Generators.Diagnostics;

/// <summary>What a cell computes, wherever in the class it does so.</summary>
public sealed class CellBodyTests
{
    [Theory]
    [InlineData("=> z;")]
    [InlineData("{ Tensor Double(Tensor t) => t + t; return Double(z); }")]
    public void DEQ016_InputNeverRead(string body) => Diagnose.Finds(Layer(body), "DEQ016", "x");

    [Theory]
    [InlineData("=> z + x;")]
    [InlineData("{ Tensor Inject() => z + x; return Inject(); }")]
    [InlineData("{ Func<Tensor, Tensor> inject = t => t + x; return inject(z); }")]
    [InlineData("=> Inject(z, x); private static Tensor Inject(Tensor z, Tensor x) => z + x;")]
    public void DEQ016_InputRead_IsNotReported(string body) => Diagnose.FindsNothing(Layer(body));

    [Fact]
    public void DEQ016_NameThatSaysSo_IsNotReported() => Diagnose.FindsNothing(Layer("=> z + z;").Replace("Tensor x)", "Tensor _x)", StringComparison.Ordinal));

    [Theory]
    [InlineData("=> z + drop.call(x);", "drop.call(x)")]
    [InlineData("=> z + nn.functional.dropout(x, 0.5, true);", "nn.functional.dropout(x, 0.5, true)")]
    [InlineData("=> z + x + randn_like(x);", "randn_like(x)")]
    [InlineData("=> z + x.bernoulli();", "x.bernoulli()")]
    [InlineData("{ Tensor Mask() => drop.call(x); return z + Mask(); }", "drop.call(x)")]
    [InlineData("{ Func<Tensor, Tensor> mask = t => drop.call(t); return z + mask(x); }", "drop.call(x)")]
    [InlineData("=> z + First(x); private Tensor First(Tensor t) => Second(t); private Tensor Second(Tensor t) => drop.call(t);", "drop.call(t)")]
    [InlineData("=> z + x + Noise; private Tensor Noise => rand(3);", "rand(3)")]
    [InlineData("=> Run(First, z) + x; private static Tensor Run(Func<Tensor, Tensor> f, Tensor t) => f(t); private Tensor First(Tensor t) => drop.call(t);", "drop.call(t)")]
    public void DEQ061_Random(string body, string at) => Diagnose.Finds(Layer(body), "DEQ061", at.Replace("drop.call(x)", body.Contains("t => drop", StringComparison.Ordinal) ? "drop.call(t)" : "drop.call(x)", StringComparison.Ordinal));

    [Theory]
    [InlineData("=> z + x; public Tensor Noise(Tensor t) => drop.call(t);")]
    [InlineData("=> z + x; [InitialState] private static Tensor Start(Tensor x) => randn_like(x);")]
    [InlineData("=> z + rand(x); private static Tensor rand(Tensor t) => t;")]
    public void DEQ061_RandomElsewhere_IsNotReported(string body) => Diagnose.FindsNothing(Layer(body));

    [Theory]
    [InlineData("=> z.add_(x);", "z.add_(x)")]
    [InlineData("{ z.mul_(2).add_(x); return z + x; }", "z.mul_(2)")]
    [InlineData("{ z[0] = x; return z + x; }", "z[0] = x")]
    public void DEQ062_StateChangedInPlace(string body, string at)
    {
        var findings = LayerCompilation.Of(Layer(body)).Findings();
        Assert.All(findings, finding => Assert.Equal("DEQ062", finding.Id));
        Assert.Contains(at, findings.Select(finding => finding.Location.SourceTree!.GetText().ToString(finding.Location.SourceSpan)));
    }

    [Theory]
    [InlineData("=> (z + x).add_(x);")]
    [InlineData("{ z = z + x; z.add_(x); return z; }")]
    [InlineData("{ z += x; return z; }")]
    [InlineData("{ var sum = z + x; sum[0] = x; return sum; }")]
    public void DEQ062_OwnTensorChangedInPlace_IsNotReported(string body) => Diagnose.FindsNothing(Layer(body));

    [Theory]
    [InlineData("{ using (no_grad()) return z + x; }", "no_grad()")]
    [InlineData("=> z + x.detach();", "x.detach()")]
    [InlineData("=> Sum(z, x); private Tensor Sum(Tensor a, Tensor b) { using var mode = no_grad(); return a + b; }", "no_grad()")]
    public void DEQ063_TapeCut(string body, string at) => Diagnose.Finds(Layer(body), "DEQ063", at);

    [Fact]
    public void DEQ063_OutsideTheCell_IsNotReported() => Diagnose.FindsNothing(Layer("=> z + x; public Tensor Evaluate(Tensor x) { using var mode = no_grad(); return call(x); }"));

    [Theory]
    [InlineData("=> z + norm.call(x);", "norm.call(x)")]
    [InlineData("=> z + norm.forward(x);", "norm.forward(x)")]
    public void DEQ064_BatchNorm(string body, string at) => Diagnose.Finds(Layer(body), "DEQ064", at);

    [Fact]
    public void DEQ064_OtherNormalisation_IsNotReported() => Diagnose.FindsNothing(Layer("=> z + group.call(x);"));

    private static string Layer(string body) => $$"""
        [EquilibriumLayer] public sealed partial class Block : Module<Tensor, Tensor>
        {
            private readonly Dropout drop;
            private readonly BatchNorm1d norm;
            private readonly GroupNorm group;
            public Block() : base("Block") { drop = nn.Dropout(0.5); norm = nn.BatchNorm1d(3); group = nn.GroupNorm(1, 3); RegisterComponents(); }
            [Cell] private Tensor Step(Tensor z, Tensor x) {{body}}
        }
        """;
}
