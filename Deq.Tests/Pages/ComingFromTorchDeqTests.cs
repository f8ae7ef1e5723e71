using System.Text.RegularExpressions;

namespace Deq.Tests.Pages;

/// <summary>What the page for those who come from torchdeq names exists.</summary>
public partial class ComingFromTorchDeqTests
{
    private static readonly string Page = PageExamples.Text("coming-from-torchdeq.md");

    [Fact]
    public void EveryOption_Exists() =>
        Assert.All(Option().Matches(Page), m => Assert.NotNull(typeof(EquilibriumOptions).GetProperty(m.Groups["name"].Value)));

    [Fact]
    public void EveryMemberOfAResult_Exists() =>
        Assert.All(Result().Matches(Page), m => Assert.NotEmpty(typeof(EquilibriumResult<>).GetMember(m.Groups["name"].Value)));

    [Fact]
    public void EveryAttribute_Exists() =>
        Assert.All(Attributes().Matches(Page), m => Assert.NotNull(typeof(EquilibriumOptions).Assembly.GetType($"Deq.{m.Groups["name"].Value}Attribute")));

    [Fact]
    public void EveryModule_Exists() =>
        Assert.All(Module().Matches(Page), m => Assert.NotNull(typeof(EquilibriumOptions).Assembly.GetType($"Deq.Modules.{m.Value}")));

    [Theory]
    [InlineData("LineSearch", "SolverAttribute")]
    [InlineData("CheckEvery", "SolverAttribute")]
    [InlineData("InferenceMaxEvaluations", "SolverAttribute")]
    [InlineData("Steps", "GradientAttribute")]
    [InlineData("Decay", "FixedPointCorrectionAttribute")]
    [InlineData("Probes", "JacobianRegAttribute")]
    public void AnArgumentOfThePage_Exists(string argument, string attribute)
    {
        Assert.Matches($@"\b{argument}\b", Page);
        Assert.NotNull(typeof(EquilibriumOptions).Assembly.GetType($"Deq.{attribute}")?.GetProperty(argument));
    }

    [GeneratedRegex(@"EquilibriumOptions\.(?<name>\w+)")]
    private static partial Regex Option();

    [GeneratedRegex(@"`result\.(?<name>\w+)")]
    private static partial Regex Result();

    [GeneratedRegex(@"`\[(?<name>\w+)")]
    private static partial Regex Attributes();

    [GeneratedRegex(@"(?:WeightNorm|SpectralNorm)(?:Linear|Conv1d|Conv2d)")]
    private static partial Regex Module();
}
