namespace Deq.Samples.Data;

/// <summary>A data file that is missing, empty, not UTF-8 or not in the format it should have.</summary>
internal sealed class DataFileException(string file, string problem, Exception? inner = null)
    : SampleException($"{file}: {problem}", inner)
{
    /// <summary>The file as the user would name it.</summary>
    public string File { get; } = file;
}
