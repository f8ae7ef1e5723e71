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
    [InlineData("{ z[0].add_(x); return z + x; }", "z[0].add_(x)")]
    [InlineData("{ var same = z; same.add_(x); return z + x; }", "same.add_(x)")]
    [InlineData("{ z.view(-1).mul_(2); return z + x; }", "z.view(-1).mul_(2)")]
    [InlineData("{ void Add(Tensor t) => t.add_(x); Add(z); return z + x; }", "t.add_(x)")]
    [InlineData("{ Func<Tensor> add = () => z.add_(x); return add(); }", "z.add_(x)")]
    [InlineData("=> Add(z, x); private static Tensor Add(Tensor t, Tensor u) => Twice(t, u); private static Tensor Twice(Tensor a, Tensor b) => a.add_(b);", "a.add_(b)")]
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
    [InlineData("{ var own = z; own = z + x; own.add_(x); return own; }")]
    [InlineData("=> Add(x, z); private static Tensor Add(Tensor t, Tensor u) => (t + u).add_(u);")]
    [InlineData("=> Add(z + x, x); private static Tensor Add(Tensor t, Tensor u) => t.add_(u);")]
    [InlineData("{ z[x].add_(x); return z; }")]
    [InlineData("{ var sum = z + x; sum[0] = x; return sum; }")]
    public void DEQ062_OwnTensorChangedInPlace_IsNotReported(string body) => Diagnose.FindsNothing(Layer(body));

    [Theory]
    [InlineData("states[0].add_(x);", "states[0].add_(x)")]
    [InlineData("foreach (var state in states) state.add_(x);", "state.add_(x)")]
    [InlineData("states[1][0] = x;", "states[1][0] = x")]
    public void DEQ062_ArrayOfStates(string statement, string at) => Diagnose.Finds(ArrayLayer(statement), "DEQ062", at);

    [Theory]
    [InlineData("states[0] = states[0] + x; states[0].add_(x);")]
    [InlineData("foreach (var state in states) (state + x).add_(x);")]
    public void DEQ062_ArrayOfOwnTensors_IsNotReported(string statement) => Diagnose.FindsNothing(ArrayLayer(statement));

    [Theory]
    [InlineData("private readonly Func<Tensor, Tensor> noise = t => randn_like(t);", "randn_like(t)")]
    [InlineData("private Func<Tensor, Tensor> noise { get; } = t => randn_like(t);", "randn_like(t)")]
    public void DEQ061_LambdaInAField(string member, string at) => Diagnose.Finds(Layer("=> z + noise(x); " + member), "DEQ061", at);

    [Fact]
    public void DEQ061_FieldThatIsDrawnOnce_IsNotReported() => Diagnose.FindsNothing(Layer("=> z + x + shift; private readonly Tensor shift = randn(3);"));

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

    private static string ArrayLayer(string statement) => $$"""
        [EquilibriumLayer] public sealed partial class Block() : Module<Tensor, Tensor[]>("Block")
        {
            [Cell] private Tensor[] Step(Tensor[] states, Tensor x) { {{statement}} return [states[0] + x]; }
            [InitialState] private static Tensor[] Start(Tensor x) => [x];
        }
        """;

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
