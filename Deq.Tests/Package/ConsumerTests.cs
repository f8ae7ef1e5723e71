using System.Globalization;
using System.Text.RegularExpressions;

namespace Deq.Tests.Package;

/// <summary>A fresh project outside the repository that installs the package.</summary>
[Collection(PackedDeqCollection.Name)]
public partial class ConsumerTests(PackedDeq packed)
{
    /// <summary>Under <c>AnalysisLevel=latest-all</c> with every warning an error, so that one in emitted code would end the build.</summary>
    [Fact]
    public void LayersOfAllShapes_BuildWithoutAWarning_AndTrain()
    {
        string project = Create("consumer");
        string output = packed.Succeed(project, "build", "-v", "quiet", "-nologo", "-m:1");
        Assert.DoesNotContain("warning", output.Replace("0 Warning(s)", "", StringComparison.Ordinal), StringComparison.OrdinalIgnoreCase);

        string[] emitted = Directory.GetFiles(Path.Combine(project, "obj"), "*.g.cs", SearchOption.AllDirectories);
        Assert.Equal(LayersDeclared().Count(ConsumerSources.Layers + ConsumerSources.Program), emitted.Count(file => file.Contains("Deq.Generators", StringComparison.Ordinal)));

        // z = 1 / (1 - w) = 2, dz/dw = 1 / (1 - w)^2 = 4.
        string[] said = packed.Succeed(project, "bin/Debug/net10.0/consumer.dll").Trim().Split('\n');
        Assert.Equal("loss 2.000000 gradient 4.000000 weight 0.100000 Converged", said[0]);

        // From the user's cell back through the emitted lines, which a debugger therefore steps into, to the user's call.
        string file = emitted.Single(path => Path.GetFileName(path) == "Consumer.Failing.g.cs");
        string[] lines = File.ReadAllLines(file);
        var frames = Frame().Matches(string.Join('\n', said[1..])).Where(frame => frame.Groups["file"].Value == file).Select(frame => lines[int.Parse(frame.Groups["line"].Value, CultureInfo.InvariantCulture) - 1].Trim()).ToList();
        Assert.Contains(frames, line => line.EndsWith("Cell(global::TorchSharp.torch.Tensor z) => Step(z, x);", StringComparison.Ordinal));
        Assert.Contains(frames, line => line.StartsWith("var point = call.Solve(Cell, ", StringComparison.Ordinal));
        Assert.Contains("Solve(x).Value;", frames);
    }

    /// <summary>
    /// Where the compiler cannot finish a declaration, with or without what is emitted, it ends before analyzers are asked: these errors are the
    /// generator's own, all of such a layer at once, and come before the compiler's.
    /// </summary>
    [Fact]
    public void MistakesThatEndTheCompilation_AreToldBesideIt()
    {
        string project = packed.Project(
            "unfinished", ("unfinished.csproj", ConsumerSources.Project.Replace("<OutputType>Exe</OutputType>", "", StringComparison.Ordinal)), ("Mistakes.cs", ConsumerSources.MistakesOfTheLanguage));
        var (code, output) = packed.Run(project, "build", "-v", "quiet", "-nologo", "-m:1");
        Assert.NotEqual(0, code);
        Assert.Equal(
            [
                "Mistakes.cs 11 CS0260",
                "Mistakes.cs 11 DEQ002",
                "Mistakes.cs 13 DEQ030",
                "Mistakes.cs 21 CS0534",
                "Mistakes.cs 21 DEQ003",
                "Mistakes.cs 6 CS0260",
                "Mistakes.cs 6 DEQ001",
            ],
            Told().Matches(output).Select(match => $"{match.Groups["file"].Value} {match.Groups["line"].Value} {match.Groups["id"].Value}").Distinct().Order(StringComparer.Ordinal));
    }

    [Fact]
    public void SilencedAnalyzers_LeaveTheirErrorsToTheRun()
    {
        string project = packed.Project(
            "silenced", ("silenced.csproj", ConsumerSources.Project), ("Program.cs", ConsumerSources.SilencedProgram),
            (".editorconfig", "root = true\n[*.cs]\ndotnet_analyzer_diagnostic.severity = none\ndotnet_diagnostic.CS1591.severity = none\n"));
        packed.Succeed(project, "build", "-v", "quiet", "-nologo", "-m:1");
        Assert.Equal("'Misspelt' is no valid equilibrium layer: DEQ030.", packed.Succeed(project, "bin/Debug/net10.0/silenced.dll").Trim());

        File.AppendAllText(Path.Combine(project, ".editorconfig"), "dotnet_analyzer_diagnostic.category-Deq.Solver.severity = error\n");
        Assert.Contains("error DEQ030", packed.Run(project, "build", "-v", "quiet", "-nologo", "-m:1").Output, StringComparison.Ordinal);
    }

    [Fact]
    public void Mistakes_AreToldInTheBuild_AtTheirPlace()
    {
        string project = Create("mistaken", ("Mistakes.cs", ConsumerSources.Mistakes));
        var (code, output) = packed.Run(project, "build", "-v", "quiet", "-nologo", "-m:1");
        Assert.NotEqual(0, code);
        var told = Told().Matches(output).Select(match => $"{match.Groups["file"].Value} {match.Groups["line"].Value} {match.Groups["id"].Value}").Distinct().Order(StringComparer.Ordinal).ToList();
        // The advice on the ordinary method stands, that on cells (here and in Layers.cs) does not.
        Assert.Equal(
            [
                "Mistakes.cs 16 DEQ061",
                "Mistakes.cs 5 DEQ030",
                "Mistakes.cs 9 CA1822",
                "Mistakes.cs 9 IDE0060",
            ],
            told);
        Assert.Contains("Did you mean 'anderson'?", output, StringComparison.Ordinal);
    }

    private string Create(string name, params (string File, string Text)[] more) => packed.Project(
        name,
        [(name + ".csproj", ConsumerSources.Project), (".editorconfig", ConsumerSources.EditorConfig), ("Layers.cs", ConsumerSources.Layers), ("Program.cs", ConsumerSources.Program), .. more]);

    [GeneratedRegex(@"(?<file>\w[\w.]*\.cs)\((?<line>\d+),\d+\): (error|warning) (?<id>\w+):")]
    private static partial Regex Told();

    [GeneratedRegex(@" in (?<file>.+):line (?<line>\d+)")]
    private static partial Regex Frame();

    [GeneratedRegex(@"\[EquilibriumLayer")]
    private static partial Regex LayersDeclared();
}
