using Deq.Tests.Generators.Harness;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace Deq.Tests.Generators;

/// <summary>Code is half-typed most of the time: neither the generator nor an analyzer may fail on it.</summary>
public sealed class RobustnessTests
{
    private const string Source = """
        namespace Sample.Inner
        {
            public partial class Outer<T>
            {
                [EquilibriumLayer]
                [Solver("anderson", MaxEvaluations = 30, Tolerance = 1e-3, StopMode = StopMode.Absolute, Memory = 6)]
                [BackwardSolver("broyden", MaxEvaluations = 12)]
                [JacobianReg(gamma: 2.0, Frequency = 0.35, Probes = 2)]
                public sealed partial class Pyramid : Module<Tensor, int?, (Tensor High, Tensor Low)>
                {
                    private readonly Linear linear = nn.Linear(3, 3);
                    public Pyramid() : base("Pyramid") { RegisterComponents(); }
                    public override partial (Tensor High, Tensor Low) forward(Tensor image, int? scale);
                    [Cell] private (Tensor High, Tensor Low) Step(Tensor high, Tensor low, Tensor image, int? scale)
                    {
                        Tensor Local(Tensor t) => linear.call(t);
                        return (Local(high) + image, scale is null ? low : low + image);
                    }
                    [InitialState] private static (Tensor High, Tensor Low) Start(Tensor image) => (image, image);
                }
            }
        }
        """;

    [Fact]
    public void SourceItself_IsValid() => Diagnose.FindsNothing(Source);

    [Fact]
    public void AnyTokenMissing_NothingFails() => Survives(tokens => Enumerable.Range(0, tokens.Count).Select(i => Print(tokens, skip: [i])));

    [Fact]
    public void CutOffAnywhere_NothingFails() => Survives(tokens => Enumerable.Range(0, tokens.Count).Select(i => Print(tokens, skip: [.. Enumerable.Range(i, tokens.Count - i)])));

    [Fact]
    public void TokensExchangedAtRandom_NothingFails() => Survives(tokens =>
    {
        var random = new Random(7);
        return Enumerable.Range(0, 150).Select(_ =>
        {
            var mixed = tokens.ToList();
            for (int n = random.Next(1, 4); n > 0; n--) mixed[random.Next(mixed.Count)] = tokens[random.Next(tokens.Count)];
            return Print(mixed, skip: []);
        });
    });

    private static void Survives(Func<IReadOnlyList<string>, IEnumerable<string>> mutate)
    {
        var tokens = CSharpSyntaxTree.ParseText(Source).GetRoot().DescendantTokens().Select(token => token.Text).ToList();
        foreach (string source in mutate(tokens))
        {
            var compilation = LayerCompilation.Of(source);
            Assert.True(compilation.Run.Results.Single().Exception is null, $"{compilation.Run.Results.Single().Exception}\non\n{source}");
            var failure = compilation.Findings().FirstOrDefault(finding => finding.Id is "AD0001" or "CS8785");
            Assert.True(failure is null, $"{failure}\non\n{source}");
        }
    }

    private static string Print(IReadOnlyList<string> tokens, HashSet<int> skip) =>
        string.Join(' ', tokens.Where((_, i) => !skip.Contains(i)));
}
