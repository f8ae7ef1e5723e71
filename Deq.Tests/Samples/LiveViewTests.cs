using Deq.Samples.Progress;
using Deq.Samples.Report;
using Spectre.Console;

namespace Deq.Tests.Samples;

public class LiveViewTests
{
    /// <summary>In the width that most terminals open with, no name and no figure is broken or cut.</summary>
    [Theory]
    [InlineData(76)]
    [InlineData(80)]
    [InlineData(120)]
    [InlineData(160)]
    public void NamesAndFigures_StayWholeInTheWidthOfATerminal(int width)
    {
        var output = new StringWriter();
        IAnsiConsole console = AnsiConsole.Create(new AnsiConsoleSettings { Ansi = AnsiSupport.No, ColorSystem = ColorSystemSupport.NoColors, Out = new AnsiConsoleOutput(output) });
        console.Profile.Width = width;
        var view = new LiveView(console);
        var step = new StepRecord { Step = 1464, Examples = 1_499_136, Loss = 4.79, ForwardEvaluations = 5.4, BackwardEvaluations = 3.2, ForwardResidual = 0.0061, ExamplesPerSecond = 6207 };

        view.During(() => view.Show(new ProgressRecord("DEQ-Transformer", "training", 1464, step, TimeSpan.FromSeconds(190))));
        view.Results([new ResultRow("DEQ-Transformer") { Parameters = 1_162_228, BodyParameters = 312_704, Validation = 120.6, Test = 120.4, Examples = 1_499_136, ExamplesPerSecond = 6207, Evaluations = 5.4, Time = TimeSpan.FromSeconds(265) }], Scale.Words);

        foreach (string whole in new[] { "1464/1464", "tokens/s", "residual", "penalty", "6.1e-3", "1,162,228", "312,704", "w/o embed.", "4:25" }) Assert.Contains(whole, output.ToString());
    }
}
