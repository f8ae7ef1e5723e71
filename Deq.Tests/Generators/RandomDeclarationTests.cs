using Deq.Tests.Generators.Harness;
using Microsoft.CodeAnalysis;

namespace Deq.Tests.Generators;

/// <summary>
/// Declarations put together at random, right and wrong: each either compiles without a warning, or is told at least one DEQ error and
/// no error of the compiler beside it.
/// </summary>
public sealed class RandomDeclarationTests
{
    // Many layers go into one compilation: what is said of a layer is told apart by the namespace around it.
    private const int LayersPerCompilation = 50;

    private const int Compilations = 40;

    // What the language itself says of mistakes that it knows too: a class or container that is not partial, and a class of this file alone,
    // which no other file can continue. Beside these it is the generator that tells our error, since the compiler ends before the analyzers.
    private static readonly string[] AlsoTheCompilers = ["CS0260", "CS0534", "CS8795"];

    public static TheoryData<int> Seeds() => new(Enumerable.Range(1, Compilations));

    [Theory]
    [MemberData(nameof(Seeds))]
    public void EachCompilesOrIsTold(int seed)
    {
        var random = new Random(seed);
        string[] declarations = [.. Enumerable.Range(0, LayersPerCompilation).Select(i => Declaration(random, $"N{i}"))];
        var compilation = LayerCompilation.Of(string.Join("\n", declarations));
        Assert.Null(compilation.Run.Results.Single().Exception);

        var findings = compilation.Findings();
        Assert.DoesNotContain(findings, finding => finding.Id == "AD0001");
        var told = findings.Where(finding => finding.Severity == DiagnosticSeverity.Error).ToLookup(NamespaceOf);
        var toldBefore = compilation.Run.Diagnostics.Select(finding => LayerCompilation.Placed(finding, compilation.Input.SyntaxTrees)).Select(NamespaceOf).ToHashSet();
        var compiler = compilation.CompilerMessages().ToLookup(NamespaceOf);

        int valid = 0;
        for (int i = 0; i < declarations.Length; i++)
        {
            string name = $"N{i}";
            var beside = compiler[name].Where(message => !(toldBefore.Contains(name) && AlsoTheCompilers.Contains(message.Id))).ToList();
            Assert.True(beside.Count == 0, $"{Print(told[name])}\nand beside it\n{Print(beside)}\non\n{declarations[i]}");
            if (!told.Contains(name)) valid++;
        }
        Assert.InRange(valid, LayersPerCompilation / 10, LayersPerCompilation - 1);
    }

    private static string NamespaceOf(Diagnostic message)
    {
        // Emitted files are named after the class, which begins with its namespace.
        var tree = message.Location.SourceTree!;
        string text = tree.ToString();
        int start = text.LastIndexOf("namespace N", message.Location.SourceSpan.Start, StringComparison.Ordinal);
        Assert.True(start >= 0, message.ToString());
        return new string([.. text[(start + "namespace ".Length)..].TakeWhile(char.IsLetterOrDigit)]);
    }

    private static string Print(IEnumerable<Diagnostic> messages) => string.Join("\n", messages);

    private static string Declaration(Random random, string space)
    {
        bool Mostly() => random.Next(40) > 0;
        bool Seldom() => random.Next(20) == 0;
        T Of<T>(params T[] choices) => choices[random.Next(choices.Length)];
        string Names(IEnumerable<string> items) => string.Join(", ", items);

        int states = Of(1, 1, 1, 2, 3, 4, 6);
        string[] inputTypes = [.. Enumerable.Range(0, Of(1, 1, 2, 3, 4, 6)).Select(i => i == 0 && Mostly() ? "Tensor" : Of("Tensor", "Tensor?", "int", "string?", "List<Tensor>"))];
        string[] stateNames = Of<string[]>(["z", "y", "w", "v1", "v2", "v3"], ["high", "low", "@base", "a", "b", "c"], ["call", "tape", "value", "packed", "next", "Split"], ["_", "__", "state", "s4", "s5", "s6"]);
        string[] inputNames = Of<string[]>(["x", "u", "v", "p", "q", "r"], ["options", "initial", "point", "each", "intermediates", "given"], ["@in", "@class", "Solve", "@do", "@async", "inputs"], ["Cell", "Start", "layout", "states", "penalty", "start"]);
        string[] elements = Of<string[]>(["Z", "Y", "W", "V1", "V2", "V3"], ["High", "Low", "Base", "A", "B", "C"], ["", "", "", "", "", ""]);

        bool isArray = random.Next(6) == 0;
        if (isArray) states = 1;

        string Tuple(Func<int, string> element) => isArray ? "Tensor[]" : states == 1 ? "Tensor" : $"({Names(Enumerable.Range(0, states).Select(i => $"Tensor {element(i)}".TrimEnd()))})";
        string statesType = Tuple(i => elements[i]);
        string result = Mostly() ? statesType : Of("Tensor", "(Tensor, Tensor)", "(Tensor Y, Tensor Z)", "int");
        string cellReturn = Mostly() ? statesType : Of("int", "Tensor?", "Task<Tensor>", "(Tensor Y, Tensor Z)", "Tensor[]");

        var parameters = Enumerable.Range(0, states).Select(i => $"Tensor{(isArray ? "[]" : "")} {stateNames[i]}")
            .Concat(inputTypes.Select((type, i) => $"{type} {inputNames[i]}")).ToList();
        if (Seldom()) parameters.RemoveAt(random.Next(parameters.Count));
        if (Seldom()) parameters[0] = Of("in ", "ref ", "") + parameters[0];

        string modifiers = Of("private", "public", "internal", "private static", "");
        string cell = $"[Cell] {modifiers} {cellReturn} {Of("Step", "@do", "Cell", "F")}{(Seldom() ? "<TCell>" : "")}({Names(parameters)}) => throw new NotSupportedException();";
        string cells = Mostly() ? cell : Of("", cell + "\n[Cell] private Tensor Another(Tensor z, Tensor x) => throw new NotSupportedException();");

        var taken = inputTypes.Select((type, i) => $"{type} {inputNames[i]}").Where(_ => Of(true, false)).ToList();
        if (Seldom()) taken.Add("Tensor unknown");
        string start = (states > 1 || isArray || Of(true, false)) && Mostly()
            ? $"[InitialState] {Of("private", "private static", "public")} {(Mostly() ? statesType : "int")} {Of("Start", "Begin", "@new")}({Names(taken)}) => throw new NotSupportedException();"
            : "";

        string[] attributes =
        [
            .. Of(true, false) ? [$"Solver({(Mostly() ? Of("\"picard\"", "\"anderson\"", "\"broyden\"", "\"newton_krylov\"", "\"fixed_point\"", "typeof(Mine)", "typeof(Deq.Solvers.Broyden)") : Of("\"andersn\"", "\"\"", "\"BROYDEN\"", "typeof(string)", "typeof(Deq.Solvers.FixedPointSolver)"))}{Options(random, "MaxEvaluations", "Tolerance", "Memory", "Damping", "InferenceMaxEvaluations", "InferenceTolerance", "CheckEvery", "LineSearch", "StopMode")})"] : Array.Empty<string>(),
            .. random.Next(8) == 0 ? [$"FixedPointCorrection({Of("1", "3", "0")}{Options(random, "Decay")})"] : Array.Empty<string>(),
            .. Of(true, false) ? [$"BackwardSolver({Of("\"picard\"", "\"anderson\"", "\"gmres\"", "typeof(Deq.Solvers.Broyden)", "typeof(Mine)", "typeof(Own<Tensor>)")}{Options(random, "MaxEvaluations", "Tolerance", "Memory", "Damping", "Precondition", "StopMode")})"] : Array.Empty<string>(),
            .. random.Next(8) == 0 ? [$"Gradient(\"{Of("phantom", "neumann", "unrolled", "implicit", "shine", "jacobian_free", "jacobian")}\"{Options(random, "Steps", "Damping", "Refine")})"] : Array.Empty<string>(),
            .. random.Next(8) == 0 ? [$"Reversible({Of("0.5", "0.8", "1", "3")}{Options(random, "Steps", "Tolerance", "KeepEvery", "StateType")})"] : Array.Empty<string>(),
            .. Of(true, false) ? [$"JacobianReg({Of("1", "0.5", "0", "-1", "1e-300")}{Options(random, "Probes", "Frequency", "Attach", "ThroughState")})"] : Array.Empty<string>(),
        ];

        string generic = Of("", "", "<T>", "<TFirst, TSecond>");
        string kind = Seldom() ? Of("abstract partial class", "sealed class", "class", "file sealed partial class") : Of("partial class", "sealed partial class");
        bool isOfFile = kind.StartsWith("file", StringComparison.Ordinal);
        string name = Of("Layer", "@class", "Block", "Model");
        string bases = Mostly() ? $" : Module<{Names([.. inputTypes, result])}>" : Of("", " : Own<Tensor>", " : Own<(Tensor Y, Tensor Z)>");
        string member = Mostly() ? "" : Of("public int Options => 1;", "private void Solve() { }", "public int Call => 2;");
        string constructor = bases.Contains("Module", StringComparison.Ordinal) ? $"public {name}() : base(\"{name}\") {{ }}" : "";
        string forward = Mostly() || constructor.Length == 0 || kind.StartsWith("abstract", StringComparison.Ordinal) || !kind.Contains("partial", StringComparison.Ordinal)
            ? ""
            : $"public override partial {result} forward({Names(inputTypes.Select((type, i) => $"{type} {inputNames[i]}"))});";

        string layer = $$"""
            [{{Names(["EquilibriumLayer", .. attributes])}}]
            {{(isOfFile ? "" : Of("public ", "internal "))}}{{kind}} {{name}}{{generic}}{{bases}}
            {
                {{constructor}}
                {{forward}}
                {{member}}
                {{cells}}
                {{start}}
            }
            """;
        string container = isOfFile ? "" : Of("", "", "partial class Outer", "static partial class Outer", "partial struct Outer", "partial record Outer<TOuter>", "class Outer");
        return $$"""
            namespace {{space}}
            {
                public abstract class Own<TResult> : Module<Tensor, TResult> { protected Own() : base("own") { } }
                public sealed record Mine : Deq.Solvers.FixedPointSolver
                {
                    public override string Name => "mine";
                    public override Deq.Solvers.SolverState Begin(Tensor start, Deq.Solvers.FixedPointProblem problem) => throw new NotSupportedException();
                }
                {{container}} {{(container.Length > 0 ? "{" : "")}}
                {{layer}}
                {{(container.Length > 0 ? "}" : "")}}
            }
            """;
    }

    private static string Options(Random random, params string[] names)
    {
        var written = names.Where(_ => random.Next(3) == 0).Select(name => name switch
        {
            "Tolerance" or "InferenceTolerance" => $"{name} = {(random.Next(40) > 0 ? "1e-5" : "-1")}",
            "Attach" or "ThroughState" or "LineSearch" or "Precondition" => $"{name} = {(random.Next(2) > 0 ? "true" : "false")}",
            "StopMode" => $"{name} = {(random.Next(40) > 0 ? "StopMode.Absolute" : "(StopMode)9")}",
            "StateType" => $"{name} = ScalarType.{(random.Next(2) > 0 ? "Float32" : "Float64")}",
            "Damping" or "Frequency" or "Decay" => $"{name} = {(random.Next(40) > 0 ? "0.5" : "7")}",
            _ => $"{name} = {(random.Next(40) > 0 ? "3" : "0")}",
        });
        return string.Concat(written.Select(option => ", " + option));
    }
}
