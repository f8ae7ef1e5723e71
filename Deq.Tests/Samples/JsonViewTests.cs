using System.Text.Json;
using Deq.Samples.Progress;
using Deq.Samples.Report;
using Deq.Samples.Training;

namespace Deq.Tests.Samples;

public class JsonViewTests
{
    [Fact]
    public void EveryLine_IsAnObjectWithItsEvent_AndLeavesOutWhatIsNotKnown()
    {
        var output = new StringWriter();
        var view = new JsonView(output);

        view.Say("a \"word\"\nand another");
        view.Show(new ProgressRecord("DEQ", "training", 100, new StepRecord { Step = 20, Examples = 20_480, Loss = 5, ForwardResidual = 0.0061 }, TimeSpan.Zero));
        view.Validated("DEQ", Measure.Accuracy, new ValidationRecord(20, 20_480, 0.843, 0.91));
        view.Results([new ResultRow("DEQ") { Test = 117.25, Examples = 20_480 }], Scale.Words);

        JsonElement[] lines = [.. output.ToString().TrimEnd().Split(Environment.NewLine).Select(line => JsonDocument.Parse(line).RootElement)];
        Assert.Equal(["message", "step", "validation", "result"], lines.Select(line => line.GetProperty("event").GetString()));
        Assert.Equal("a \"word\"\nand another", lines[0].GetProperty("text").GetString());
        Assert.Equal(20_480, lines[1].GetProperty("tokens").GetInt64());
        Assert.Equal(Math.Exp(5), lines[1].GetProperty("perplexity").GetDouble(), 1e-9);
        Assert.False(lines[1].TryGetProperty("penalty", out _));
        Assert.Equal((0.843, 0.91), (lines[2].GetProperty("accuracy").GetDouble(), lines[2].GetProperty("spectralRadius").GetDouble()));
        Assert.Equal(117.25, lines[3].GetProperty("test").GetDouble());
    }

    [Fact]
    public void JsonIsAskedFor_ThatIsWhatComes()
    {
        Assert.IsType<JsonView>(TrainingViews.Create(new StringWriter(), plain: false, json: true));
    }
}
