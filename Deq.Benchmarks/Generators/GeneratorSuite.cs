using System.Diagnostics;
using System.Globalization;
using Deq.Benchmarks.Timing;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace Deq.Benchmarks.Generators;

/// <summary>
/// What the generator costs an editor in a large project: the first run, and a run after one keystroke. Times are those of Roslyn's driver, the
/// parsing of files aside, beside those of the same project without layers.
/// </summary>
internal sealed class GeneratorSuite : ISuite
{
    private const int Files = 2000, Most = 200, SmokeShare = 20, Rounds = 15, Keystrokes = 15;

    public string Name => "generators";

    public void Run(TextWriter output, SuiteSettings settings)
    {
        int rounds = settings.Smoke ? 1 : settings.Rounds ?? Rounds;
        int share = settings.Smoke ? SmokeShare : 1, files = Files / share, most = Most / share;
        output.WriteLine($"{most} layers in {files} files, Roslyn {typeof(CSharpCompilation).Assembly.GetName().Version}; medians of {rounds} rounds in turns");
        LargeProject[] projects = [.. new[] { 0, most / 4, most / 2, most }.Select(layers => new LargeProject(layers, files))];
        FirstRun(output, projects, rounds);
        Keystroke(output, projects[^1], projects[0], rounds, settings.Smoke ? 1 : Keystrokes);
    }

    private static void FirstRun(TextWriter output, LargeProject[] projects, int rounds)
    {
        var times = Interleaved.Measure([.. projects.Select(Opened)], rounds);

        var table = new Table(output, ("layers", 6), ("ms", 7), ("ms a layer", 10), ("share of the most", 17));
        table.Begin("First run");
        double bare = times.Seconds(0), most = times.Seconds(projects.Length - 1) - bare;
        for (int i = 0; i < projects.Length; i++)
        {
            double layers = times.Seconds(i) - bare;
            table.Row(
                projects[i].Layers.ToString(CultureInfo.InvariantCulture),
                Table.Number(times.Seconds(i) * 1e3, "F1"),
                i == 0 ? "" : Table.Number(layers * 1e3 / projects[i].Layers, "F2"),
                i == 0 ? "" : Table.Number(layers / most, "F2"));
        }
    }

    private static void Keystroke(TextWriter output, LargeProject project, LargeProject without, int rounds, int keystrokes)
    {
        var driver = GeneratorRun.Driver(tracks: false).RunGenerators(project.Compilation);
        var asking = GeneratorRun.Driver(new AskingGenerator(), tracks: false).RunGenerators(project.Compilation);
        var bare = GeneratorRun.Driver(tracks: false).RunGenerators(without.Compilation);
        var counting = GeneratorRun.Driver(tracks: true).RunGenerators(project.Compilation);
        int edit = 0;
        (string Name, Func<CSharpCompilation> Edit, GeneratorDriver Driver)[] cases =
        [
            ("outside of layers", () => project.EditElsewhere(++edit), driver),
            ("in a cell's body", () => project.EditCellBody(++edit), driver),
            ("in one layer's attribute", () => project.EditDeclaration(++edit), driver),
            ("a generator that only asks", () => project.EditElsewhere(++edit), asking),
            ("in a project without layers", () => without.EditElsewhere(++edit), bare),
        ];
        var times = Interleaved.Measure([.. cases.Select(kind => (Func<double>)(() =>
        {
            double total = 0;
            for (int keystroke = 0; keystroke < keystrokes; keystroke++)
            {
                var compilation = kind.Edit();
                total += Seconds(() => kind.Driver.RunGenerators(compilation));
            }

            return total / keystrokes;
        })), Opened(project)], rounds);

        var table = new Table(output, ("one keystroke", 28), ("ms", 7), ("of a first run", 14), ("models changed", 14), ("files emitted", 13), ("files cached", 12));
        table.Begin("One keystroke");
        for (int i = 0; i < cases.Length; i++)
        {
            bool counts = cases[i].Driver == driver;
            var run = counts ? GeneratorRun.Of(counting.RunGenerators(cases[i].Edit())) : null;
            table.Row(
                cases[i].Name, Table.Number(times.Seconds(i) * 1e3, "F2"), counts ? Table.Number(times.Ratio(i, cases.Length), "F2") : "",
                $"{run?.Changed}", $"{run?.Emitted}", $"{run?.Cached}");
        }
    }

    /// <summary>The first run on a compilation that nobody asked anything yet, as after opening the project.</summary>
    private static Func<double> Opened(LargeProject project) => () =>
    {
        var compilation = project.Compilation.Clone();
        return Seconds(() => GeneratorRun.Driver(tracks: false).RunGenerators(compilation));
    };

    private static double Seconds(Action action)
    {
        long start = Stopwatch.GetTimestamp();
        action();
        return Stopwatch.GetElapsedTime(start).TotalSeconds;
    }
}
