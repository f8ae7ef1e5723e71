using Deq.Tests.Generators.Harness;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace Deq.Tests.Generators;

/// <summary>Code is half-typed most of the time: neither the generator nor an analyzer may fail on it.</summary>
public sealed class RobustnessTests
{
    private const int FilesPerCompilation = 25;

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

    /// <summary>What else attributes can say, one layer of each kind.</summary>
    private const string Others = """
        public record Mine : Deq.Solvers.FixedPointSolver
        {
            public override string Name => "mine";
            public override Deq.Solvers.SolverState Begin(Tensor start, Deq.Solvers.FixedPointProblem problem) => throw new NotSupportedException();
        }
        [EquilibriumLayer, Solver(typeof(Mine), CheckEvery = 2), BackwardSolver(typeof(Deq.Solvers.Anderson)), FixedPointCorrection(2, Decay = 0.5)]
        public sealed partial class Scales() : Module<Tensor, Tensor[]>("Scales")
        {
            [Cell] private Tensor[] Step(Tensor[] states, Tensor x) => [states[0] + x];
            [InitialState] private Tensor[] Start(Tensor x) => [x];
        }
        [EquilibriumLayer, Solver("broyden", LineSearch = true), Gradient("shine", Refine = 2), BackwardSolver("gmres", Precondition = true), JacobianReg(1, Attach = true, ThroughState = true)]
        public sealed partial class Shining() : Module<Tensor, Tensor>("Shining") { [Cell] private Tensor Step(Tensor z, Tensor x) => z + x; }
        [EquilibriumLayer, Reversible(0.8, Steps = 8, Tolerance = 1e-6, StateType = ScalarType.Float32, KeepEvery = 2)]
        public sealed partial class Back() : Module<Tensor, Tensor?, Tensor>("Back") { [Cell] private Tensor Step(Tensor z, Tensor x, Tensor? y) => y is null ? z : z + x; }
        """;

    [Fact]
    public void SourcesThemselves_AreValid()
    {
        Diagnose.FindsNothing(Source);
        Diagnose.FindsNothing(Others);
    }

    [Fact]
    public void AnyTokenMissing_NothingFails() => Survives(Source, tokens => Enumerable.Range(0, tokens.Count).Select(i => Print(tokens, skip: [i])));

    [Fact]
    public void AnyTokenOfOtherAttributesMissing_NothingFails() => Survives(Others, tokens => Enumerable.Range(0, tokens.Count).Select(i => Print(tokens, skip: [i])));

    [Fact]
    public void CutOffAnywhere_NothingFails() => Survives(Source, tokens => Enumerable.Range(0, tokens.Count).Select(i => Print(tokens, skip: [.. Enumerable.Range(i, tokens.Count - i)])));

    [Fact]
    public void TokensExchangedAtRandom_NothingFails() => Survives(Source + Others, tokens =>
    {
        var random = new Random(7);
        return Enumerable.Range(0, 150).Select(_ =>
        {
            var mixed = tokens.ToList();
            for (int n = random.Next(1, 4); n > 0; n--) mixed[random.Next(mixed.Count)] = tokens[random.Next(tokens.Count)];
            return Print(mixed, skip: []);
        });
    });

    private static void Survives(string valid, Func<IReadOnlyList<string>, IEnumerable<string>> mutate)
    {
        var tokens = CSharpSyntaxTree.ParseText(valid).GetRoot().DescendantTokens().Select(token => token.Text).ToList();
        foreach (string[] sources in mutate(tokens).Chunk(FilesPerCompilation))
        {
            // Each in a file and a namespace of its own, so that one says nothing of another.
            var compilation = LayerCompilation.OfFiles(LanguageVersion.Latest, [.. sources.Select((source, i) => $"{LayerCompilation.Prelude}namespace M{i} {{ {source} }}")]);
            Assert.True(compilation.Run.Results.Single().Exception is null, $"{compilation.Run.Results.Single().Exception}\non one of\n{string.Join("\n\n", sources)}");
            var failure = compilation.Findings().FirstOrDefault(finding => finding.Id is "AD0001" or "CS8785");
            Assert.True(failure is null, $"{failure}\non one of\n{string.Join("\n\n", sources)}");
        }
    }

    private static string Print(IReadOnlyList<string> tokens, HashSet<int> skip) =>
        string.Join(' ', tokens.Where((_, i) => !skip.Contains(i)));
}
