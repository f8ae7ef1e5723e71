namespace Deq.Samples;

/// <summary>
/// Something the person at the keyboard can mend: a missing file, a corrupt checkpoint, settings that do not fit together.
/// The program prints its message as one line and ends with exit code 1.
/// </summary>
internal class SampleException(string message, Exception? inner = null) : Exception(message, inner);
