using Deq.Tests.Generators.Harness;

namespace Deq.Tests.Generators;

/// <summary>Light bulbs: what stands there when one is taken, once and for all places.</summary>
public sealed class CodeFixTests
{
    private const string Cell = "[Cell] private Tensor Step(Tensor z, Tensor x) => z + x;";

    [Fact]
    public Task DEQ001_AddsPartial() => Becomes("DEQ001", "Make 'Block' partial",
        $$"""
        /// <summary>A layer.</summary>
        [EquilibriumLayer]
        public sealed class Block() : Module<Tensor, Tensor>("Block") { {{Cell}} }
        """,
        $$"""
        /// <summary>A layer.</summary>
        [EquilibriumLayer]
        public sealed partial class Block() : Module<Tensor, Tensor>("Block") { {{Cell}} }
        """);

    [Fact]
    public Task DEQ001_AddsPartial_WhereThereIsNoModifier() => Becomes("DEQ001", "Make 'Block' partial",
        $$"""
        // A layer.
        [EquilibriumLayer]
        // Indeed.
        class Block() : Module<Tensor, Tensor>("Block") { {{Cell}} }
        """,
        $$"""
        // A layer.
        [EquilibriumLayer]
        // Indeed.
        partial class Block() : Module<Tensor, Tensor>("Block") { {{Cell}} }
        """);

    [Fact]
    public Task DEQ002_AddsPartial_ToEachContainer() => AllBecome("DEQ002",
        $$"""
        public static class A
        {
            public partial struct B
            {
                record C
                {
                    [EquilibriumLayer] sealed partial class Block() : Module<Tensor, Tensor>("Block") { {{Cell}} }
                }
            }
        }
        """,
        $$"""
        public static partial class A
        {
            public partial struct B
            {
                partial record C
                {
                    [EquilibriumLayer] sealed partial class Block() : Module<Tensor, Tensor>("Block") { {{Cell}} }
                }
            }
        }
        """);

    [Fact]
    public Task DEQ004_WritesTheBase_OfAnotherModule() => Becomes("DEQ004", "Derive from the module that the cell asks for",
        """
        [EquilibriumLayer]
        public sealed partial class Block() : nn.Module("Block"), IDisposable
        {
            [Cell] private (Tensor High, Tensor Low) Step(Tensor high, Tensor low, Tensor image, List<string?> names) => names.Count == 0 ? (high, low) : (high + image, low);
            [InitialState] private (Tensor High, Tensor Low) Start(Tensor image) => (image, image);
        }
        """,
        """
        [EquilibriumLayer]
        public sealed partial class Block() : Module<Tensor, List<string?>, (Tensor High, Tensor Low)>("Block"), IDisposable
        {
            [Cell] private (Tensor High, Tensor Low) Step(Tensor high, Tensor low, Tensor image, List<string?> names) => names.Count == 0 ? (high, low) : (high + image, low);
            [InitialState] private (Tensor High, Tensor Low) Start(Tensor image) => (image, image);
        }
        """);

    [Fact]
    public async Task DEQ004_WritesTheBase_WhereThereIsNone()
    {
        using var mender = new Mender($$"""
            [EquilibriumLayer]
            public sealed partial class Block
            {
                {{Cell}}
            }
            """);
        await mender.FixOne("DEQ004");
        Assert.StartsWith("[EquilibriumLayer]\npublic sealed partial class Block : Module<Tensor, Tensor>\n{\n", await mender.Text(), StringComparison.Ordinal);
    }

    [Fact]
    public Task DEQ005_WritesTheBase() => Becomes("DEQ005", "Derive from the module that the cell asks for",
        """
        [EquilibriumLayer]
        public sealed partial class Block() : Module<Tensor, Tensor>("Block") { [Cell] private Tensor Step(Tensor z, Tensor x, int? n) => n is null ? z : z + x; }
        """,
        """
        [EquilibriumLayer]
        public sealed partial class Block() : Module<Tensor, int?, Tensor>("Block") { [Cell] private Tensor Step(Tensor z, Tensor x, int? n) => n is null ? z : z + x; }
        """);

    [Fact]
    public async Task DEQ005_LeavesABaseOfTheUsersOwn()
    {
        using var mender = new Mender("""
            public abstract class Named() : Module<Tensor, Tensor, Tensor>("named");
            [EquilibriumLayer] public sealed partial class Block : Named { [Cell] private Tensor Step(Tensor z, Tensor x) => z + x; }
            """);
        Assert.Null(await mender.FixOne("DEQ005"));
    }

    [Fact]
    public Task DEQ006_RemovesAbstract() => Becomes("DEQ006", "Remove 'abstract'",
        $$"""
        // A layer.
        [EquilibriumLayer] public abstract partial class Block() : Module<Tensor, Tensor>("Block") { {{Cell}} }
        """,
        $$"""
        // A layer.
        [EquilibriumLayer] public partial class Block() : Module<Tensor, Tensor>("Block") { {{Cell}} }
        """);

    [Fact]
    public Task DEQ009_CallsRegisterComponents() => AllBecome("DEQ009",
        """
        [EquilibriumLayer]
        public sealed partial class First : Module<Tensor, Tensor>
        {
            private readonly Linear linear;

            public First() : base("First")
            {
                linear = nn.Linear(3, 3);
            }

            [Cell] private Tensor Step(Tensor z, Tensor x) => linear.call(z) + x;
        }

        [EquilibriumLayer]
        public sealed partial class Second : Module<Tensor, Tensor>
        {
            private readonly Linear linear;

            public Second() : base("Second") => linear = nn.Linear(3, 3);

            [Cell] private Tensor Step(Tensor z, Tensor x) => linear.call(z) + x;
        }
        """,
        """
        [EquilibriumLayer]
        public sealed partial class First : Module<Tensor, Tensor>
        {
            private readonly Linear linear;

            public First() : base("First")
            {
                linear = nn.Linear(3, 3);
                RegisterComponents();
            }

            [Cell] private Tensor Step(Tensor z, Tensor x) => linear.call(z) + x;
        }

        [EquilibriumLayer]
        public sealed partial class Second : Module<Tensor, Tensor>
        {
            private readonly Linear linear;

            public Second() : base("Second")
            {
                linear = nn.Linear(3, 3);
                RegisterComponents();
            }

            [Cell] private Tensor Step(Tensor z, Tensor x) => linear.call(z) + x;
        }
        """);

    [Fact]
    public Task DEQ010_AddsACell() => Becomes("DEQ010", "Add a cell",
        """
        [EquilibriumLayer]
        public sealed partial class Block() : Module<Tensor, int, (Tensor High, Tensor Low)>("Block")
        {
            [InitialState] private (Tensor High, Tensor Low) Start(Tensor x1) => (x1, x1);
        }
        """,
        """
        [EquilibriumLayer]
        public sealed partial class Block() : Module<Tensor, int, (Tensor High, Tensor Low)>("Block")
        {
            [InitialState] private (Tensor High, Tensor Low) Start(Tensor x1) => (x1, x1);

            [Cell] private (Tensor High, Tensor Low) Step(Tensor high, Tensor low, Tensor x1, int x2) => throw new NotImplementedException();
        }
        """, left: "DEQ016");

    [Fact]
    public Task DEQ010_AddsACell_WhereThereIsNoBody() => Becomes("DEQ010", "Add a cell",
        """
        [EquilibriumLayer]
        public sealed partial class Block() : Module<Tensor, Tensor>("Block");
        """,
        """
        [EquilibriumLayer]
        public sealed partial class Block() : Module<Tensor, Tensor>("Block")
        {
            [Cell] private Tensor Step(Tensor z, Tensor x) => throw new NotImplementedException();
        }
        """, left: "DEQ016");

    [Theory]
    [InlineData("DEQ012", "private int Step(Tensor z, Tensor x) => throw new Exception();", "private Tensor Step(Tensor z, Tensor x) => throw new Exception();")]
    [InlineData("DEQ013", "private Tensor Step(int z, Tensor x) => throw new Exception();", "private Tensor Step(Tensor z, Tensor x) => throw new Exception();")]
    [InlineData("DEQ013", "private Tensor Step(Tensor state, in Tensor input) => state + input;", "private Tensor Step(Tensor state, Tensor input) => state + input;")]
    [InlineData("DEQ014", "private async Task<Tensor> Step(Tensor z, Tensor x) => z + x;", "private Tensor Step(Tensor z, Tensor x) => z + x;")]
    [InlineData("DEQ014", "async Task<Tensor> Step(Tensor z, Tensor x) => z + x;", "Tensor Step(Tensor z, Tensor x) => z + x;")]
    public Task DEQ012_DEQ013_DEQ014_RewritesTheCell(string id, string before, string after) => Becomes(id, "Rewrite the signature of 'Step'",
        $$"""
        [EquilibriumLayer]
        public sealed partial class Block() : Module<Tensor, Tensor>("Block")
        {
            // The cell.
            [Cell]
            {{before}}
        }
        """,
        $$"""
        [EquilibriumLayer]
        public sealed partial class Block() : Module<Tensor, Tensor>("Block")
        {
            // The cell.
            [Cell]
            {{after}}
        }
        """, left: "DEQ016");

    [Theory]
    [InlineData("(Tensor High, Tensor Low)", "(Tensor Low, Tensor High)", "(Tensor High, Tensor Low)")]
    [InlineData("(Tensor High, Tensor Low)", "(Tensor High, Tensor Low)", "(Tensor Low, Tensor High)")]
    [InlineData("(Tensor Low, Tensor High)", "(Tensor High, Tensor Low)", "(Tensor High, Tensor Low)")]
    public Task DEQ021_Reorders(string module, string cell, string start)
    {
        const string Source = """
            [EquilibriumLayer]
            public sealed partial class Block() : Module<Tensor, MODULE>("Block")
            {
                [Cell] private CELL Step(Tensor high, Tensor low, Tensor image) => (high + image, low);
                [InitialState] private START Start(Tensor image) => (image, image);
            }
            """;
        string Write(string a, string b, string c) => Source
            .Replace("MODULE", a, StringComparison.Ordinal).Replace("CELL", b, StringComparison.Ordinal).Replace("START", c, StringComparison.Ordinal);
        const string Ordered = "(Tensor High, Tensor Low)";
        return Becomes("DEQ021", null, Write(module, cell, start), Write(Ordered, Ordered, Ordered));
    }

    [Fact]
    public Task DEQ022_AddsAnInitialState() => Becomes("DEQ022", "Add an initial state",
        """
        [EquilibriumLayer]
        public sealed partial class Block() : Module<Tensor, (Tensor, Tensor)>("Block")
        {
            [Cell] private (Tensor, Tensor) Step(Tensor high, Tensor low, Tensor image) => (high + image, low);
        }
        """,
        """
        [EquilibriumLayer]
        public sealed partial class Block() : Module<Tensor, (Tensor, Tensor)>("Block")
        {
            [Cell] private (Tensor, Tensor) Step(Tensor high, Tensor low, Tensor image) => (high + image, low);

            [InitialState] private (Tensor, Tensor) Start(Tensor image) => throw new NotImplementedException();
        }
        """);

    [Fact]
    public Task DEQ022_OfAnArray_ForAllLayers() => AllBecome("DEQ022",
        """
        [EquilibriumLayer]
        public sealed partial class First() : Module<Tensor, Tensor[]>("First")
        {
            [Cell] private Tensor[] Step(Tensor[] states, Tensor x) => [states[0] + x];
        }

        [EquilibriumLayer]
        public sealed partial class Second() : Module<Tensor, (Tensor, Tensor)>("Second")
        {
            [Cell] private (Tensor, Tensor) Step(Tensor a, Tensor b, Tensor x) => (a + x, b);
        }
        """,
        """
        [EquilibriumLayer]
        public sealed partial class First() : Module<Tensor, Tensor[]>("First")
        {
            [Cell] private Tensor[] Step(Tensor[] states, Tensor x) => [states[0] + x];

            [InitialState] private Tensor[] Start(Tensor x) => throw new NotImplementedException();
        }

        [EquilibriumLayer]
        public sealed partial class Second() : Module<Tensor, (Tensor, Tensor)>("Second")
        {
            [Cell] private (Tensor, Tensor) Step(Tensor a, Tensor b, Tensor x) => (a + x, b);

            [InitialState] private (Tensor, Tensor) Start(Tensor x) => throw new NotImplementedException();
        }
        """);

    [Fact]
    public Task DEQ023_RewritesTheInitialState() => Becomes("DEQ023", "Rewrite the signature of 'Start'",
        $$"""
        [EquilibriumLayer]
        public sealed partial class Block() : Module<Tensor, Tensor>("Block") { {{Cell}} [InitialState] private int Start(int n) => throw new Exception(); }
        """,
        $$"""
        [EquilibriumLayer]
        public sealed partial class Block() : Module<Tensor, Tensor>("Block") { {{Cell}} [InitialState] private Tensor Start(Tensor x) => throw new Exception(); }
        """);

    [Fact]
    public Task DEQ015_RemovesStatic() => Becomes("DEQ015", "Remove 'static'",
        """
        [EquilibriumLayer]
        public sealed partial class Block() : Module<Tensor, Tensor>("Block") { [Cell] static Tensor Step(Tensor z, Tensor x) => z + x; }
        """,
        """
        [EquilibriumLayer]
        public sealed partial class Block() : Module<Tensor, Tensor>("Block") { [Cell] Tensor Step(Tensor z, Tensor x) => z + x; }
        """);

    [Theory]
    [InlineData("DEQ030", "Solver(\"broiden\"/* best */, Memory = 3)", "Solver(\"broyden\"/* best */, Memory = 3)", "Use \"broyden\"")]
    [InlineData("DEQ031", "Solver(\"anderson\", Tolerance = 0, Memory = 3)", "Solver(\"anderson\", Memory = 3)", "Use the default of Tolerance, 0.001")]
    [InlineData("DEQ032", "BackwardSolver(\"anderson\", MaxEvaluations = 0)", "BackwardSolver(\"anderson\")", "Use the default of MaxEvaluations, 30")]
    [InlineData("DEQ033", "Solver(\"broyden\", Memory = 0)", "Solver(\"broyden\")", "Use the default of Memory, to keep all")]
    [InlineData("DEQ034", "Solver(\"picard\", Memory = 3, Damping = 1)", "Solver(\"picard\", Damping = 1)", "Remove Memory")]
    [InlineData("DEQ035", "Solver(\"picard\", StopMode = (StopMode)9)", "Solver(\"picard\")", "Remove StopMode")]
    [InlineData("DEQ037", "Gradient(\"newmann\")", "Gradient(\"neumann\")", "Use \"neumann\"")]
    [InlineData("DEQ040", "Reversible(beta: -1)", "Reversible(beta: 0.5)", "Use 0.5")]
    [InlineData("DEQ041", "Reversible(1, Steps = 3)", "Reversible(0.5, Steps = 3)", "Use 0.5")]
    [InlineData("DEQ042", "Reversible(0.9, Steps = 64, KeepEvery = 0)", "Reversible(0.9, Steps = 64)", "Use the default of KeepEvery, by beta")]
    [InlineData("DEQ043", "Gradient(\"phantom\"), BackwardSolver(\"broyden\")", "Gradient(\"phantom\")", "Remove [BackwardSolver]")]
    [InlineData("DEQ045", "Solver(\"anderson\"), Reversible(0.5)", "Reversible(0.5)", "Remove [Solver]")]
    [InlineData("DEQ046", "Gradient(\"phantom\", Steps = 0)", "Gradient(\"phantom\")", "Use the default of Steps, 5")]
    [InlineData("DEQ032", "Solver(\"picard\", CheckEvery = 0)", "Solver(\"picard\")", "Use the default of CheckEvery, 1, on a GPU 4")]
    [InlineData("DEQ034", "Solver(typeof(Deq.Solvers.Picard), Memory = 3)", "Solver(typeof(Deq.Solvers.Picard))", "Remove Memory")]
    [InlineData("DEQ043", "Solver(\"broyden\"), Gradient(\"shine\"), BackwardSolver(\"broyden\")", "Solver(\"broyden\"), Gradient(\"shine\")", "Remove [BackwardSolver]")]
    [InlineData("DEQ043", "Reversible(0.5), FixedPointCorrection(1)", "Reversible(0.5)", "Remove [FixedPointCorrection]")]
    [InlineData("DEQ052", "FixedPointCorrection(2, Decay = 2)", "FixedPointCorrection(2)", "Use the default of Decay, 0.8")]
    [InlineData("DEQ052", "JacobianReg(1, Probes = 0)", "JacobianReg(1)", "Use the default of Probes, 1")]
    public Task OptionsOutOfRange_AreMended(string id, string before, string after, string title) => Becomes(id, title,
        $$"""
        [EquilibriumLayer]
        [{{before}}]
        public sealed partial class Block() : Module<Tensor, Tensor>("Block") { {{Cell}} }
        """,
        $$"""
        [EquilibriumLayer]
        [{{after}}]
        public sealed partial class Block() : Module<Tensor, Tensor>("Block") { {{Cell}} }
        """);

    [Fact]
    public Task DEQ045_RemovesTheWholeList_AndKeepsTheComment() => Becomes("DEQ045", "Remove [Solver]",
        $$"""
        // A layer.
        [Solver("anderson")]
        [EquilibriumLayer, Reversible(0.5)]
        public sealed partial class Block() : Module<Tensor, Tensor>("Block") { {{Cell}} }
        """,
        $$"""
        // A layer.
        [EquilibriumLayer, Reversible(0.5)]
        public sealed partial class Block() : Module<Tensor, Tensor>("Block") { {{Cell}} }
        """);

    [Fact]
    public Task DEQ060_AddsTheAttribute() => AllBecome("DEQ060",
        $$"""
        /// <summary>A layer.</summary>
        [Solver("anderson")]
        public sealed partial class First() : Module<Tensor, Tensor>("First") { public override partial Tensor forward(Tensor x); [Cell] private Tensor Step(Tensor z, Tensor x) => z + x; }
        """,
        $$"""
        /// <summary>A layer.</summary>
        [EquilibriumLayer]
        [Solver("anderson")]
        public sealed partial class First() : Module<Tensor, Tensor>("First") { public override partial Tensor forward(Tensor x); [Cell] private Tensor Step(Tensor z, Tensor x) => z + x; }
        """);

    [Theory]
    [InlineData("private readonly Dropout drop = nn.Dropout();", "private readonly Deq.Modules.VariationalDropout drop = new Deq.Modules.VariationalDropout();", "drop.call(x)")]
    [InlineData("private readonly Dropout drop = nn.Dropout(inplace: false, p: 0.2);", "private readonly Deq.Modules.VariationalDropout drop = new Deq.Modules.VariationalDropout(p: 0.2);", "this.drop.forward(x)")]
    [InlineData("private Dropout2d Drop { get; } = Dropout2d(0.2, false);", "private Deq.Modules.VariationalDropout Drop { get; } = new Deq.Modules.VariationalDropout(0.2, mask: Deq.Modules.DropoutMask.Channel);", "Drop.call(x)")]
    public Task DEQ061_MakesDropoutVariational(string before, string after, string call)
    {
        string Layer(string member) => $$"""
            public abstract class Registered : Module<Tensor, Tensor> { protected Registered() : base("registered") => RegisterComponents(); }

            [EquilibriumLayer]
            public sealed partial class Block : Registered
            {
                {{member}}

                [Cell] private Tensor Step(Tensor z, Tensor x) => z + {{call}};
            }
            """;
        return Becomes("DEQ061", "Use VariationalDropout", Layer(before), Layer(after));
    }

    [Theory]
    [InlineData("private readonly Dropout drop; public Block(Dropout drop) : base(\"Block\") { this.drop = drop; RegisterComponents(); }", "drop.call(x)")]
    [InlineData("private readonly Dropout drop; public Block() : base(\"Block\") { drop = Make(); RegisterComponents(); } private static Dropout Make() => nn.Dropout();", "drop.call(x)")]
    [InlineData("public Block() : base(\"Block\") { }", "randn_like(x)")]
    public async Task DEQ061_LeavesWhatHasNoPlaceForAMask(string members, string call)
    {
        using var mender = new Mender($$"""
            [EquilibriumLayer]
            public sealed partial class Block : Module<Tensor, Tensor>
            {
                {{members}}
                [Cell] private Tensor Step(Tensor z, Tensor x) => z + {{call}};
            }
            """);
        Assert.Null(await mender.FixOne("DEQ061"));
    }

    [Fact]
    public Task AllPlacesAtOnce_InSeveralLayers() => AllBecome("DEQ030",
        Cells("Solver(\"anderso\"), BackwardSolver(\"picar\")", "Solver(\"brodyen\")"),
        Cells("Solver(\"anderson\"), BackwardSolver(\"picard\")", "Solver(\"broyden\")"));

    private static string Cells(string first, string second) => $$"""
        [EquilibriumLayer, {{first}}]
        public sealed partial class First() : Module<Tensor, Tensor>("First") { {{Cell}} }

        [EquilibriumLayer, {{second}}]
        public sealed partial class Second() : Module<Tensor, Tensor>("Second") { {{Cell}} }
        """;

    /// <summary>Taking the fix gives exactly this, and no finding is left but those of <paramref name="left"/>.</summary>
    private static async Task Becomes(string id, string? title, string before, string after, string left = "")
    {
        using var mender = new Mender(before);
        string? taken = await mender.FixOne(id);
        Assert.NotNull(taken);
        if (title is not null) Assert.Equal(title, taken);
        Assert.Equal(after, await mender.Text());
        Assert.All(await mender.Findings(), finding => Assert.Equal(left, finding.Id));
    }

    private static async Task AllBecome(string id, string before, string after)
    {
        using var mender = new Mender(before);
        await mender.FixAll(id);
        Assert.Equal(after, await mender.Text());
        Assert.Empty(await mender.Findings());
    }
}
