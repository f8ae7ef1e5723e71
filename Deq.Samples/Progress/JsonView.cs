using System.Text.Json;
using System.Text.Json.Nodes;
using Deq.Samples.Report;
using Deq.Samples.Training;

namespace Deq.Samples.Progress;

/// <summary>
/// One JSON object a line, each with an <c>event</c>: <c>message</c>, <c>step</c> (means since the last one), <c>validation</c>, <c>result</c>.
/// Quantities that a model does not have are left out.
/// </summary>
internal sealed class JsonView(TextWriter output) : ITrainingView
{
    public TimeSpan Interval { get; } = TimeSpan.FromSeconds(1);

    public void Say(string line) => Write("message", ("text", line));

    public void During(Action training) => training();

    public void Show(ProgressRecord progress)
    {
        StepRecord recent = progress.Recent;
        Write(
            "step", ("run", progress.Run), ("phase", progress.Phase), ("step", recent.Step), ("steps", progress.Steps), (progress.Scale.Unit, recent.Examples),
            ("loss", recent.Loss), (Key(progress.Scale.Measure), progress.Scale.Measure.Of(recent)),
            ("forwardEvaluations", recent.ForwardEvaluations), ("backwardEvaluations", recent.BackwardEvaluations),
            ("forwardResidual", recent.ForwardResidual), ("backwardResidual", recent.BackwardResidual),
            ("penalty", recent.Penalty), ("gradientNorm", recent.GradientNorm), ("learningRate", recent.LearningRate),
            ("examplesPerSecond", recent.ExamplesPerSecond), ("memoryMiB", recent.Memory), ("seconds", recent.Seconds));
    }

    public void Validated(string run, Measure measure, ValidationRecord validation) => Write(
        "validation", ("run", run), ("step", validation.Step), (Key(measure), validation.Score), ("spectralRadius", validation.SpectralRadius));

    public void Results(IReadOnlyList<ResultRow> rows, Scale scale)
    {
        foreach (ResultRow row in rows)
        {
            (string, JsonNode?)[] extra = [.. scale.Extra.Zip(row.Extra).Select(pair => (pair.First, (JsonNode?)JsonValue.Create(pair.Second)))];
            Write("result",
            [
                ("model", row.Model), ("parameters", row.Parameters), ("bodyParameters", row.BodyParameters), ("measure", scale.Measure.Name),
                ("validation", row.Validation), ("test", row.Test), (scale.Unit, row.Examples), ("examplesPerSecond", row.ExamplesPerSecond),
                ("evaluations", row.Evaluations), ("seconds", row.Time?.TotalSeconds), .. extra,
            ]);
        }
    }

    private static string Key(Measure measure) => JsonNamingPolicy.CamelCase.ConvertName(string.Concat(measure.Name.Split(' ', '-').Select((word, i) => i == 0 ? word : char.ToUpperInvariant(word[0]) + word[1..])));

    private void Write(string name, params ReadOnlySpan<(string Key, JsonNode? Value)> values)
    {
        var line = new JsonObject { ["event"] = name };
        foreach ((string key, JsonNode? value) in values)
        {
            // JSON has no NaN: what is not known is left out.
            bool known = value is not null && !(value is JsonValue number && number.TryGetValue(out double real) && !double.IsFinite(real));
            if (known) line[key] = value;
        }

        output.WriteLine(line.ToJsonString());
        output.Flush();
    }
}
