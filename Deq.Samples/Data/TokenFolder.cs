namespace Deq.Samples.Data;

/// <summary>
/// A folder of three token files, UTF-8, words already separated by blanks, in the names of WikiText (<c>wiki.train.tokens</c> ...) or of the
/// Penn Treebank (<c>ptb.train.txt</c> ...). Rare words are <c>&lt;unk&gt;</c> already, so every word of the training file is kept.
/// </summary>
internal static class TokenFolder
{
    private static readonly (string Train, string Validation, string Test)[] Formats =
    [
        ("wiki.train.tokens", "wiki.valid.tokens", "wiki.test.tokens"),
        ("ptb.train.txt", "ptb.valid.txt", "ptb.test.txt"),
    ];

    /// <exception cref="DataFileException">A file is missing, empty or not UTF-8.</exception>
    public static Corpus Read(string folder)
    {
        string wanted = string.Join("; or ", Formats.Select(format => $"{format.Train}, {format.Validation} and {format.Test}"));
        if (!Directory.Exists(folder)) throw new DataFileException(folder, $"there is no such folder; it should hold {wanted}");

        // The format of which there is anything, so that what is missing of it is what the error names.
        string[][] present = [.. Formats.Select(format => new[] { format.Train, format.Validation, format.Test }).Where(names => names.Any(name => File.Exists(Path.Combine(folder, name))))];
        if (present.Length == 0) throw new DataFileException(folder, $"has none of the files; it should hold {wanted}");
        if (present.Length > 1) throw new DataFileException(folder, $"has files of two data sets, {present[0][0]} and {present[1][0]} among them; keep one in a folder");

        // All three are looked for before the first is read, which may take minutes.
        TokenFile[] files = [.. present[0].Select(name => new TokenFile(Path.Combine(folder, name)))];
        foreach (TokenFile file in files) file.Check();
        return Corpus.Read(Path.GetFileName(Path.GetFullPath(folder).TrimEnd(Path.DirectorySeparatorChar)), files[0], files[1], files[2], minimumCount: 1);
    }
}
