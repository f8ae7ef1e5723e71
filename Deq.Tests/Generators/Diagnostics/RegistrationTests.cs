using Deq.Tests.Generators.Harness;

namespace Deq.Tests.Generators.Diagnostics;

public sealed class RegistrationTests
{
    [Theory]
    [InlineData("private readonly Linear linear; public Block() : base(\"Block\") { linear = nn.Linear(3, 3); }")]
    [InlineData("private readonly Parameter weight; public Block() : base(\"Block\") { weight = new Parameter(zeros(3)); }")]
    [InlineData("private Linear linear { get; } public Block() : base(\"Block\") { linear = nn.Linear(3, 3); }")]
    [InlineData("private readonly Linear linear; public Block() : base(\"Block\") { linear = nn.Linear(3, 3); } public void Later() => RegisterComponents();")]
    [InlineData("private readonly Linear linear; public Block() : base(\"Block\") { linear = nn.Linear(3, 3); Other.RegisterComponents(); } private static class Other { public static void RegisterComponents() { } }")]
    public void DEQ009_NeverRegistered(string members) => Diagnose.Finds(Layer("Module<Tensor, Tensor>", members), "DEQ009", "Block");

    [Fact]
    public void DEQ009_NoConstructorAtAll() => Diagnose.Finds("""
        [EquilibriumLayer] public sealed partial class Block() : Module<Tensor, Tensor>("Block")
        {
            private readonly Linear linear = nn.Linear(3, 3);
            [Cell] private Tensor Step(Tensor z, Tensor x) => linear.call(z) + x;
        }
        """, "DEQ009", "Block");

    [Theory]
    [InlineData("private readonly Linear linear; public Block() : base(\"Block\") { linear = nn.Linear(3, 3); RegisterComponents(); }")]
    [InlineData("private readonly Linear linear; public Block() : base(\"Block\") { linear = nn.Linear(3, 3); this.RegisterComponents(); }")]
    [InlineData("private readonly Linear linear; public Block() : base(\"Block\") { linear = nn.Linear(3, 3); Register(); } private void Register() => RegisterComponents();")]
    [InlineData("private readonly Linear linear; public Block() : base(\"Block\") { linear = nn.Linear(3, 3); void Register() => RegisterComponents(); Register(); }")]
    [InlineData("private readonly Linear linear; public Block() : base(\"Block\") { linear = nn.Linear(3, 3); Action register = () => RegisterComponents(); register(); }")]
    [InlineData("private readonly Linear linear; public Block() : base(\"Block\") { linear = nn.Linear(3, 3); register_module(\"linear\", linear); }")]
    [InlineData("private static readonly Linear Shared = nn.Linear(3, 3); public Block() : base(\"Block\") { _ = Shared; }")]
    [InlineData("private readonly int width; public Block() : base(\"Block\") { width = 3; } public int Width => width;")]
    public void DEQ009_RegisteredOrNothingToRegister_IsNotReported(string members) => Diagnose.FindsNothing(Layer("Module<Tensor, Tensor>", members));

    [Theory]
    [InlineData("private readonly Linear linear = nn.Linear(3, 3); public Block() { _ = linear; }", false)]
    [InlineData("private readonly Linear linear; public Block() { linear = nn.Linear(3, 3); _ = linear; }", true)]
    public void DEQ009_BaseRegistersWhatIsMadeByThen(string members, bool reported)
    {
        string source = "public abstract class Base : Module<Tensor, Tensor> { protected Base() : base(\"base\") => RegisterComponents(); }\n" + Layer("Base", members);
        if (reported) Diagnose.Finds(source, "DEQ009", "Block");
        else Diagnose.FindsNothing(source);
    }

    [Fact]
    public void DEQ009_RegisteredByAMethodOfTheBase_IsNotReported() => Diagnose.FindsNothing(
        "public abstract class Base() : Module<Tensor, Tensor>(\"base\") { protected void Register() => RegisterComponents(); }\n"
        + Layer("Base", "private readonly Linear linear; public Block() { linear = nn.Linear(3, 3); Register(); }"));

    [Fact]
    public void DEQ009_MethodOfTheBaseThatIsNotCalled() => Diagnose.Finds(
        "public abstract class Base() : Module<Tensor, Tensor>(\"base\") { protected void Register() => RegisterComponents(); }\n"
        + Layer("Base", "private readonly Linear linear; public Block() { linear = nn.Linear(3, 3); }"), "DEQ009", "Block");

    private static string Layer(string baseClass, string members) => $$"""
        [EquilibriumLayer] public sealed partial class Block : {{baseClass}}
        {
            {{members}}
            [Cell] private Tensor Step(Tensor z, Tensor x) => z + x;
        }
        """;
}
