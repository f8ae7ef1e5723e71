using System.Diagnostics;
using System.Globalization;
using Deq.Benchmarks.Timing;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace Deq.Benchmarks.Generators;

/// <summary>
/// What the generator costs an editor in a large project: the first run, and a run after one keystroke. Times are those of the driver alone,
/// parsing of files aside, beside what Roslyn itself needs where no file declares a layer.
/// </summary>
internal sealed class GeneratorSuite : ISuite
{
    private const int Files = 2000, Most = 200, Rounds = 15, Keystrokes = 15;

    public string Name => "generators";

    public void Run(TextWriter output)
    {
        output.WriteLine($"{Most} layers in {Files} files, Roslyn {typeof(CSharpCompilation).Assembly.GetName().Version}; {Rounds} rounds in turns, medians");
        output.WriteLine();
        LargeProject[] projects = [.. new[] { 0, Most / 4, Most / 2, Most }.Select(layers => new LargeProject(layers, Files))];
        Cold(output, projects);
        output.WriteLine();
        Keystroke(output, projects[^1], projects[0]);
    }

    /// <summary>First runs, in turns; the time of a project without layers is Roslyn's search for the attribute.</summary>
    private static void Cold(TextWriter output, LargeProject[] projects)
    {
        double[][] seconds = Rounded(projects.Length, i =>
        {
            // A compilation that nobody asked anything yet, as after opening the project.
            var compilation = projects[i].Compilation.Clone();
            return Time(() => GeneratorRun.Driver(tracks: false).RunGenerators(compilation));
        });

        output.WriteLine("| first run          | ms    | ms a layer | to 200 layers |");
        output.WriteLine("| ------------------ | ----: | ---------: | ------------: |");
        for (int i = 0; i < projects.Length; i++)
        {
            double[] net = [.. seconds[i].Zip(seconds[0], (time, without) => time - without)];
            double[] most = [.. seconds[^1].Zip(seconds[0], (time, without) => time - without)];
            string each = i == 0 ? "" : Number(Duel.Median(net) * 1e3 / projects[i].Layers, "F3");
            string share = i == 0 ? "" : Number(Duel.Median(net) / Duel.Median(most), "F2");
            output.WriteLine($"| {projects[i].Layers,4} layers        | {Number(Duel.Median(seconds[i]) * 1e3, "F1"),5} | {each,10} | {share,13} |");
        }
    }

    private static void Keystroke(TextWriter output, LargeProject project, LargeProject without)
    {
        var driver = GeneratorRun.Driver(tracks: false).RunGenerators(project.Compilation);
        var bare = GeneratorRun.Driver(tracks: false).RunGenerators(without.Compilation);
        var counting = GeneratorRun.Driver(tracks: true).RunGenerators(project.Compilation);
        int edit = 0;
        (string Name, Func<CSharpCompilation> Edit, GeneratorDriver Driver, bool Counts)[] cases =
        [
            ("no layers at all", () => without.EditElsewhere(++edit), bare, false),
            ("outside of layers", () => project.EditElsewhere(++edit), driver, true),
            ("in a cell's body", () => project.EditCellBody(++edit), driver, true),
            ("one layer's attribute", () => project.EditDeclaration(++edit), driver, true),
        ];
        double[][] seconds = Rounded(cases.Length, i =>
        {
            double total = 0;
            for (int keystroke = 0; keystroke < Keystrokes; keystroke++)
            {
                var compilation = cases[i].Edit();
                total += Time(() => cases[i].Driver.RunGenerators(compilation));
            }
            return total / Keystrokes;
        });

        output.WriteLine("| one keystroke          | ms    | to no layers | models changed | files emitted | files cached |");
        output.WriteLine("| ---------------------- | ----: | -----------: | -------------: | ------------: | -----------: |");
        for (int i = 0; i < cases.Length; i++)
        {
            string ratio = Number(Duel.Median([.. seconds[i].Zip(seconds[0], (time, first) => time / first)]), "F2");
            var counts = cases[i].Counts ? GeneratorRun.Of(counting.RunGenerators(cases[i].Edit())) : null;
            output.WriteLine($"| {cases[i].Name,-22} | {Number(Duel.Median(seconds[i]) * 1e3, "F2"),5} | {ratio,12} | {counts?.Changed,14} | {counts?.Emitted,13} | {counts?.Cached,12} |");
        }
    }

    /// <summary>Contenders in turns, by round, after one that only warms up.</summary>
    private static double[][] Rounded(int contenders, Func<int, double> run)
    {
        double[][] seconds = [.. Enumerable.Range(0, contenders).Select(_ => new double[Rounds])];
        for (int round = -1; round < Rounds; round++)
        {
            for (int i = 0; i < contenders; i++)
            {
                double time = run(i);
                if (round >= 0) seconds[i][round] = time;
            }
        }

        return seconds;
    }

    private static double Time(Action action)
    {
        long start = Stopwatch.GetTimestamp();
        action();
        return Stopwatch.GetElapsedTime(start).TotalSeconds;
    }

    private static string Number(double value, string format) => value.ToString(format, CultureInfo.InvariantCulture);
}
