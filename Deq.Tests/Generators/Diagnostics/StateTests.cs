using Deq.Tests.Generators.Harness;

namespace Deq.Tests.Generators.Diagnostics;

public sealed class StateTests
{
    private const string Pair = "[Cell] private (Tensor High, Tensor Low) Step(Tensor high, Tensor low, Tensor image) => (high + image, low);";
    private const string Single = "[Cell] private Tensor Step(Tensor z, Tensor x) => z + x;";

    [Fact]
    public void DEQ020_NamesThatDifferByCase() => Diagnose.Finds(Layer("Tensor, (Tensor, Tensor)", """
        [Cell] private (Tensor High, Tensor high) Step(Tensor a, Tensor b, Tensor x) => (a, b + x);
        [InitialState] private static (Tensor, Tensor) Start(Tensor x) => (x, x);
        """), "DEQ020", "Step");

    [Fact]
    public void DEQ021_CellSwapsItsStates()
    {
        var finding = Diagnose.Finds(Layer("Tensor, (Tensor, Tensor)", """
            [Cell] private (Tensor Low, Tensor High) Step(Tensor high, Tensor low, Tensor image) => (low + image, high);
            [InitialState] private static (Tensor, Tensor) Start(Tensor image) => (image, image);
            """), "DEQ021", "Step");
        Assert.Contains("Write (High, Low)", finding.GetMessage(), StringComparison.Ordinal);
    }

    [Fact]
    public void DEQ021_BaseSwapsTheStates() => Diagnose.Finds(Layer("Tensor, (Tensor Low, Tensor High)", Pair + """
        [InitialState] private static (Tensor High, Tensor Low) Start(Tensor image) => (image, image);
        """), "DEQ021", "Block");

    [Fact]
    public void DEQ021_InitialStateSwapsTheStates() => Diagnose.Finds(Layer("Tensor, (Tensor High, Tensor Low)", Pair + """
        [InitialState] private static (Tensor Low, Tensor High) Start(Tensor image) => (image, image);
        """), "DEQ021", "Start");

    [Fact]
    public void DEQ020_DEQ021_OtherNames_AreNotReported() => Diagnose.FindsNothing(Layer("Tensor, (Tensor Fine, Tensor Coarse)", """
        [Cell] private (Tensor Fine, Tensor Coarse) Step(Tensor high, Tensor low, Tensor image) => (high + image, low);
        [InitialState] private static (Tensor, Tensor) Start(Tensor image) => (image, image);
        """));

    [Fact]
    public void DEQ022_SeveralStates() => Diagnose.Finds(Layer("Tensor, (Tensor High, Tensor Low)", Pair), "DEQ022", "Block");

    [Theory]
    [InlineData("int, Tensor", "Tensor Step(Tensor z, int n) => n == 0 ? z : z + z;")]
    [InlineData("Tensor?, Tensor", "Tensor Step(Tensor z, Tensor? x) => x is null ? z : z + x;")]
    public void DEQ022_NoTensorToTakeTheShapeOf(string arguments, string cell) => Diagnose.Finds(Layer(arguments, "[Cell] private " + cell), "DEQ022", "Block");

    [Fact]
    public void DEQ022_ArrayOfStates()
    {
        var finding = Diagnose.Finds(Layer("Tensor, Tensor[]", "[Cell] private Tensor[] Step(Tensor[] states, Tensor x) => [states[0] + x];"), "DEQ022", "Block");
        Assert.Contains("Tensor[] Start(Tensor x)", finding.GetMessage(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Tensor Start(Tensor x) => x;")]
    [InlineData("Tensor?[] Start(Tensor x) => [x];")]
    [InlineData("(Tensor, Tensor) Start(Tensor x) => (x, x);")]
    public void DEQ023_StartOfAnArray(string start) => Diagnose.Finds(
        Layer("Tensor, Tensor[]", "[Cell] private Tensor[] Step(Tensor[] states, Tensor x) => [states[0] + x]; [InitialState] private " + start), "DEQ023", "Start");

    [Fact]
    public void DEQ023_TupleOfStatesThatMayBeNull() => Diagnose.Finds(
        Layer("Tensor, (Tensor, Tensor)", Pair + "[InitialState] private (Tensor?, Tensor) Start(Tensor image) => (null, image);"), "DEQ023", "Start");

    [Fact]
    public void DEQ022_OneStateOfATensor_IsNotReported() => Diagnose.FindsNothing(Layer("Tensor, Tensor", Single));

    [Theory]
    [InlineData("Tensor Start(Tensor input) => input;")]
    [InlineData("Tensor Start(int x) => zeros(x);")]
    [InlineData("(Tensor, Tensor) Start(Tensor x) => (x, x);")]
    [InlineData("Tensor? Start(Tensor x) => x;")]
    [InlineData("Tensor Start(ref Tensor x) => x;")]
    [InlineData("Tensor Start<T>(Tensor x) => x;")]
    [InlineData("async Task<Tensor> Start(Tensor x) { await Task.Yield(); return x; }")]
    public void DEQ023_Signature(string start) =>
        Diagnose.Finds(Layer("Tensor, Tensor", Single + "[InitialState] private " + start), "DEQ023", "Start");

    [Theory]
    [InlineData("Tensor Start() => zeros(1);")]
    [InlineData("Tensor Start(Tensor? x) => x ?? zeros(1);")]
    [InlineData("static Tensor Start(Tensor x) => x;")]
    public void DEQ023_DEQ024_FittingSignature_IsNotReported(string start) => Diagnose.FindsNothing(Layer("Tensor, Tensor", Single + "[InitialState] private " + start));

    [Fact]
    public void DEQ023_SomeInputsInAnotherOrder_AreNotReported() => Diagnose.FindsNothing(Layer("Tensor, int, Tensor, Tensor", """
        [Cell] private Tensor Step(Tensor z, Tensor x, int n, Tensor y) => n == 0 ? z + x : z + y;
        [InitialState] private Tensor Start(Tensor y, int n) => n == 0 ? y : y + y;
        """));

    [Fact]
    public void DEQ024_SeveralInitialStates() => Diagnose.Finds(Layer("Tensor, Tensor", Single + """
        [InitialState] private Tensor First(Tensor x) => x;
        [InitialState] private Tensor Second(Tensor x) => x;
        """), "DEQ024", "Second");

    private static string Layer(string arguments, string members) => $$"""
        [EquilibriumLayer] public sealed partial class Block() : Module<{{arguments}}>("Block")
        {
            {{members}}
        }
        """;
}
