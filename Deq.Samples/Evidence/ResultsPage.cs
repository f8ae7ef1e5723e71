using System.Text;
using System.Text.RegularExpressions;
using Deq.Samples.Report;

namespace Deq.Samples.Evidence;

/// <summary>
/// The page of all evidence. Each section stands between two markers, so that one can be made anew without touching the others; the
/// overview is put together from the verdicts that stand on the page.
/// </summary>
internal static partial class ResultsPage
{
    private const string Overview = "overview";

    private const string Introduction = """
        # Results

        What the papers claim for equilibrium models, tried with Deq at a size that two cores can do. Every figure is made by
        `./deq evidence NAME`, which is named below it with seed, machine, date and duration; `--write` puts its section here. A claim
        that does not show at this size is said not to show: that is no proof against it at the papers' size.

        The papers: DEQ is Bai, Kolter, Koltun 2019 (arXiv 1909.01377), MDEQ Bai, Koltun, Kolter 2020 (2006.08656), JR Bai, Koltun, Kolter
        2021 (2106.14342), RevDEQ McCallum, Arora, Foster 2025 (2509.12917).

        """;

    /// <summary>Puts a section in its place and its figures beside the page, which is made where there is none.</summary>
    /// <param name="page">The file.</param>
    /// <param name="all">All evidence, in the order of a new page.</param>
    /// <param name="evidence">Whose section it is.</param>
    /// <param name="section">What it found.</param>
    /// <param name="colophon">Command, machine, date and duration.</param>
    /// <exception cref="SampleException">The page has lost its markers.</exception>
    public static void Write(string page, IReadOnlyList<IEvidence> all, IEvidence evidence, Section section, string colophon)
    {
        string text = File.Exists(page) ? WithEvery(File.ReadAllText(page), all) : Blank(all);
        text = Replaced(page, text, evidence.Name, SectionMarkdown.Of(evidence, section, colophon));
        text = Replaced(page, text, Overview, OverviewOf(text, all));

        // Figures first: a page never points to one that is not there.
        string figures = Path.Combine(Path.GetDirectoryName(Path.GetFullPath(page))!, SectionMarkdown.FigureFolder);
        Directory.CreateDirectory(figures);
        HashSet<string> written = [];
        foreach ((string file, string svg) in SectionMarkdown.Figures(evidence, section))
        {
            Put(Path.Combine(figures, file), svg);
            written.Add(file);
        }

        Put(page, text);
        foreach (string old in Directory.GetFiles(figures, SectionMarkdown.FilePrefix(evidence) + "*.svg"))
            if (!written.Contains(Path.GetFileName(old))) File.Delete(old);
    }

    /// <summary>A page on which nothing was measured yet.</summary>
    public static string Blank(IReadOnlyList<IEvidence> all)
    {
        var text = new StringBuilder(Introduction);
        text.Append('\n').Append(Begin(Overview)).Append('\n').Append(End(Overview)).Append('\n');
        foreach (IEvidence evidence in all) text.Append('\n').Append(Unmeasured(evidence));
        return text.ToString();
    }

    private static string Unmeasured(IEvidence evidence) =>
        $"{Begin(evidence.Name)}\n## {evidence.Title}\n\n**The claim.** {evidence.Claim}\n\nNot measured yet: `./deq evidence {evidence.Name} --write`.\n{End(evidence.Name)}\n";

    /// <summary>The page with a place for the evidence that came after it was made, each behind the one before it in the list.</summary>
    private static string WithEvery(string text, IReadOnlyList<IEvidence> all)
    {
        string before = Overview;
        foreach (IEvidence evidence in all)
        {
            if (!text.Contains(Begin(evidence.Name), StringComparison.Ordinal) && text.IndexOf(End(before), StringComparison.Ordinal) is var place and >= 0)
                text = text.Insert(place + End(before).Length, "\n\n" + Unmeasured(evidence).TrimEnd());
            before = evidence.Name;
        }

        return text;
    }

    private static string OverviewOf(string page, IReadOnlyList<IEvidence> all)
    {
        var table = new StringBuilder("| | shown | not shown at this size |\n| --- | ---: | ---: |\n");
        foreach (IEvidence evidence in all)
        {
            (int start, int end) = Find(page, evidence.Name);
            string section = start < 0 ? "" : page[start..end];
            int shown = Bullets(section, SectionMarkdown.Shown), not = Bullets(section, SectionMarkdown.NotShown);
            string figures = shown + not == 0 ? "not measured yet | " : $"{shown} | {not}";
            table.Append(System.Globalization.CultureInfo.InvariantCulture, $"| [{evidence.Title}](#{Anchor(evidence.Title)}) | {figures} |\n");
        }

        return table.ToString();

        static int Bullets(string section, string verdict) => section.Split('\n').Count(line => line.StartsWith("- " + verdict, StringComparison.Ordinal));
    }

    /// <summary>As GitHub makes one of a heading.</summary>
    private static string Anchor(string title) => NoLetter().Replace(title.ToLowerInvariant(), "").Replace(' ', '-');

    private static string Replaced(string page, string text, string name, string content)
    {
        (int start, int end) = Find(text, name);
        if (start < 0) throw new SampleException($"{page} has no place for '{name}': it needs the lines {Begin(name)} and {End(name)}");
        return $"{text[..start]}{content}{text[end..]}";
    }

    /// <summary>What stands between the markers; -1 where one is missing.</summary>
    private static (int Start, int End) Find(string text, string name)
    {
        string begin = Begin(name) + "\n";
        int start = text.IndexOf(begin, StringComparison.Ordinal);
        int end = start < 0 ? -1 : text.IndexOf(End(name), start, StringComparison.Ordinal);
        return end < 0 ? (-1, -1) : (start + begin.Length, end);
    }

    private static string Begin(string name) => $"<!-- evidence: {name} -->";

    private static string End(string name) => $"<!-- end of {name} -->";

    private static void Put(string file, string text)
    {
        string temporary = file + ".new";
        File.WriteAllText(temporary, text, new UTF8Encoding(encoderShouldEmitUTF8Identifier: false));
        File.Move(temporary, file, overwrite: true);
    }

    [GeneratedRegex("[^a-z0-9 -]")]
    private static partial Regex NoLetter();
}
