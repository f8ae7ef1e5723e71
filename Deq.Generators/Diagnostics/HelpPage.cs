namespace Deq.Generators.Diagnostics;

/// <summary>Where the page of a diagnostic is.</summary>
internal static class HelpPage
{
    private const string Folder = "https://github.com/deq-net/deq/blob/main/docs/diagnostics/";

    public static string Of(string id) => Folder + id + ".md";
}
