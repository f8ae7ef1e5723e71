using Deq.Tests.Generators.Harness;

namespace Deq.Tests.Generators.Diagnostics;

public sealed class CellTests
{
    [Theory]
    [InlineData("[Cell] private Tensor Step<T>(Tensor z, Tensor x) => z + x;", "Step")]
    [InlineData("private Tensor this[Tensor z, Tensor x] { [Cell] get => z + x; }", "get")]
    public void DEQ007_NoOrdinaryMethod(string member, string at) => Diagnose.Finds(Layer("Tensor, Tensor", member), "DEQ007", at);

    [Fact]
    public void DEQ007_ExplicitImplementation() => Diagnose.Finds("""
        public interface IStep { Tensor Step(Tensor z, Tensor x); }
        [EquilibriumLayer] public sealed partial class Block() : Module<Tensor, Tensor>("Block"), IStep { [Cell] Tensor IStep.Step(Tensor z, Tensor x) => z + x; }
        """, "DEQ007", "Step");

    [Fact]
    public void DEQ007_CellOfAGenericClass_IsNotReported() => Diagnose.FindsNothing("""
        [EquilibriumLayer] public sealed partial class Block<T>() : Module<Tensor, T, Tensor>("Block") { [Cell] private Tensor Step(Tensor z, Tensor x, T t) => t is null ? z : z + x; }
        """);

    [Theory]
    [InlineData("Tensor, Tensor", "Tensor Step(Tensor z, Tensor x)")]
    [InlineData("Tensor, Tensor?, (Tensor High, Tensor Low)", "(Tensor High, Tensor Low) Step(Tensor high, Tensor low, Tensor x1, Tensor? x2)")]
    public void DEQ010_NoCell(string arguments, string skeleton)
    {
        var finding = Diagnose.Finds(Layer(arguments, "private Tensor Step(Tensor z, Tensor x) => z + x;"), "DEQ010", "Block");
        Assert.Contains(skeleton, finding.GetMessage(), StringComparison.Ordinal);
    }

    [Fact]
    public void DEQ010_CellInAnotherPart_IsNotReported() => Diagnose.FindsNothing("""
        [EquilibriumLayer] public sealed partial class Block() : Module<Tensor, Tensor>("Block");
        sealed partial class Block { [Cell] private Tensor Step(Tensor z, Tensor x) => z + x; }
        """);

    [Fact]
    public void DEQ011_SeveralCells()
    {
        var finding = Diagnose.Finds(Layer("Tensor, Tensor", """
            [Cell] private Tensor First(Tensor z, Tensor x) => z + x;
            [Cell] private Tensor Second(Tensor z, Tensor x) => z + x;
            """), "DEQ011", "Second");
        Assert.Contains("First, Second", finding.GetMessage(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("void Step(Tensor z, Tensor x) { }")]
    [InlineData("int Step(Tensor z, Tensor x) => 1;")]
    [InlineData("Tensor? Step(Tensor z, Tensor x) => z + x;")]
    [InlineData("(Tensor High, int Low) Step(Tensor high, Tensor low, Tensor x) => (high, 1);")]
    [InlineData("(Tensor High, Tensor? Low) Step(Tensor high, Tensor low, Tensor x) => (high, low);")]
    [InlineData("ref Tensor Step(Tensor z, Tensor x) => throw new NotSupportedException();")]
    [InlineData("ValueTuple<Tensor> Step(Tensor z, Tensor x) => new(z);")]
    public void DEQ012_ReturnType(string cell) => Diagnose.Finds(Layer("Tensor, Tensor", "[Cell] private " + cell), "DEQ012", "Step");

    [Theory]
    [InlineData("Tensor Step(int z, Tensor x) => x;")]
    [InlineData("Tensor Step() => zeros(1);")]
    [InlineData("Tensor Step(ref Tensor z, Tensor x) => z + x;")]
    [InlineData("Tensor Step(Tensor z, in Tensor x) => z + x;")]
    [InlineData("Tensor Step(Tensor z, Span<float> x) => z;")]
    [InlineData("unsafe Tensor Step(Tensor z, int* x) => z;")]
    [InlineData("(Tensor A, Tensor B) Step(Tensor a, int b, Tensor x) => (a, x);")]
    [InlineData("(Tensor A, Tensor B) Step(Tensor a) => (a, a);")]
    [InlineData("Tensor[] Step(Tensor z, Tensor x) => [z + x];")]
    [InlineData("Tensor[] Step(Tensor a, Tensor b, Tensor x) => [a + x, b];")]
    [InlineData("Tensor[] Step(ref Tensor[] states, Tensor x) => [states[0] + x];")]
    [InlineData("Tensor Step(Tensor[] states, Tensor x) => states[0] + x;")]
    public void DEQ013_Parameters(string cell) => Diagnose.Finds(Layer("Tensor, Tensor", "[Cell] private " + cell), "DEQ013", "Step");

    [Theory]
    [InlineData("async Task<Tensor> Step(Tensor z, Tensor x) { await Task.Yield(); return z + x; }")]
    [InlineData("Task<Tensor> Step(Tensor z, Tensor x) => Task.FromResult(z + x);")]
    [InlineData("ValueTask<Tensor> Step(Tensor z, Tensor x) => new(z + x);")]
    [InlineData("IEnumerable<Tensor> Step(Tensor z, Tensor x) { yield return z + x; }")]
    public void DEQ014_Asynchronous(string cell) => Diagnose.Finds(
        Layer("Tensor, Tensor", "[Cell] private " + cell), "DEQ014", "Step");

    [Fact]
    public void DEQ014_IteratorInsideTheCell_IsNotReported() => Diagnose.FindsNothing(Layer("Tensor, Tensor", """
        [Cell] private Tensor Step(Tensor z, Tensor x)
        {
            foreach (int i in Count()) z += x;
            return z;
            IEnumerable<int> Count() { yield return 1; }
        }
        """));

    [Theory]
    [InlineData("private Tensor Step(Tensor z, Tensor x) => z + x;")]
    [InlineData("internal Tensor Step(Tensor? z, Tensor x) => z is null ? x : z + x;")]
    [InlineData("public Tensor Step(Tensor z, Tensor x) => z + x; private Tensor Step(Tensor z) => z;")]
    [InlineData("private partial Tensor Step(Tensor z, Tensor x); private partial Tensor Step(Tensor z, Tensor x) => z + x;")]
    public void DEQ007_DEQ011_DEQ012_DEQ013_DEQ015_OrdinaryCell_IsNotReported(string cell) =>
        Diagnose.FindsNothing(Layer("Tensor, Tensor", "[Cell] " + cell));

    [Theory]
    [InlineData("Tensor[]? Step(Tensor[] states, Tensor x) => null;")]
    [InlineData("Tensor?[] Step(Tensor[] states, Tensor x) => [null];")]
    [InlineData("Tensor[,] Step(Tensor[,] states, Tensor x) => states;")]
    [InlineData("Tensor[][] Step(Tensor[][] states, Tensor x) => states;")]
    [InlineData("List<Tensor> Step(List<Tensor> states, Tensor x) => states;")]
    public void DEQ012_OtherCollectionThanAnArray(string cell) => Diagnose.Finds(Layer("Tensor, Tensor[]", "[Cell] private " + cell), "DEQ012", "Step");

    [Theory]
    [InlineData("Tensor[] Step(Tensor[] states, Tensor x)")]
    [InlineData("Tensor[] Step(Tensor?[]? states, Tensor x)")]
    public void DEQ012_DEQ013_DEQ022_ArrayOfStates_IsNotReported(string cell) => Diagnose.FindsNothing(Layer("Tensor, Tensor[]", $"""
        [Cell] private {cell} => [(states?[0] ?? x) + x];
        [InitialState] private Tensor[] Start(Tensor x) => [x, x];
        """));

    [Fact]
    public void DEQ015_StaticCell() => Diagnose.Finds(Layer("Tensor, Tensor", "[Cell] private static Tensor Step(Tensor z, Tensor x) => z + x;"), "DEQ015", "Step");

    [Theory]
    [InlineData("[Cell] private Tensor Step(Tensor z, Tensr x) => z;")]
    [InlineData("[Cell] private Tensr Step(Tensor z, Tensor x) => z;")]
    public void HalfTypedCell_IsLeftToTheCompiler(string cell)
    {
        var compilation = LayerCompilation.Of(Layer("Tensor, Tensor", cell));
        Assert.Empty(compilation.Findings());
        Assert.Equal(["CS0246"], compilation.CompilerMessages().Select(message => message.Id));
    }

    private static string Layer(string arguments, string members) => $$"""
        [EquilibriumLayer] public sealed partial class Block() : Module<{{arguments}}>("Block")
        {
            {{members}}
        }
        """;
}
