using System.Globalization;
using Deq.Tests.Generators.Harness;

namespace Deq.Tests.Generators.Diagnostics;

public sealed class OptionTests
{
    /// <summary>A solver of the user's own.</summary>
    private const string Mine = """

        public record Mine : Deq.Solvers.FixedPointSolver
        {
            public override string Name => "mine";
            public override Deq.Solvers.SolverState Begin(Tensor start, Deq.Solvers.FixedPointProblem problem) => throw new NotSupportedException();
        }

        """;

    [Theory]
    [InlineData("anderso", "anderson")]
    [InlineData("Anderson", "anderson")]
    [InlineData("broydn", "broyden")]
    [InlineData("fixedpoint", "fixed_point")]
    [InlineData("picrad", "picard")]
    [InlineData("newton", "newton_krylov")]
    public void DEQ030_UnknownSolver_NearestIsNamed(string name, string nearest)
    {
        foreach (string attribute in new[] { "Solver", "BackwardSolver" })
        {
            var finding = Diagnose.Finds(Layer($"{attribute}(\"{name}\")"), "DEQ030", $"\"{name}\"");
            Assert.Contains($"Did you mean '{nearest}'", finding.GetMessage(), StringComparison.Ordinal);
        }
    }

    [Fact]
    public void DEQ030_SolverOfTheAdjointAlone_InFront()
    {
        var finding = Diagnose.Finds(Layer("Solver(\"gmres\")"), "DEQ030", "\"gmres\"");
        Assert.Contains("for the forward problem", finding.GetMessage(), StringComparison.Ordinal);
        Diagnose.FindsNothing(Layer("BackwardSolver(\"gmres\", Memory = 20)"));
    }

    [Fact]
    public void DEQ030_Null() => Diagnose.Finds(Layer("Solver((string)null!)"), "DEQ030", "(string)null!");

    [Theory]
    [InlineData("picard")]
    [InlineData("fixed_point")]
    [InlineData("anderson")]
    [InlineData("broyden")]
    [InlineData("newton_krylov")]
    public void DEQ030_KnownSolver_IsNotReported(string name) => Diagnose.FindsNothing(Layer($"Solver(\"{name}\"), BackwardSolver(\"{name}\")"));

    [Theory]
    [InlineData("Solver(\"anderson\", Tolerance = 0)", "Tolerance = 0", "0.001")]
    [InlineData("Reversible(0.5, Tolerance = 0)", "Tolerance = 0", "to take all steps")]
    [InlineData("Solver(\"anderson\", Tolerance = -1e-3)", "Tolerance = -1e-3", "0.001")]
    [InlineData("Solver(\"anderson\", InferenceTolerance = double.NaN)", "InferenceTolerance = double.NaN", "0.001")]
    [InlineData("BackwardSolver(\"anderson\", Tolerance = double.PositiveInfinity)", "Tolerance = double.PositiveInfinity", "0.0001")]
    public void DEQ031_Tolerance(string attribute, string at, string standard)
    {
        var finding = Diagnose.Finds(Layer(attribute), "DEQ031", at);
        Assert.EndsWith($"the default is {standard}", finding.GetMessage(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Solver(\"anderson\", MaxEvaluations = 0)", "MaxEvaluations = 0")]
    [InlineData("Solver(\"anderson\", InferenceMaxEvaluations = -3)", "InferenceMaxEvaluations = -3")]
    [InlineData("BackwardSolver(\"broyden\", MaxEvaluations = int.MinValue)", "MaxEvaluations = int.MinValue")]
    [InlineData("Solver(\"picard\", CheckEvery = 0)", "CheckEvery = 0")]
    public void DEQ032_Limit(string attribute, string at) => Diagnose.Finds(Layer(attribute), "DEQ032", at);

    [Theory]
    [InlineData("Solver(\"anderson\", Memory = 0)", "Memory = 0")]
    [InlineData("Solver(\"anderson\", Damping = 0)", "Damping = 0")]
    [InlineData("BackwardSolver(\"picard\", Damping = 1.01)", "Damping = 1.01")]
    [InlineData("BackwardSolver(\"broyden\", Memory = -1)", "Memory = -1")]
    [InlineData("Solver(\"broyden\", Damping = 1.5)", "Damping = 1.5")]
    [InlineData("Solver(\"picard\", Damping = double.NaN)", "Damping = double.NaN")]
    public void DEQ033_Setting(string attribute, string at) => Diagnose.Finds(Layer(attribute), "DEQ033", at);

    [Theory]
    [InlineData("Solver(\"picard\", Memory = 3)", "Memory = 3")]
    [InlineData("Solver(\"newton_krylov\", Damping = 0.5)", "Damping = 0.5")]
    [InlineData("BackwardSolver(\"gmres\", Damping = 0.5)", "Damping = 0.5")]
    [InlineData("BackwardSolver(\"fixed_point\", Memory = 0)", "Memory = 0")]
    [InlineData("Gradient(\"jacobian_free\", Steps = 3)", "Steps = 3")]
    [InlineData("Gradient(\"implicit\", Damping = 0.5)", "Damping = 0.5")]
    [InlineData("Gradient(\"phantom\", Refine = 1)", "Refine = 1")]
    [InlineData("Solver(\"picard\", LineSearch = true)", "LineSearch = true")]
    [InlineData("BackwardSolver(\"gmres\", LineSearch = true)", "LineSearch = true")]
    [InlineData("BackwardSolver(\"broyden\", Precondition = true), Solver(\"broyden\")", "Precondition = true")]
    [InlineData("Solver(typeof(Deq.Solvers.Anderson), Memory = 3)", "Memory = 3")]
    [InlineData("Solver(typeof(Deq.Solvers.Picard), Damping = 7)", "Damping = 7")]
    [InlineData("Solver(typeof(Deq.Solvers.Broyden), LineSearch = true)", "LineSearch = true")]
    [InlineData("BackwardSolver(typeof(Deq.Solvers.Broyden), Precondition = false)", "Precondition = false")]
    [InlineData("Solver(\"anderson\", CheckEvery = 4)", "CheckEvery = 4")]
    [InlineData("Solver(\"broyden\", CheckEvery = 2), BackwardSolver(\"gmres\")", "CheckEvery = 2")]
    [InlineData("Solver(\"broyden\"), Gradient(\"shine\", Refine = 3), BackwardSolver(\"gmres\", MaxEvaluations = 12, Tolerance = 1e-6)", "MaxEvaluations = 12")]
    public void DEQ034_UnusedSetting(string attribute, string at) => Diagnose.Finds(Layer(attribute), "DEQ034", at);

    [Theory]
    [InlineData("Solver(\"newton_krylov\", Damping = 0.5)", "'newton_krylov' does not use it: it decides the length of every step itself")]
    [InlineData("BackwardSolver(\"gmres\", Damping = 0.5)", "choose one that does: picard, anderson, broyden")]
    [InlineData("Solver(\"anderson\", LineSearch = true)", "'anderson' does not use it. Remove it")]
    public void DEQ034_SaysWhyAndWhoDoes(string attribute, string reason) =>
        Assert.Contains(reason, Assert.Single(LayerCompilation.Of(Layer(attribute)).Findings()).GetMessage(CultureInfo.InvariantCulture));

    [Fact]
    public void DEQ035_StopMode() => Diagnose.Finds(Layer("Solver(\"anderson\", StopMode = (StopMode)7)"), "DEQ035", "StopMode = (StopMode)7");

    [Theory]
    [InlineData("Solver(\"picard\", CheckEvery = 4)")]
    [InlineData("Solver(\"anderson\", CheckEvery = 1)")]
    [InlineData("Solver(\"anderson\", CheckEvery = 4), BackwardSolver(\"picard\")")]
    [InlineData("Solver(typeof(Mine), CheckEvery = 4, MaxEvaluations = 3, Tolerance = 1, StopMode = StopMode.Absolute)")]
    [InlineData("Solver(\"broyden\", LineSearch = true), BackwardSolver(\"gmres\", Precondition = true)")]
    [InlineData("BackwardSolver(\"broyden\", LineSearch = true)")]
    [InlineData("Solver(\"broyden\", Damping = 0.7, LineSearch = true), BackwardSolver(\"broyden\", Damping = 0.5)")]
    [InlineData("Solver(\"broyden\"), Gradient(\"shine\", Refine = 0)")]
    public void DEQ032_DEQ034_UsedSetting_IsNotReported(string attributes) => Diagnose.FindsNothing(Layer(attributes) + Mine);

    [Theory]
    [InlineData("typeof(string)", "does not derive from FixedPointSolver")]
    [InlineData("typeof(Deq.Solvers.Gmres)", "gmres")]
    [InlineData("typeof(Deq.Solvers.Solver)", "does not derive")]
    [InlineData("typeof(Deq.Solvers.FixedPointSolver)", "abstract")]
    [InlineData("typeof(StopMode)", "is no class")]
    [InlineData("typeof(int[])", "is no class")]
    [InlineData("(Type)null!", "is no class")]
    [InlineData("typeof(Argued)", "without arguments")]
    [InlineData("typeof(Hidden)", "cannot be called")]
    [InlineData("typeof(Demanding)", "required member 'Width'")]
    [InlineData("typeof(Open<>)", "leaves its type arguments open")]
    [InlineData("typeof(OfThisFile)", "own file")]
    public void DEQ036_SolverType(string type, string why)
    {
        const string Types = Mine + """
            public sealed record Argued(int Width) : Mine;
            public sealed record Hidden : Mine { private Hidden() { } }
            public sealed record Demanding : Mine { public required int Width { get; init; } }
            public sealed record Open<T> : Mine;
            file sealed record OfThisFile : Mine;
            """;
        foreach (string attribute in new[] { "Solver", "BackwardSolver" })
        {
            var finding = Diagnose.Finds(Layer($"{attribute}({type})") + Types, "DEQ036", type);
            Assert.Contains(why, finding.GetMessage(), StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("typeof(Mine)")]
    [InlineData("typeof(Deq.Solvers.NewtonKrylov)")]
    [InlineData("typeof(Block.Nested)")]
    [InlineData("typeof(Of<List<int>>)")]
    [InlineData("typeof(Defaulted)")]
    [InlineData("typeof(Settled)")]
    public void DEQ036_SolverThatCanBeMade_IsNotReported(string type) => Diagnose.FindsNothing(
        Layer($"Solver({type}), BackwardSolver({type})").Replace("[Cell]", "private sealed record Nested : Mine; [Cell]", StringComparison.Ordinal) + Mine + """
            public sealed record Of<T> : Mine;
            public sealed record Defaulted(int Width = 3) : Mine;
            public sealed record Settled : Mine { [System.Diagnostics.CodeAnalysis.SetsRequiredMembers] public Settled() => Width = 3; public required int Width { get; init; } }
            """);

    [Theory]
    [InlineData("Gradient(\"shine\")", "Gradient(\"shine\")", "anderson")]
    [InlineData("Solver(\"picard\"), Gradient(\"shine\")", "Gradient(\"shine\")", "picard")]
    [InlineData("Solver(typeof(Mine)), Gradient(\"shine\")", "Gradient(\"shine\")", "Mine")]
    [InlineData("BackwardSolver(\"gmres\", Precondition = true)", "Precondition = true", "anderson")]
    [InlineData("Solver(\"newton_krylov\"), BackwardSolver(\"gmres\", Precondition = true)", "Precondition = true", "newton_krylov")]
    public void DEQ047_NoBroyden(string attributes, string at, string solver)
    {
        var finding = Diagnose.Finds(Layer(attributes) + Mine, "DEQ047", at);
        Assert.Contains($"the solver is '{solver}'", finding.GetMessage(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Solver(\"broyden\"), Gradient(\"shine\")")]
    [InlineData("Solver(typeof(Deq.Solvers.Broyden)), Gradient(\"shine\", Refine = 3), BackwardSolver(\"anderson\")")]
    [InlineData("Solver(\"broyden\"), BackwardSolver(\"gmres\", Precondition = true)")]
    [InlineData("BackwardSolver(\"gmres\", Precondition = false)")]
    public void DEQ047_Broyden_IsNotReported(string attributes) => Diagnose.FindsNothing(Layer(attributes));

    [Theory]
    [InlineData("implict", "implicit")]
    [InlineData("jacobian-free", "jacobian_free")]
    [InlineData("", "shine")]
    public void DEQ037_UnknownMode(string name, string nearest)
    {
        var finding = Diagnose.Finds(Layer($"Gradient(\"{name}\")"), "DEQ037", $"\"{name}\"");
        Assert.Contains($"Did you mean '{nearest}'", finding.GetMessage(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Gradient(\"implicit\"), BackwardSolver(\"gmres\")")]
    [InlineData("Gradient(\"phantom\", Steps = 1, Damping = 1)")]
    [InlineData("Gradient(\"neumann\", Steps = 100, Damping = double.Epsilon)")]
    [InlineData("Gradient(\"jacobian_free\"), Solver(\"broyden\"), JacobianReg(1)")]
    [InlineData("Gradient(\"unrolled\"), Solver(\"picard\")")]
    [InlineData("Gradient(\"unrolled\"), Solver(\"fixed_point\")")]
    [InlineData("Gradient(\"unrolled\")")]
    [InlineData("Gradient(\"unrolled\"), Solver(\"anderson\", Damping = 0.9)")]
    [InlineData("Gradient(\"unrolled\"), Solver(\"broyden\", Memory = 6, LineSearch = false)")]
    public void DEQ037_DEQ043_DEQ046_DEQ048_KnownMode_IsNotReported(string attributes) => Diagnose.FindsNothing(Layer(attributes));

    [Theory]
    [InlineData("0")]
    [InlineData("2")]
    [InlineData("-0.5")]
    [InlineData("double.NaN")]
    public void DEQ040_Beta(string beta) => Diagnose.Finds(Layer($"Reversible({beta})"), "DEQ040", beta);

    [Fact]
    public void DEQ041_BetaIsOne() => Diagnose.Finds(Layer("Reversible(beta: 1.0)"), "DEQ041", "beta: 1.0");

    [Theory]
    [InlineData("Reversible(0.8, Steps = 64, KeepEvery = 0)", "KeepEvery = 0")]
    [InlineData("Reversible(0.8, Steps = 12, KeepEvery = 8, StateType = ScalarType.Float32)", "KeepEvery = 8")]
    [InlineData("Reversible(0.95, Steps = 64, KeepEvery = 7)", "KeepEvery = 7")]
    [InlineData("Reversible(0.5, Steps = 8, KeepEvery = 4, StateType = ScalarType.BFloat16)", "KeepEvery = 4")]
    [InlineData("Reversible(0.5, Steps = 8, KeepEvery = 6, StateType = ScalarType.Float16)", "KeepEvery = 6")]
    public void DEQ042_Reconstruction(string attribute, string at) => Diagnose.Finds(Layer(attribute), "DEQ042", at);

    [Theory]
    [InlineData("Reversible(double.Epsilon, Steps = 1, KeepEvery = 0, Tolerance = double.Epsilon)")]
    [InlineData("Reversible(1.99, StateType = ScalarType.Float64)")]
    [InlineData("Reversible(0.8, Steps = 64)")]
    [InlineData("Reversible(0.8, Steps = 64, KeepEvery = 4, StateType = ScalarType.Float32)")]
    [InlineData("Reversible(0.5, Steps = 20, KeepEvery = 0)")]
    [InlineData("Reversible(0.5, Steps = 8, KeepEvery = 3, StateType = ScalarType.BFloat16)")]
    [InlineData("Reversible(0.5, Steps = 8, KeepEvery = 5, StateType = ScalarType.Float16)")]
    public void DEQ040_DEQ041_DEQ042_DEQ044_DEQ045_EdgeOfTheRange_IsNotReported(string attribute) => Diagnose.FindsNothing(Layer(attribute));

    [Theory]
    [InlineData("Gradient(\"phantom\"), BackwardSolver(\"anderson\")", "BackwardSolver(\"anderson\")")]
    [InlineData("Reversible(0.5), Gradient(\"implicit\")", "Gradient(\"implicit\")")]
    [InlineData("Reversible(0.5), FixedPointCorrection(2)", "FixedPointCorrection(2)")]
    [InlineData("Solver(\"broyden\"), Gradient(\"shine\"), BackwardSolver(\"gmres\")", "BackwardSolver(\"gmres\")")]
    public void DEQ043_Conflict(string attributes, string at) => Diagnose.Finds(Layer(attributes), "DEQ043", at);

    [Fact]
    public void DEQ044_ReversiblePenalty() => Diagnose.Finds(Layer("Reversible(0.5), JacobianReg(1)"), "DEQ044", "JacobianReg(1)");

    [Theory]
    [InlineData("Reversible(0.5), Solver(\"picard\")", "Solver(\"picard\")")]
    [InlineData("Reversible(0.5), Solver(typeof(Deq.Solvers.Picard))", "Solver(typeof(Deq.Solvers.Picard))")]
    [InlineData("BackwardSolver(\"gmres\"), Reversible(0.5)", "BackwardSolver(\"gmres\")")]
    public void DEQ045_ReversibleSolver(string attributes, string at) => Diagnose.Finds(Layer(attributes), "DEQ045", at);

    [Theory]
    [InlineData("Gradient(\"phantom\", Steps = 0)", "Steps = 0")]
    [InlineData("Gradient(\"neumann\", Damping = 1.5)", "Damping = 1.5")]
    [InlineData("Reversible(0.5, Steps = 0)", "Steps = 0")]
    [InlineData("Gradient(\"shine\", Refine = -1), Solver(\"broyden\")", "Refine = -1")]
    [InlineData("Reversible(0.5, KeepEvery = -1)", "KeepEvery = -1")]
    [InlineData("Reversible(0.5, StateType = ScalarType.Int64)", "StateType = ScalarType.Int64")]
    [InlineData("Reversible(0.5, StateType = ScalarType.ComplexFloat64)", "StateType = ScalarType.ComplexFloat64")]
    [InlineData("Reversible(0.5, StateType = (ScalarType)99)", "StateType = (ScalarType)99")]
    public void DEQ046_Setting(string attribute, string at) => Diagnose.Finds(Layer(attribute), "DEQ046", at);

    [Theory]
    [InlineData("Solver(\"newton_krylov\"), Gradient(\"unrolled\")")]
    [InlineData("Solver(\"broyden\", LineSearch = true), Gradient(\"unrolled\")")]
    public void DEQ048_UnrolledSolver(string attributes) => Diagnose.Finds(Layer(attributes), "DEQ048", "Gradient(\"unrolled\")");

    [Theory]
    [InlineData("-1")]
    [InlineData("double.NaN")]
    [InlineData("double.PositiveInfinity")]
    public void DEQ050_Gamma(string gamma) => Diagnose.Finds(Layer($"JacobianReg({gamma})"), "DEQ050", gamma);

    [Theory]
    [InlineData("0")]
    [InlineData("gamma: 0.0")]
    public void DEQ051_GammaIsZero(string gamma) => Diagnose.Finds(Layer($"JacobianReg({gamma})"), "DEQ051", gamma);

    [Theory]
    [InlineData("Probes = 0")]
    [InlineData("Frequency = -0.1")]
    [InlineData("Frequency = 1.5")]
    [InlineData("Frequency = double.NaN")]
    public void DEQ052_Sampling(string argument) => Diagnose.Finds(Layer($"JacobianReg(1, {argument})"), "DEQ052", argument);

    [Theory]
    [InlineData("states: 0", "")]
    [InlineData("Decay = 0", "2, ")]
    [InlineData("Decay = 1.1", "2, ")]
    [InlineData("Decay = double.NaN", "2, ")]
    public void DEQ052_Correction(string at, string before) => Diagnose.Finds(Layer($"FixedPointCorrection({before}{at})"), "DEQ052", at);

    [Fact]
    public void DEQ031_DEQ032_DEQ033_DEQ034_DEQ035_DEQ050_DEQ051_DEQ052_EdgeOfTheRange_IsNotReported() => Diagnose.FindsNothing(Layer("""
        Solver("anderson", MaxEvaluations = 1, InferenceMaxEvaluations = 1, Tolerance = double.Epsilon, InferenceTolerance = double.MaxValue, Memory = 1, Damping = 1),
        BackwardSolver("picard", MaxEvaluations = int.MaxValue, Damping = double.Epsilon, StopMode = StopMode.Absolute),
        JacobianReg(double.Epsilon, Frequency = 0, Probes = 1, Attach = true, ThroughState = true), FixedPointCorrection(1, Decay = 1)
        """));

    [Fact]
    public void SeveralMistakes_AreAllReported()
    {
        var findings = LayerCompilation.Of(Layer("Solver(\"andersen\", Tolerance = 0, MaxEvaluations = 0), JacobianReg(-1, Probes = 0)")).Findings();
        Assert.Equal(["DEQ030", "DEQ031", "DEQ032", "DEQ050", "DEQ052"], findings.Select(finding => finding.Id));
    }

    [Theory]
    [InlineData("Solver")]
    [InlineData("Solver()")]
    [InlineData("Solver(\"anderson\", Tolerance = \"x\")")]
    [InlineData("Solver(\"anderson\", Tolerance = )")]
    [InlineData("Solver(\"anderson\", Toleranc = 1)")]
    [InlineData("Solver(typeof(Nowhere))")]
    [InlineData("BackwardSolver(typeof(List<Nowhere>))")]
    [InlineData("FixedPointCorrection")]
    [InlineData("FixedPointCorrection(2.5)")]
    [InlineData("JacobianReg")]
    [InlineData("JacobianReg(gamma: \"1\")")]
    public void HalfTypedAttribute_IsLeftToTheCompiler(string attribute)
    {
        var compilation = LayerCompilation.Of(Layer(attribute));
        Assert.Empty(compilation.Findings());
        Assert.NotEmpty(compilation.CompilerErrors());
        Assert.All(compilation.CompilerErrors(), error => Assert.StartsWith("File0.cs", error, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("[Solver(\"anderson\")] public class Block { }", "Solver(\"anderson\")")]
    [InlineData("[BackwardSolver(\"anderson\")] public class Block { }", "BackwardSolver(\"anderson\")")]
    [InlineData("[JacobianReg(1)] public class Block { }", "JacobianReg(1)")]
    [InlineData("[Gradient(\"phantom\")] public class Block { }", "Gradient(\"phantom\")")]
    [InlineData("[Reversible(0.5)] public class Block { }", "Reversible(0.5)")]
    [InlineData("[FixedPointCorrection(2)] public class Block { }", "FixedPointCorrection(2)")]
    [InlineData("public class Block { [Cell] public Tensor Step(Tensor z) => z; }", "Cell")]
    [InlineData("public class Block { [InitialState] public Tensor Start() => zeros(1); }", "InitialState")]
    public void DEQ060_AttributeWithoutLayer(string source, string at) => Diagnose.Finds(source, "DEQ060", at);

    [Fact]
    public void DEQ060_AttributesOfOthersWithTheSameNames_AreNotReported() => Diagnose.FindsNothing("""
        namespace Other
        {
            public sealed class CellAttribute : Attribute;
            public sealed class SolverAttribute(string name) : Attribute { public string Name => name; }
            [Other.Solver("mine")] public class Block { [Other.Cell] public Tensor Step(Tensor z) => z; }
        }
        """);

    private static string Layer(string attributes) => $$"""
        [EquilibriumLayer]
        [{{attributes}}]
        public sealed partial class Block() : Module<Tensor, Tensor>("Block") { [Cell] private Tensor Step(Tensor z, Tensor x) => z + x; }
        """;
}
