namespace Deq.Samples.Training;

/// <summary>
/// The folder that a training writes to, made and held until it ends: two trainings would rename each other's half-written checkpoints.
/// Holding it also tries it: a folder that nothing can be written to would lose the result at the end.
/// </summary>
internal sealed class OutputFolder : IDisposable
{
    /// <summary>Open, and closed to others, as long as a training runs. The system closes it when a process is killed.</summary>
    public const string LockFile = ".training";

    private readonly FileStream held;

    private OutputFolder(FileStream held) => this.held = held;

    /// <summary>What is wrong with a folder's name is said before anything else, and before anything is made on the disk.</summary>
    /// <exception cref="SampleException">It names no folder.</exception>
    public static void Check(string folder)
    {
        if (string.IsNullOrWhiteSpace(folder)) throw new SampleException("--out is empty: name a folder, as runs/mine");
        if (File.Exists(folder)) throw new SampleException($"--out {folder} is a file: name a folder");
    }

    /// <exception cref="SampleException">The folder cannot be made or written to, or another training writes to it.</exception>
    public static OutputFolder Hold(string folder)
    {
        Check(folder);
        try
        {
            Directory.CreateDirectory(folder);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            throw new SampleException($"--out {folder}: the folder cannot be made ({exception.Message})", exception);
        }

        try
        {
            return new OutputFolder(new FileStream(Path.Combine(folder, LockFile), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, bufferSize: 1, FileOptions.DeleteOnClose));
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new SampleException(
                IsHeld(exception)
                    ? $"--out {folder}: another training writes to this folder; let it end, or name another folder"
                    : $"--out {folder}: nothing can be written to the folder ({exception.Message})",
                exception);
        }
    }

    public void Dispose() => held.Dispose();

    /// <summary>What opening says of a file that somebody else is alone with: EWOULDBLOCK of flock on Linux and on macOS, and Windows' sharing violation.</summary>
    private static bool IsHeld(Exception exception) => exception is IOException && exception.HResult is 11 or 35 or unchecked((int)0x80070020);
}
