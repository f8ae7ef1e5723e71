using System.Collections;
using System.Reflection;
using Deq.Generators;
using Deq.Generators.Model;
using Deq.Tests.Generators.Harness;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.Text;

namespace Deq.Tests.Generators;

/// <summary>Work that an edit does not ask for is not done again: what an editor feels at every keystroke.</summary>
public sealed class IncrementalityTests
{
    private const string Layers = LayerCompilation.Prelude + """
        namespace Sample;

        [EquilibriumLayer, Solver("anderson", Memory = 6), JacobianReg(1)]
        public sealed partial class First() : Module<Tensor, Tensor>("First")
        {
            [Cell] private Tensor Step(Tensor z, Tensor x) => z + x;
        }

        [EquilibriumLayer]
        public sealed partial class Second() : Module<Tensor, (Tensor High, Tensor Low)>("Second")
        {
            [Cell] private (Tensor High, Tensor Low) Step(Tensor high, Tensor low, Tensor x) => (high + x, low);
            [InitialState] private static (Tensor High, Tensor Low) Start(Tensor x) => (x, x);
        }
        """;

    private const string Other = "namespace Sample; public static class Other { public static int Two => 2; }";

    private static readonly IncrementalStepRunReason[] NotRedone = [IncrementalStepRunReason.Cached, IncrementalStepRunReason.Unchanged];

    [Theory]
    [InlineData("Two => 2", "Two => 1 + 1")]
    [InlineData("public static class Other", "public sealed class New; public static class Other")]
    [InlineData("namespace Sample;", "using System; namespace Sample;")]
    public void EditInAnotherFile_RedoesNothing(string before, string after) => AssertNotRedone(Edit(Other, before, after));

    [Theory]
    [InlineData("=> z + x;", "=> z + x + x;")]
    [InlineData("[Cell] private Tensor Step", "/* f */ [Cell] private Tensor Step")]
    [InlineData("[Cell] private Tensor Step", "private readonly int width = 3; [Cell] private Tensor Step")]
    [InlineData("namespace Sample;", "namespace Sample;\n// a comment that moves everything\n")]
    [InlineData("Memory = 6", "Memory = 3 + 3")]
    public void EditThatTheModelDoesNotSee_RedoesNothing(string before, string after) => AssertNotRedone(Edit(Layers, before, after));

    [Theory]
    [InlineData("Memory = 6", "Memory = 7")]
    [InlineData("Tensor Step(Tensor z, Tensor x) => z + x;", "Tensor Step(Tensor y, Tensor x) => y + x;")]
    [InlineData("JacobianReg(1)", "JacobianReg(2)")]
    public void EditOfOneLayer_RedoesThatLayer(string before, string after)
    {
        var run = Edit(Layers, before, after);
        var reasons = run.TrackedSteps[EquilibriumLayerGenerator.FilesStep].SelectMany(step => step.Outputs).Select(output => output.Reason).ToList();
        Assert.Equal([IncrementalStepRunReason.Modified, IncrementalStepRunReason.Cached], reasons);
    }

    [Fact]
    public void AddedLayer_LeavesTheOthersAlone()
    {
        var run = Edit(Other, "Two => 2; }", """
            Two => 2; }
            [Deq.EquilibriumLayer] public sealed partial class Third() : TorchSharp.torch.nn.Module<TorchSharp.torch.Tensor, TorchSharp.torch.Tensor>("Third")
            { [Deq.Cell] private TorchSharp.torch.Tensor Step(TorchSharp.torch.Tensor z, TorchSharp.torch.Tensor x) => z + x; }
            """);
        var reasons = run.TrackedSteps[EquilibriumLayerGenerator.FilesStep].SelectMany(step => step.Outputs).Select(output => output.Reason).ToList();
        Assert.Equal([IncrementalStepRunReason.Cached, IncrementalStepRunReason.Cached, IncrementalStepRunReason.New], reasons);
    }

    [Fact]
    public void PipelineValues_HoldNothingOfRoslyn()
    {
        var run = LayerCompilation.OfFiles(LanguageVersion.Latest, Layers, Other).Run.Results.Single();
        var values = run.TrackedSteps
            .Where(step => step.Key is EquilibriumLayerGenerator.LayersStep or EquilibriumLayerGenerator.NamesakesStep or EquilibriumLayerGenerator.FilesStep or EquilibriumLayerGenerator.ToldStep)
            .SelectMany(step => step.Value)
            .SelectMany(step => step.Outputs)
            .Select(output => output.Value)
            .ToList();

        Assert.Equal(5, values.Count);
        var seen = new HashSet<object>(ReferenceEqualityComparer.Instance);
        foreach (object value in values) Walk(value, seen, value.GetType().Name);
        Assert.Contains(seen, value => value is CellModel);
    }

    [Fact]
    public void ModelTypes_NameNothingOfRoslyn()
    {
        var types = typeof(LayerModel).Assembly.GetTypes().Where(type => type.Namespace == typeof(LayerModel).Namespace).ToList();
        Assert.NotEmpty(types);
        const BindingFlags Own = BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly;
        var used = types.SelectMany(type => type.GetFields(Own).Select(field => field.FieldType)
            .Concat(type.GetProperties(Own).Select(property => property.PropertyType))
            .Concat(type.GetMethods(Own).SelectMany(method => method.GetParameters().Select(parameter => parameter.ParameterType).Append(method.ReturnType))));
        Assert.DoesNotContain(used, IsRoslyn);
    }

    [Fact]
    public void EqualSources_GiveEqualModelsAndHashes()
    {
        var first = Models(Layers);
        var second = Models(Layers.Replace("=> z + x;", "=> x + z;", StringComparison.Ordinal));
        Assert.Equal(2, first.Count);
        Assert.Equal(first, second);
        Assert.Equal(first.Select(model => model.GetHashCode()), second.Select(model => model.GetHashCode()));
        Assert.NotEqual(first, Models(Layers.Replace("Memory = 6", "Memory = 5", StringComparison.Ordinal)));
    }

    private static List<LayerModel> Models(string source) =>
    [
        .. LayerCompilation.OfFiles(LanguageVersion.Latest, source).Run.Results.Single()
            .TrackedSteps[EquilibriumLayerGenerator.LayersStep]
            .SelectMany(step => step.Outputs)
            .Select(output => (LayerModel)output.Value),
    ];

    /// <summary>Runs the generator, edits one of the files, and runs it again.</summary>
    private static GeneratorRunResult Edit(string file, string before, string after)
    {
        Assert.Contains(before, file, StringComparison.Ordinal);
        var compilation = LayerCompilation.Compile(LanguageVersion.Latest, Layers, Other);
        var driver = LayerCompilation.Driver().RunGenerators(compilation);

        var tree = compilation.SyntaxTrees.Single(candidate => candidate.ToString() == file);
        int start = file.IndexOf(before, StringComparison.Ordinal);
        var edited = tree.WithChangedText(tree.GetText().WithChanges(new TextChange(new TextSpan(start, before.Length), after)));
        return driver.RunGenerators(compilation.ReplaceSyntaxTree(tree, edited)).GetRunResult().Results.Single();
    }

    private static void AssertNotRedone(GeneratorRunResult run)
    {
        Assert.Null(run.Exception);
        var outputs = run.TrackedSteps[EquilibriumLayerGenerator.LayersStep].SelectMany(step => step.Outputs).ToList();
        Assert.Equal(2, outputs.Count);
        Assert.All(outputs, output => Assert.Contains(output.Reason, NotRedone));
        Assert.All(run.TrackedOutputSteps.SelectMany(step => step.Value).SelectMany(step => step.Outputs),
            output => Assert.Equal(IncrementalStepRunReason.Cached, output.Reason));
    }

    private static void Walk(object? value, HashSet<object> seen, string path)
    {
        if (value is null || value is string || !seen.Add(value)) return;

        var type = value.GetType();
        Assert.False(IsRoslyn(type), $"{path} is a {type}");
        if (type.IsPrimitive || type.IsEnum) return;
        if (value is IEnumerable items)
            foreach (object? item in items) Walk(item, seen, path + "[]");
        for (var part = type; part is not null; part = part.BaseType)
            foreach (var field in part.GetFields(BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.DeclaredOnly))
                if (!field.FieldType.IsPointer) Walk(field.GetValue(value), seen, $"{path}.{field.Name}");
    }

    private static bool IsRoslyn(Type type) => type.FullName?.StartsWith("Microsoft.CodeAnalysis", StringComparison.Ordinal) == true;
}
