using System.CommandLine;
using System.Globalization;
using Deq.Samples.Evidence;
using Deq.Samples.Progress;
using Deq.Samples.Report;
using Deq.Samples.Training;
using static TorchSharp.torch;

namespace Deq.Samples.Commands;

/// <summary><c>evidence</c>: the papers' claims, measured here, as sections of docs/results.md.</summary>
internal static class EvidenceCommand
{
    private static readonly string Page = Path.Combine("docs", "results.md"), Kept = Path.Combine("runs", "evidence");

    public static Command Create()
    {
        var name = new Argument<string?>("name") { Description = $"which; {EvidenceList.Everything} for one after the other; without it, a list", Arity = ArgumentArity.ZeroOrOne, HelpName = "name" };
        name.CompletionSources.Add([.. EvidenceList.All.Select(evidence => evidence.Name), EvidenceList.Everything]);
        Option<int> seed = NumberOption.Create("--seed", 1, 0, int.MaxValue - 1000, "seed of everything random");
        var write = new Option<bool>("--write") { Description = $"put the section and its figures in their places in {Page}" };
        var page = new Option<string?>("--page") { Description = "another page to write to; made where there is none" };
        var kept = new Option<string>("--kept") { Description = "folder of the results of finished parts, with which an interrupted run goes on", DefaultValueFactory = _ => Kept };
        var fresh = new Option<bool>("--fresh") { Description = "forget finished parts first" };
        var smoke = new Option<bool>("--smoke") { Description = "sizes of seconds, which show that it works and nothing else" };
        Option<int> threads = MachineOptions.ThreadsOption();
        var command = new Command("evidence", "Measure the papers' claims and print them as Markdown; progress goes to standard error.") { name, seed, write, page, kept, fresh, smoke, threads };
        command.SetAction(result =>
        {
            TextWriter output = result.InvocationConfiguration.Output;
            if (result.GetValue(name) is not { } wanted)
            {
                Given.Refuse(result, "without a name the evidence is only listed", seed, write, page, kept, fresh, smoke, threads);
                List(output);
                return 0;
            }

            IReadOnlyList<IEvidence> chosen = EvidenceList.Named(wanted);
            if (Given.Is(result, page)) Given.Refuse(result, "--page names the page to write to", write);
            string? target = result.GetValue(page) ?? (result.GetValue(write) ? Page : null);
            if (result.GetValue(smoke) && target == Page) throw new SampleException($"--smoke is no evidence: it is not written to {Page}; give --page another file");
            MachineOptions.ApplyThreads(result, threads);
            using var stop = new StopRequest(result.InvocationConfiguration.Error);
            foreach (IEvidence evidence in chosen)
            {
                var results = new KeptResults(Path.Combine(result.GetRequiredValue(kept), evidence.Name));
                if (result.GetValue(fresh)) results.Clear();
                var run = new EvidenceRun(results, result.GetValue(seed), result.GetValue(smoke), new PlainView(result.InvocationConfiguration.Error), stop.Token);
                Section section = evidence.Gather(run);
                string colophon = Colophon.Of(evidence, run);
                output.WriteLine(SectionMarkdown.Of(evidence, section, colophon));
                if (target is null) continue;
                ResultsPage.Write(target, EvidenceList.All, evidence, section, colophon);
                run.Say($"written: {target}");
            }

            return 0;
        });
        return command;
    }

    private static void List(TextWriter output)
    {
        int width = EvidenceList.All.Max(evidence => evidence.Name.Length);
        foreach (IEvidence evidence in EvidenceList.All)
            output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{evidence.Name.PadRight(width)}  about {Format.Duration(evidence.Expected),5}  {evidence.Title}"));
        TimeSpan all = EvidenceList.All.Aggregate(TimeSpan.Zero, (sum, evidence) => sum + evidence.Expected);
        output.WriteLine($"{EvidenceList.Everything.PadRight(width)}  about {Format.Duration(all),5}  on two cores that do nothing else");
    }
}
