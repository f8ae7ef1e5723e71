using System.CommandLine;
using Deq.Samples.Data;

namespace Deq.Samples.Commands;

/// <summary>
/// <c>deq-samples pack-corpus FOLDER FILE</c>: recreates the shipped corpus from the folder of the addresses
/// (<c>package/data</c> of the npm package that Data/sotu.LICENSE.md names). Hidden: users have no need of it.
/// </summary>
internal static class PackCorpusCommand
{
    public static Command Create()
    {
        var folder = new Argument<string>("folder") { Description = "folder with one *.txt file an address" };
        var file = new Argument<string>("file") { Description = "the archive to write" };
        var command = new Command("pack-corpus", "Pack a folder of texts into one Brotli archive.") { folder, file };
        command.Hidden = true;
        command.SetAction(result => Pack(result.GetRequiredValue(folder), result.GetRequiredValue(file), result.InvocationConfiguration.Output));
        return command;
    }

    private static int Pack(string folder, string file, TextWriter output)
    {
        IReadOnlyList<Speech> speeches = SpeechArchive.FromFolder(folder);
        using (FileStream stream = File.Create(file)) SpeechArchive.Write(stream, speeches);
        output.WriteLine($"{speeches.Count} texts packed into {file}, {new FileInfo(file).Length:N0} bytes");
        return 0;
    }
}
