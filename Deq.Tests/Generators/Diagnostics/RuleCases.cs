using Microsoft.CodeAnalysis.CSharp;

namespace Deq.Tests.Generators.Diagnostics;

/// <summary>The shortest pair of a wrong and a right declaration for each row of the design's table; the other tests here have the many more.</summary>
internal static class RuleCases
{
    private const string Sum = "[Cell] private Tensor Step(Tensor z, Tensor x) => z + x;";
    private const string Start = "[InitialState] private (Tensor High, Tensor Low) Start(Tensor image) => (image, image);";
    private const string Module = " : Module<Tensor, Tensor>(\"Block\")";
    private const string Pair = " : Module<Tensor, (Tensor High, Tensor Low)>(\"Block\")";

    public static readonly IReadOnlyList<RuleCase> All =
    [
        Fixed("DEQ001", Layer("public sealed class Block()", Module, Sum), "Block", Layer(Sum), "CS0260"),
        Fixed("DEQ002", "public class BlockAround { " + Layer(Sum) + " }", "BlockAround", "public partial class BlockAround { " + Layer(Sum) + " }", "CS0260"),
        new("DEQ003", Layer("public static partial class Block", "", ""), "Block", Layer(Sum)),
        new("DEQ003", Layer("public partial record Block", "", ""), "Block", Layer(Sum)),
        new("DEQ003", Layer("public partial struct Block", "", ""), "Block", Layer(Sum)) { Beside = ["CS0592"] },
        new("DEQ003", Layer("file sealed partial class Block()", Module, Sum), "Block", Layer(Sum)) { Beside = ["CS0534"] },
        Fixed("DEQ004", Layer("public sealed partial class Block()", " : nn.Module(\"Block\")", Sum), "Block", Layer(Sum)),
        new("DEQ004", Layer("public sealed partial class Block", "", Sum), "Block",
            "public abstract class BlockBase() : Module<Tensor, Tensor>(\"base\");\n" + Layer("public sealed partial class Block", " : BlockBase", Sum)),
        Fixed("DEQ005", Layer("public sealed partial class Block()", " : Module<Tensor, Tensor, Tensor>(\"Block\")", Sum), "Block", Layer(Sum)),
        Fixed("DEQ006", Layer("public abstract partial class Block()", Module, Sum), "Block", Layer("public partial class Block()", Module, Sum)),
        new("DEQ007", Layer("[Cell] private Tensor Step<T>(Tensor z, Tensor x) => z + x;"), "Step", Layer("public sealed partial class Block<T>()", Module, Sum)),
        new("DEQ008", Layer(Sum + " public override Tensor forward(Tensor x) => x;"), "forward", Layer(Sum + " public override partial Tensor forward(Tensor x);")),
        new("DEQ008", Layer(Sum + " public int Options => 1;"), "Options", Layer(Sum + " public int options => 1;")),
        Fixed("DEQ009", Holding("Linear", "held = nn.Linear(3, 3);", "z + held.call(x)"), "Block", Holding("Linear", "held = nn.Linear(3, 3);\n        RegisterComponents();", "z + held.call(x)")),
        Fixed("DEQ010", Layer("public sealed partial class Block()", Module, "\n"), "Block",
            Layer("public sealed partial class Block()", Module, "\n    [Cell] private Tensor Step(Tensor z, Tensor x) => throw new NotImplementedException();\n")) with { Left = "DEQ016" },
        new("DEQ011", Layer(Sum + " [Cell] private Tensor Other(Tensor z, Tensor x) => z + x;"), "Other", Layer(Sum + " private Tensor Other(Tensor z, Tensor x) => z + x;")),
        Fixed("DEQ012", Layer("[Cell] private int Step(Tensor z, Tensor x) => throw Wrong(z, x);" + Thrown), "Step", Layer("[Cell] private Tensor Step(Tensor z, Tensor x) => throw Wrong(z, x);" + Thrown)),
        Fixed("DEQ013", Layer("[Cell] private Tensor Step(Tensor z, in Tensor x) => z + x;"), "Step", Layer(Sum)),
        Fixed("DEQ014", Layer("[Cell] private Task<Tensor> Step(Tensor z, Tensor x) => throw Wrong(z, x);" + Thrown), "Step", Layer("[Cell] private Tensor Step(Tensor z, Tensor x) => throw Wrong(z, x);" + Thrown)),
        Fixed("DEQ015", Layer("[Cell] private static Tensor Step(Tensor z, Tensor x) => z + x;"), "Step", Layer(Sum)),
        new("DEQ016", Layer("[Cell] private Tensor Step(Tensor z, Tensor x) => z + z;"), "x", Layer("[Cell] private Tensor Step(Tensor z, Tensor x) { Tensor Sum() => z + x; return Sum(); }")),
        new("DEQ017", Layer("public partial class BlockBase()", Module, Sum) + "\n" + Layer("public sealed partial class Block", " : BlockBase", Sum.Replace("Step", "Other", StringComparison.Ordinal)), "Block",
            "public abstract class BlockBase() : Module<Tensor, Tensor>(\"base\");\n" + Layer("public sealed partial class Block", " : BlockBase", Sum)) { Beside = ["CS0108"] },
        new("DEQ020", Layer("public sealed partial class Block()", " : Module<Tensor, (Tensor, Tensor)>(\"Block\")", "[Cell] private (Tensor A, Tensor a) Step(Tensor s, Tensor t, Tensor image) => (s + image, t); " + Start), "Step",
            Layer("public sealed partial class Block()", " : Module<Tensor, (Tensor, Tensor)>(\"Block\")", "[Cell] private (Tensor A, Tensor B) Step(Tensor s, Tensor t, Tensor image) => (s + image, t); " + Start)),
        Fixed("DEQ021", Two("(Tensor Low, Tensor High)", Start), "Step", Two("(Tensor High, Tensor Low)", Start)),
        Fixed("DEQ022", Two("(Tensor High, Tensor Low)", "\n"), "Block",
            Two("(Tensor High, Tensor Low)", "\n\n    [InitialState] private (Tensor High, Tensor Low) Start(Tensor image) => throw new NotImplementedException();\n")),
        Fixed("DEQ023", Two("(Tensor High, Tensor Low)", "[InitialState] private (Tensor High, Tensor Low) Start(Tensor picture) => throw new Exception();"), "Start",
            Two("(Tensor High, Tensor Low)", "[InitialState] private (Tensor High, Tensor Low) Start(Tensor image) => throw new Exception();")),
        new("DEQ024", Two("(Tensor High, Tensor Low)", Start + " " + Start.Replace("Start", "Other", StringComparison.Ordinal)), "Other", Two("(Tensor High, Tensor Low)", Start)),
        Fixed("DEQ030", With("Solver(\"andersen\")"), "\"andersen\"", With("Solver(\"anderson\")")),
        Fixed("DEQ031", With("Solver(\"anderson\", Tolerance = 0)"), "Tolerance = 0", With("Solver(\"anderson\")")),
        new("DEQ031", With("BackwardSolver(\"anderson\", Tolerance = -1e-3)"), "Tolerance = -1e-3", With("BackwardSolver(\"anderson\", Tolerance = 1e-3)")),
        Fixed("DEQ032", With("Solver(\"anderson\", MaxEvaluations = 0)"), "MaxEvaluations = 0", With("Solver(\"anderson\")")),
        new("DEQ032", With("Solver(\"picard\", CheckEvery = 0)"), "CheckEvery = 0", With("Solver(\"picard\", CheckEvery = 1)")),
        Fixed("DEQ033", With("Solver(\"anderson\", Memory = 0, Damping = 0.5)"), "Memory = 0", With("Solver(\"anderson\", Damping = 0.5)")),
        new("DEQ033", With("Solver(\"picard\", Damping = 1.5)"), "Damping = 1.5", With("Solver(\"picard\", Damping = 1)")),
        Fixed("DEQ034", With("Solver(\"picard\", Memory = 3)"), "Memory = 3", With("Solver(\"picard\")")),
        new("DEQ034", With("Solver(\"anderson\", LineSearch = true)"), "LineSearch = true", With("Solver(\"broyden\", LineSearch = true)")),
        Fixed("DEQ035", With("Solver(\"anderson\", StopMode = (StopMode)7)"), "StopMode = (StopMode)7", With("Solver(\"anderson\")")),
        new("DEQ036", With("Solver(typeof(string))"), "typeof(string)", With("Solver(typeof(Deq.Solvers.Picard))")),
        Fixed("DEQ037", With("Gradient(\"phanton\")"), "\"phanton\"", With("Gradient(\"phantom\")")),
        Fixed("DEQ040", With("Reversible(2)"), "2", With("Reversible(0.5)")),
        new("DEQ040", With("Reversible(-0.1)"), "-0.1", With("Reversible(1.99)")),
        Fixed("DEQ041", With("Reversible(1)"), "1", With("Reversible(0.5)")),
        Fixed("DEQ042", With("Reversible(0.8, Steps = 64, KeepEvery = 0)"), "KeepEvery = 0", With("Reversible(0.8, Steps = 64)")),
        Fixed("DEQ043", With("Gradient(\"phantom\"), BackwardSolver(\"anderson\")"), "BackwardSolver(\"anderson\")", With("Gradient(\"phantom\")")),
        new("DEQ044", With("Reversible(0.5), JacobianReg(1)"), "JacobianReg(1)", With("JacobianReg(1)")),
        Fixed("DEQ045", With("Reversible(0.5), Solver(\"anderson\")"), "Solver(\"anderson\")", With("Reversible(0.5)")),
        Fixed("DEQ046", With("Gradient(\"phantom\", Steps = 0)"), "Steps = 0", With("Gradient(\"phantom\")")),
        new("DEQ046", With("Gradient(\"neumann\", Damping = 0)"), "Damping = 0", With("Gradient(\"neumann\", Damping = 1)")),
        new("DEQ047", With("Gradient(\"shine\")"), "Gradient(\"shine\")", With("Solver(\"broyden\"), Gradient(\"shine\")")),
        new("DEQ047", With("BackwardSolver(\"gmres\", Precondition = true)"), "Precondition = true", With("Solver(\"broyden\"), BackwardSolver(\"gmres\", Precondition = true)")),
        new("DEQ048", With("Solver(\"newton_krylov\"), Gradient(\"unrolled\")"), "Gradient(\"unrolled\")", With("Solver(\"picard\"), Gradient(\"unrolled\")")),
        new("DEQ048", With("Solver(\"broyden\", LineSearch = true), Gradient(\"unrolled\")"), "Gradient(\"unrolled\")", With("Solver(\"broyden\"), Gradient(\"unrolled\")")),
        new("DEQ050", With("JacobianReg(-1)"), "-1", With("JacobianReg(1e-9)")),
        new("DEQ050", With("JacobianReg(double.PositiveInfinity)"), "double.PositiveInfinity", With("JacobianReg(1e9)")),
        new("DEQ051", With("JacobianReg(0)"), "0", With("JacobianReg(double.Epsilon)")),
        Fixed("DEQ052", With("JacobianReg(1, Probes = 0)"), "Probes = 0", With("JacobianReg(1)")),
        new("DEQ052", With("JacobianReg(1, Frequency = 1.5)"), "Frequency = 1.5", With("JacobianReg(1, Frequency = 1)")),
        new("DEQ052", With("FixedPointCorrection(0)"), "0", With("FixedPointCorrection(1)")),
        Fixed("DEQ060", Orphan, "Cell", "[EquilibriumLayer]\n" + Orphan, "CS8795"),
        new("DEQ060", "[Solver(\"anderson\")] public class Block;", "Solver(\"anderson\")", With("Solver(\"anderson\")")),
        Fixed("DEQ061", Holding("Dropout", "held = nn.Dropout(0.1);\n        RegisterComponents();", "z + held.call(x)"), "held.call(x)",
            Holding("Deq.Modules.VariationalDropout", "held = new Deq.Modules.VariationalDropout(0.1);\n        RegisterComponents();", "z + held.call(x)")),
        new("DEQ061", Layer("[Cell] private Tensor Step(Tensor z, Tensor x) => z + x + Noise(x); private static Tensor Noise(Tensor x) => randn_like(x);"), "randn_like(x)",
            Layer("[Cell] private Tensor Step(Tensor z, Tensor x) => z + x; public static Tensor Noise(Tensor x) => randn_like(x);")),
        new("DEQ062", Layer("[Cell] private Tensor Step(Tensor z, Tensor x) => z.add_(x);"), "z.add_(x)", Layer("[Cell] private Tensor Step(Tensor z, Tensor x) => (z + x).add_(x);")),
        new("DEQ063", Layer("[Cell] private Tensor Step(Tensor z, Tensor x) { using var none = no_grad(); return z + x; }"), "no_grad()",
            Layer(Sum + " public Tensor Predict(Tensor x) { using var none = no_grad(); return call(x); }")),
        new("DEQ063", Layer("[Cell] private Tensor Step(Tensor z, Tensor x) => z + x.detach();"), "x.detach()", Layer(Sum)),
        new("DEQ064", Holding("BatchNorm1d", "held = nn.BatchNorm1d(3); RegisterComponents();", "z + held.call(x)"), "held.call(x)",
            Holding("GroupNorm", "held = nn.GroupNorm(1, 3); RegisterComponents();", "z + held.call(x)")),
        new("DEQ065", Old(), "Block", Layer(Sum)) { Version = LanguageVersion.CSharp12 },
        new("DEQ065", Old(), "Block", Layer(Sum)) { Version = LanguageVersion.CSharp9, Beside = ["CS0534"] },
    ];

    // A body that reads its inputs, whatever it is said to return.
    private const string Thrown = " private static Exception Wrong(Tensor z, Tensor x) => new((z + x).ToString());";

    private const string Orphan = "public sealed partial class Block()" + Module + " { public override partial Tensor forward(Tensor x); " + Sum + " }";

    private static RuleCase Fixed(string id, string wrong, string at, string right, params string[] beside) => new(id, wrong, at, right) { IsFixed = true, Beside = beside };

    private static string Layer(string members) => Layer("public sealed partial class Block()", Module, members);

    private static string Layer(string declaration, string bases, string members) => $"[EquilibriumLayer]\n{declaration}{bases}\n{{{(members.StartsWith('\n') ? members : $"\n    {members}\n")}}}";

    private static string With(string attributes) => $"[EquilibriumLayer]\n[{attributes}]\npublic sealed partial class Block(){Module} {{ {Sum} }}";

    private static string Two(string states, string start) => Layer(
        "public sealed partial class Block()", Pair, $"\n    [Cell] private {states} Step(Tensor high, Tensor low, Tensor image) => (high + image, low);{(start.StartsWith('\n') ? start : $"\n    {start}\n")}");

    private static string Holding(string module, string made, string step) => $$"""
        [EquilibriumLayer]
        public sealed partial class Block : Module<Tensor, Tensor>
        {
            private readonly {{module}} held;

            public Block() : base("Block")
            {
                {{made}}
            }

            [Cell] private Tensor Step(Tensor z, Tensor x) => {{step}};
        }
        """;

    private static string Old() => "[EquilibriumLayer] public sealed partial class Block : Module<Tensor, Tensor> { public Block() : base(\"Block\") { } " + Sum + " }";
}
