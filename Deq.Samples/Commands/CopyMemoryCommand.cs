using System.CommandLine;
using Deq.Samples.CopyMemory;
using Deq.Samples.Training;

namespace Deq.Samples.Commands;

/// <summary><c>copy-memory</c>: an equilibrium beside an LSTM of equal parameters at remembering ten symbols.</summary>
internal static class CopyMemoryCommand
{
    public const string Name = CopyTask.KindName;

    public static Command Create() =>
        PresetCommand.WithDefault(Name, "Ten symbols to be said again later: an equilibrium beside an LSTM of equal parameters.", Train());

    private static PresetCommand Train()
    {
        CopySettings standard = CopyPresets.Quick(CopyPresets.Transformer);
        const string quick = "quick", paper = "paper";
        Option<string> preset = PresetCommand.Option([quick, paper]);
        Option<string> architecture = ChoiceOption.Create("--architecture", "the equilibrium's layer", CopyPresets.Transformer, CopyPresets.Trellis);
        Option<int?> delay = NumberOption.CreateOptional("--delay", 1, 100_000, "positions between the last symbol and the signal, about");
        Option<int?> width = NumberOption.CreateOptional("--width", 4, 16_384, "width of the symbols' vectors, and of a transformer's state");
        Option<int?> hidden = NumberOption.CreateOptional("--hidden", 1, 65_536, "channels of a TrellisNet's hidden and cell state");
        Option<int?> kernel = NumberOption.CreateOptional("--kernel", 1, 64, "taps of a TrellisNet's causal convolution");
        Option<int?> dilation = NumberOption.CreateOptional("--dilation", 1, 100_000, "positions from a tap of it to the next, and over which its cell state carries on; a divisor of the delay + 10");
        Option<double?> forgetBias = NumberOption.CreateOptional("--forget-bias", -20.0, 20.0, "added to the bias of its forget gates at the start");
        Option<int?> steps = NumberOption.CreateOptional("--steps", 1, 100_000_000, "training steps");
        Option<int?> batch = NumberOption.CreateOptional("--batch", 1, 65_536, "sequences of a step");
        Option<double?> rate = NumberOption.CreateOptional("--learning-rate", 1e-9, 10.0, "Adam's largest rate");
        Option<double?> tolerance = NumberOption.CreateOptional("--tolerance", 1e-12, 1.0, "relative residual at which both solves end");
        Option<int?> limit = NumberOption.CreateOptional("--limit", 1, 10_000, "most evaluations of the forward solve, and products of the adjoint's");
        Option<double?> gamma = NumberOption.CreateOptional("--gamma", 0.0, 1000.0, "weight of the Jacobian penalty");
        Option<double?> frequency = NumberOption.CreateOptional("--frequency", 0.0, 1.0, "share of the steps that draw the penalty");
        Option<int?> pretrain = NumberOption.CreateOptional("--pretrain-steps", 0, 100_000_000, "first steps with two stacked applications instead of a solve");
        Option<bool> alone = new("--no-lstm") { Description = "leave the LSTM out" };
        Option<int> tied = NumberOption.Create("--tied", 0, 0, 1000, "train a twin that applies the same cell so many times as well");
        Option<int> seed = NumberOption.Create("--seed", standard.Seed, 0, int.MaxValue, "seed of everything random");
        Option<string?> output = new("--out") { Description = "folder for checkpoints and report", HelpName = "FOLDER" };
        foreach ((Option option, object? value) in (IEnumerable<(Option, object?)>)
            [(delay, standard.Delay), (width, standard.Body.Width), (hidden, CopyPresets.Quick(CopyPresets.Trellis).Body.Trellis!.Hidden), (steps, standard.Steps),
            (batch, standard.Batch), (rate, standard.LearningRate), (tolerance, standard.Solve.Tolerance), (limit, standard.Solve.Limit), (gamma, standard.Gamma),
            (frequency, standard.Frequency), (pretrain, standard.PretrainSteps), (output, standard.Output)])
        {
            option.Standard(quick, value);
        }

        var run = new RunOptions();
        var command = new PresetCommand(
            "train", $"Train the equilibrium and the LSTM, write checkpoints and report. What '{Name}' alone does.",
            [new(quick, $"a delay of {standard.Delay}, in minutes on two cores"), new(paper, $"the DEQ paper's delay of {CopyPresets.Paper(CopyPresets.Transformer).Delay}, in hours")])
        {
            preset, architecture, delay, width, hidden, kernel, dilation, forgetBias, steps, batch, rate, tolerance, limit, gamma, frequency, pretrain, alone, tied, seed, output,
        };
        run.AddTo(command);
        command.SetAction(result =>
        {
            PresetCommand.RefuseOptionsBeforeVerb(result);
            string kind = result.GetRequiredValue(architecture);
            CopySettings chosen = result.GetValue(preset) == paper ? CopyPresets.Paper(kind) : CopyPresets.Quick(kind);
            SolveSettings solve = chosen.Solve;
            if (chosen.Body.Trellis is null) Given.Refuse(result, $"it is a TrellisNet's, which --architecture {CopyPresets.Trellis} takes", hidden, kernel, dilation, forgetBias);
            CopySettings settings = chosen with
            {
                Body = chosen.Body with
                {
                    Width = result.GetValue(width) ?? chosen.Body.Width,
                    Trellis = chosen.Body.Trellis is { } form
                        ? form with
                        {
                            Hidden = result.GetValue(hidden) ?? form.Hidden,
                            Kernel = result.GetValue(kernel) ?? form.Kernel,
                            Dilation = result.GetValue(dilation) ?? form.Dilation,
                            ForgetBias = result.GetValue(forgetBias) ?? form.ForgetBias,
                        }
                        : null,
                },
                Solve = solve with
                {
                    Tolerance = result.GetValue(tolerance) ?? solve.Tolerance,
                    BackwardTolerance = result.GetValue(tolerance) ?? solve.BackwardTolerance,
                    Limit = result.GetValue(limit) ?? solve.Limit,
                    BackwardLimit = result.GetValue(limit) ?? solve.BackwardLimit,
                },
                Delay = result.GetValue(delay) ?? chosen.Delay,
                Steps = result.GetValue(steps) ?? chosen.Steps,
                Batch = result.GetValue(batch) ?? chosen.Batch,
                LearningRate = result.GetValue(rate) ?? chosen.LearningRate,
                Gamma = result.GetValue(gamma) ?? chosen.Gamma,
                Frequency = result.GetValue(frequency) ?? chosen.Frequency,
                PretrainSteps = result.GetValue(pretrain) ?? chosen.PretrainSteps,
                Seed = result.GetValue(seed),
                Output = result.GetValue(output) ?? chosen.Output,
                Resume = run.Resume(result),
                CheckpointEvery = run.CheckpointEvery(result),
                Device = run.Device(result),
            };
            PenaltyOptions.RefuseIdle(result, settings.Gamma, gamma, settings.Frequency, frequency);
            run.ApplyThreads(result);
            using var stop = new StopRequest(result.InvocationConfiguration.Error);
            new CopyRun(result.GetRequiredValue(preset), kind == CopyPresets.Trellis ? "DEQ-TrellisNet" : "DEQ-Transformer", settings, run.View(result), stop.Token)
                .Run(RunOptions.CommandLine(result), !result.GetValue(alone), result.GetValue(tied));
            return 0;
        });
        return command;
    }
}
