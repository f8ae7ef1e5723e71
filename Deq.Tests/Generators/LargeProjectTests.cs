using Deq.Benchmarks.Generators;

namespace Deq.Tests.Generators;

/// <summary>What a keystroke costs in a large project, in work rather than in time; <c>./deq bench generators</c> measures the time.</summary>
public class LargeProjectTests
{
    private const int Layers = 200, Files = 2000;
    private static readonly Lazy<LargeProject> Project = new(() => new LargeProject(Layers, Files));

    private static GeneratorRun After(Func<LargeProject, Microsoft.CodeAnalysis.CSharp.CSharpCompilation> edit) =>
        GeneratorRun.Of(GeneratorRun.Driver(tracks: true).RunGenerators(Project.Value.Compilation).RunGenerators(edit(Project.Value)));

    [Theory]
    [InlineData(50)]
    [InlineData(100)]
    [InlineData(Layers)]
    public void FirstRun_EmitsEveryLayerOnce(int layers)
    {
        var project = new LargeProject(layers, layers + 100);
        Assert.Equal(new GeneratorRun(layers, layers, layers, 0), GeneratorRun.Of(GeneratorRun.Driver(tracks: true).RunGenerators(project.Compilation)));
    }

    [Fact]
    public void KeystrokeOutsideOfLayers_LeavesEveryFileCached()
    {
        var run = After(project => project.EditElsewhere(1));
        Assert.Equal((0, 0, Layers), (run.Changed, run.Emitted, run.Cached));
    }

    [Fact]
    public void KeystrokeInACell_LeavesEveryFileCached()
    {
        var run = After(project => project.EditCellBody(2));
        Assert.Equal((0, 0, Layers), (run.Changed, run.Emitted, run.Cached));
    }

    [Fact]
    public void ChangeOfOneDeclaration_IsTheWorkOfOneLayer()
    {
        var run = After(project => project.EditDeclaration(1));
        Assert.Equal((1, 1, Layers - 1), (run.Changed, run.Emitted, run.Cached));
    }
}
