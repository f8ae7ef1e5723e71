using System.Reflection;
using System.Text.RegularExpressions;
using Deq.Tests.Generators.Harness;
using Deq.Tests.Generators.Twins;
using TorchSharp;
using static TorchSharp.torch;

namespace Deq.Tests.Generators;

/// <summary>
/// What is emitted runs: layers of every number of states and inputs and of every option, compiled with the generator while the test runs,
/// against the same thing written by hand on the runtime. Numbers and gradients are equal to the last bit.
/// </summary>
public sealed partial class TwinTests
{
    private const int Most = 6;

    private static readonly TwinShape[] Shapes =
        [.. from states in Enumerable.Range(1, Most) from inputs in Enumerable.Range(1, Most) select new TwinShape(states, inputs)];

    private static readonly TwinShape[] ShapesOfOptions = [new(1, 1), new(2, 2), new(3, 1, IsArray: true)];

    private static readonly Lazy<Assembly> Layers = new(Compile);

    public static TheoryData<int, int> StatesAndInputs()
    {
        var data = new TheoryData<int, int>();
        foreach (var shape in Shapes) data.Add(shape.States, shape.Inputs);
        return data;
    }

    public static TheoryData<string, int> OptionsAndShapes()
    {
        var data = new TheoryData<string, int>();
        foreach (var (attributes, _) in TwinOptions.All)
            for (int i = 0; i < ShapesOfOptions.Length; i++) data.Add(attributes, i);
        return data;
    }

    [Theory]
    [MemberData(nameof(StatesAndInputs))]
    public void AnyNumberOfStatesAndInputs_SameNumbersAsByHand(int states, int inputs)
    {
        var shape = Shapes.Single(candidate => candidate.States == states && candidate.Inputs == inputs);
        HoldAgainstEachOther(Name(shape), shape, new());
    }

    [Theory]
    [MemberData(nameof(OptionsAndShapes))]
    public void EveryOption_SameNumbersAsByHand(string attributes, int shape)
    {
        int number = TwinOptions.All.Select(options => options.Attributes).ToList().IndexOf(attributes);
        HoldAgainstEachOther(Name(number, ShapesOfOptions[shape]), ShapesOfOptions[shape], TwinOptions.All[number].Options);
    }

    /// <summary>An attribute's argument that no twin has would be one that nobody has seen at work.</summary>
    [Fact]
    public void EveryArgumentOfEveryAttribute_HasATwin()
    {
        var written = TwinOptions.All.SelectMany(options => Attribute().Matches(options.Attributes).SelectMany(match =>
            Argument().Matches(match.Groups["arguments"].Value).Select(argument => $"{match.Groups["name"].Value}.{argument.Groups["name"].Value}"))).ToHashSet();
        var settable = typeof(EquilibriumLayerAttribute).Assembly.GetExportedTypes()
            .Where(type => type.IsSubclassOf(typeof(Attribute)))
            .SelectMany(type => type.GetProperties().Where(property => property.SetMethod is not null).Select(property => $"{type.Name[..^"Attribute".Length]}.{property.Name}"));
        Assert.Empty(settable.Except(written));
    }

    private static void HoldAgainstEachOther(string name, TwinShape shape, EquilibriumOptions options)
    {
        using var scope = NewDisposeScope();
        using var layer = (nn.Module)Activator.CreateInstance(Layers.Value.GetType(name, throwOnError: true)!)!;
        manual_seed(11);
        Tensor[] values = [.. Enumerable.Range(0, shape.Inputs).Select(_ => randn(3, 4, ScalarType.Float64))];
        Tensor[] leaves = [.. values.Select(value => value.clone().requires_grad_())], twins = [.. values.Select(value => value.clone().requires_grad_())];

        manual_seed(12);
        var emitted = TwinRun.Emitted(layer, leaves);
        manual_seed(12);
        var byHand = TwinRun.ByHand(layer, shape, options, twins);
        AssertSame(byHand, emitted);

        // In training the states are a fixed point, and the gradients are there and equal.
        var again = TwinShape.Map(emitted.States, leaves);
        Assert.All(again.Zip(emitted.States), pair => Assert.InRange((pair.First - pair.Second).abs().max().item<double>(), 0, 0.05));
        emitted.Backward();
        byHand.Backward();
        Assert.All(leaves.Zip(twins), pair => AssertSame(pair.Second.grad!, pair.First.grad!));
        Assert.All(leaves, leaf => Assert.True(leaf.grad!.abs().sum().item<double>() > 0));

        layer.eval();
        AssertSame(TwinRun.ByHand(layer, shape, options, values), TwinRun.Emitted(layer, values));
    }

    private static void AssertSame(TwinRun expected, TwinRun actual)
    {
        Assert.Equal(expected.States.Length, actual.States.Length);
        Assert.All(expected.States.Zip(actual.States), pair => AssertSame(pair.First, pair.Second));
        Assert.Equal(expected.Penalty is null, actual.Penalty is null);
        if (expected.Penalty is not null) AssertSame(expected.Penalty, actual.Penalty!);
        Assert.Equal(expected.Intermediates.Count, actual.Intermediates.Count);
        Assert.All(expected.Intermediates.Zip(actual.Intermediates), pair => Assert.All(pair.First.Zip(pair.Second), states => AssertSame(states.First, states.Second)));
        Assert.Equal(expected.Statistics.Forward?.Evaluations, actual.Statistics.Forward?.Evaluations);
        Assert.Equal(expected.Statistics.Forward?.Solver, actual.Statistics.Forward?.Solver);
    }

    private static void AssertSame(Tensor expected, Tensor actual) =>
        Assert.True(expected.eq(actual).all().item<bool>(), $"differ by {(expected - actual).abs().max().item<double>()}");

    private static string Name(TwinShape shape) => $"Layer{shape.States}x{shape.Inputs}";

    private static string Name(int options, TwinShape shape) => $"Options{options}Of{shape.States}x{shape.Inputs}";

    private static Assembly Compile()
    {
        var sources = Shapes.Select(shape => shape.Source(Name(shape), ""))
            .Concat(TwinOptions.All.SelectMany((options, number) => ShapesOfOptions.Select(shape => shape.Source(Name(number, shape), options.Attributes))));
        var compilation = LayerCompilation.Of(string.Join("\n", sources));
        Assert.Empty(compilation.CompilerErrors());
        Assert.DoesNotContain(compilation.Findings(), finding => finding.Severity == Microsoft.CodeAnalysis.DiagnosticSeverity.Error);
        return Assembly.Load(compilation.Image());
    }

    [GeneratedRegex(@"(?<name>\w+)\((?<arguments>(\(|\)|[^()])*?)\)(, (?=[A-Z])|$)")]
    private static partial Regex Attribute();

    [GeneratedRegex(@"(?<name>[A-Z]\w*) = ")]
    private static partial Regex Argument();
}
