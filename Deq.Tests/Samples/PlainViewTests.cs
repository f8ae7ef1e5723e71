using Deq.Samples.Progress;
using Deq.Samples.Report;

namespace Deq.Tests.Samples;

public class PlainViewTests
{
    [Fact]
    public void OutputThatIsNoTerminal_GetsPlainLines()
    {
        Assert.IsType<PlainView>(TrainingViews.Create(new StringWriter(), plain: false));
    }

    [Fact]
    public void Progress_IsOneLineWithoutEscapes_AndLeavesOutWhatIsNotKnown()
    {
        var output = new StringWriter();
        var step = new StepRecord { Step = 20, Examples = 20_480, Loss = 5, ForwardEvaluations = 5.25, ForwardResidual = 0.0061, ExamplesPerSecond = 6812 };

        new PlainView(output).Show(new ProgressRecord("DEQ", "training", 100, step, TimeSpan.FromSeconds(190)));

        Assert.Equal(
            "DEQ, training: step 20/100  loss 5.000  ppl 148.4  tokens/s 6,812  f evals 5.3  residual 6.1e-3  left 3:10" + Environment.NewLine,
            output.ToString());
    }

    [Fact]
    public void Results_AreAlignedColumns()
    {
        var output = new StringWriter();
        new PlainView(output).Results([new ResultRow("unigram") { Test = 575.2 }, new ResultRow("DEQ") { Test = 117.25, Parameters = 1_154_000 }], Scale.Words);

        string[] lines = output.ToString().TrimEnd().Split(Environment.NewLine);
        Assert.Equal(3, lines.Length);
        Assert.Single(lines.Select(line => line.Length).Distinct());
        Assert.Contains("117.3", lines[2]);
        Assert.Contains("1,154,000", lines[2]);
    }
}
