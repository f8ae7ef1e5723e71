using System.Globalization;
using Deq.Samples.CopyMemory;
using Deq.Samples.Report;
using static TorchSharp.torch;

namespace Deq.Samples.Evidence;

/// <summary>The copy-memory task: both equilibrium architectures against an LSTM of equal parameters.</summary>
internal sealed class CopyMemoryEvidence : ITrialEvidence
{
    private const string Transformer = "DEQ-Transformer", Trellis = "DEQ-TrellisNet", OfTransformer = "LSTM, parameters of the Transformer", OfTrellis = "LSTM, parameters of the TrellisNet";

    public string Name => "copy-memory";

    public string Title => "Copy memory";

    public string Claim => "Ten symbols, to be said again after 400 steps: a DEQ-Transformer of 14 to 16 thousand parameters reaches a loss of 3.5e-6, an LSTM of equal size 0.050 and a GRU 0.049, about what a model without memory does (DEQ section 4.1).";

    public TimeSpan Expected => TimeSpan.FromMinutes(9);

    public IReadOnlyList<Trial> Trials(int seed, bool smoke)
    {
        CopyForm transformer = new() { Body = CopyPresets.Quick(CopyPresets.Transformer).Body }, trellis = new() { Body = CopyPresets.Quick(CopyPresets.Trellis).Body };
        return
        [
            One(Transformer, CopyPresets.Transformer, transformer), One(OfTransformer, CopyPresets.Transformer, CopyRun.OfEqualSize(transformer)),
            One(Trellis, CopyPresets.Trellis, trellis), One(OfTrellis, CopyPresets.Trellis, CopyRun.OfEqualSize(trellis)),
        ];

        Trial One(string name, string architecture, CopyForm form)
        {
            CopySettings settings = CopyPresets.Quick(architecture) with { Seed = seed, Output = "" };
            if (smoke) settings = settings with { Steps = 4, Batch = 2, Delay = 5, PretrainSteps = 1, TrainSequences = 16 };
            var description = new CopyDescription(form, settings.Solve, settings.Delay, settings.TrainSequences, settings.Batch, settings.PretrainSteps);
            return new Trial(name, description, settings.Training, () =>
            {
                manual_seed(settings.Seed);
                var task = new CopyTask(name, description, settings.Seed, CPU);
                settings.Solve.Apply(task.CopyModel, settings.Gamma, settings.Frequency);
                return task;
            });
        }
    }

    public Section Gather(EvidenceRun run)
    {
        CopySettings settings = CopyPresets.Quick(CopyPresets.Transformer);
        int test = run.Smoke ? 8 : settings.TestSequences, delay = run.Smoke ? 5 : settings.Delay;
        TrialResult[] trials = [.. Trials(run.Seed, run.Smoke).Select(trial => trial.Do(run, this, task => Examined((CopyTask)task, test)))];
        TrialResult Of(string name) => trials.Single(trial => trial.Name == name);
        double memoryless = new CopySequences(delay, run.Seed).MemorylessLoss;
        return new Section
        {
            Setting = $"A delay of {delay} in place of the paper's 400, {Format.Count(trials[0].Run.Steps.Count)} steps of {Format.Count(trials[0].Examples / Math.Max(1, trials[0].Run.Steps.Count))} sequences each, one seed; mean cross-entropy in nats over all {delay + 20} positions of {Format.Count(test)} test sequences, and the share of the ten symbols that are said right. Without memory the loss is 10 ln 8 / {delay + 20} = {memoryless.ToString("0.000", CultureInfo.InvariantCulture)}, and one of eight symbols is right.",
            Tables =
            [
                new SectionTable("", ["", "parameters", "test loss", "symbols right", "evaluations forward, backward", "sequences per processor second"],
                [
                    .. trials.Select(trial => (string[])
                    [
                        trial.Name, Format.Count(trial.Parameters), Loss(trial), Right(trial),
                        $"{Format.Decimal(trial.AtTheEnd(step => step.ForwardEvaluations))}, {Format.Decimal(trial.AtTheEnd(step => step.BackwardEvaluations))}", Format.Count((long)trial.ExamplesPerSecond),
                    ]),
                ]),
            ],
            Charts = [TrialCharts.OfValidations("loss", "Loss on test sequences", "cross-entropy in nats, logarithmic", true, "sequences", trials, look => look.Score)],
            Verdicts = [Beats(Transformer, OfTransformer), Beats(Trellis, OfTrellis)],
            Notes = [.. trials.Where(trial => trial.Failure is not null).Select(trial => $"{trial.Name}: {trial.Failure}")],
        };

        Verdict Beats(string equilibrium, string lstm) => new(
            Of(equilibrium).At(0) < Of(lstm).At(0) && Of(equilibrium).At(0) < memoryless,
            $"The {equilibrium} remembers what an LSTM of equal parameters does not: loss {Loss(Of(equilibrium))} and {Loss(Of(lstm))}, {Right(Of(equilibrium))} and {Right(Of(lstm))} of the symbols right.");
    }

    private static string Loss(TrialResult trial) => trial.Failure is null ? Training.Measure.CrossEntropy.Write(trial.At(0)) : "failed";

    private static string Right(TrialResult trial) => Training.Measure.Accuracy.Write(trial.At(1));

    private static double[] Examined(CopyTask task, int count)
    {
        task.CopyModel.UseStackedApplications(0);
        CopyFindings findings = task.Examine(count);
        return [findings.Loss, findings.Recalled];
    }
}
