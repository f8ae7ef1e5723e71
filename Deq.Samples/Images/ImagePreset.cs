namespace Deq.Samples.Images;

/// <summary>A named set of settings.</summary>
/// <param name="Name">On the command line.</param>
/// <param name="Description">What it is and how long it takes.</param>
/// <param name="Form">The model.</param>
/// <param name="Training">Data and training.</param>
/// <param name="PaperParameters">The parameter count that the paper gives; null where it gives none.</param>
internal sealed record ImagePreset<TForm>(string Name, string Description, TForm Form, ImageSettings Training, string? PaperParameters = null);
