using Deq.Samples.Training;

namespace Deq.Samples.Report;

/// <summary>What the validation data said after so many steps.</summary>
/// <param name="Step">From 1.</param>
/// <param name="Examples">Tokens, images or pairs trained on until then.</param>
/// <param name="Score">On the scale of the run's measure.</param>
/// <param name="SpectralRadius">Of the Jacobian at the equilibrium, the largest of a few samples; NaN where it was not measured.</param>
internal sealed record ValidationRecord(int Step, long Examples, double Score, double SpectralRadius = double.NaN);

/// <summary>The training of one model, from the first step to the last.</summary>
internal sealed record RunRecord(string Name, IReadOnlyList<StepRecord> Steps, IReadOnlyList<ValidationRecord> Validations)
{
    /// <summary>Time spent on the steps, validation not counted.</summary>
    public TimeSpan Time { get; init; }

    /// <summary>The part of it that was spent before the training was stopped and resumed, by whoever ran it then.</summary>
    public TimeSpan TimeBefore { get; init; }
}

/// <summary>One line of the table of results. What does not apply is null.</summary>
internal sealed record ResultRow(string Model)
{
    /// <summary>All parameters; null for what was not trained by gradients.</summary>
    public long? Parameters { get; init; }

    /// <summary>Those outside embedding and softmax.</summary>
    public long? BodyParameters { get; init; }

    /// <summary>On the scale of the report's measure, as <see cref="Test"/>.</summary>
    public double? Validation { get; init; }

    public required double Test { get; init; }

    /// <summary>Tokens, images or pairs trained on.</summary>
    public long? Examples { get; init; }

    public double? ExamplesPerSecond { get; init; }

    /// <summary>Evaluations of the cell per batch of the test split.</summary>
    public double? Evaluations { get; init; }

    public TimeSpan? Time { get; init; }

    /// <summary>Cells of the scale's extra columns, written; as many as there are, or none.</summary>
    public IReadOnlyList<string> Extra { get; init; } = [];
}

/// <summary>What the figures of a report are: of which measure, and of what they are counted in.</summary>
/// <param name="Measure">What the models are judged by.</param>
/// <param name="Unit">tokens, images or pairs.</param>
internal sealed record Scale(Measure Measure, string Unit)
{
    public static Scale Words { get; } = new(Measure.Perplexity, "tokens");

    /// <summary>Columns of the table that only this kind of model has.</summary>
    public IReadOnlyList<string> Extra { get; init; } = [];
}

/// <summary>Everything that a report shows.</summary>
internal sealed record ReportContent
{
    public required string Title { get; init; }

    /// <summary>One sentence on what was trained on what.</summary>
    public required string Subtitle { get; init; }

    /// <summary>The command that repeats the run.</summary>
    public required string Command { get; init; }

    public Scale Scale { get; init; } = Scale.Words;

    public required IReadOnlyList<ResultRow> Results { get; init; }

    public required IReadOnlyList<RunRecord> Runs { get; init; }

    public required IReadOnlyList<KeyValuePair<string, string>> Settings { get; init; }

    /// <summary>Drawings of the task's own, ready-made.</summary>
    public IReadOnlyList<Drawing> Drawings { get; init; } = [];

    /// <summary>Text drawn from the trained model.</summary>
    public string? Sample { get; init; }

    public required DateTimeOffset Date { get; init; }
}

/// <summary>A figure that is drawn already.</summary>
/// <param name="Id">Names its element in the page and its file.</param>
/// <param name="Title">What it shows.</param>
/// <param name="Caption">How to read it.</param>
/// <param name="Svg">One svg element, in colours that read on light and dark.</param>
internal sealed record Drawing(string Id, string Title, string Caption, string Svg);
