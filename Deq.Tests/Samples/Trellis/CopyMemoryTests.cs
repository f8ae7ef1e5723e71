using Deq.Samples.Commands;
using Deq.Samples.CopyMemory;
using Deq.Samples.Language;
using Deq.Samples.Progress;
using Deq.Samples.Report;
using Deq.Samples.Training;
using Deq.Samples.Trellis;
using TorchSharp;
using static TorchSharp.torch;

namespace Deq.Tests.Samples.Trellis;

public sealed class CopyMemoryTests : IDisposable
{
    private static readonly int[] Three = [0, 1, 2];

    private readonly DisposeScope scope = NewDisposeScope();

    public void Dispose() => scope.Dispose();

    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    public void Sequence_HasTenSymbolsZerosAndTheSignal_ItsTargetTheSymbolsAtTheEnd(int delay)
    {
        (Tensor inputs, Tensor targets) = new CopySequences(delay, seed: 1).Of(Three);

        Assert.Equal([3L, delay + 20], inputs.shape);
        for (int row = 0; row < 3; row++)
        {
            long[] said = inputs[row].data<long>().ToArray(), wanted = targets[row].data<long>().ToArray();
            Assert.All(said[..10], symbol => Assert.InRange(symbol, 1, 8));
            Assert.All(said[10..^10], symbol => Assert.Equal(0, symbol));
            Assert.All(said[^10..], symbol => Assert.Equal(9, symbol));
            Assert.All(wanted[..^10], symbol => Assert.Equal(0, symbol));
            Assert.Equal(said[..10], wanted[^10..]);
        }
    }

    [Fact]
    public void SeedAndNumber_DecideTheSequence()
    {
        static long[] Drawn(int seed, int number) => new CopySequences(5, seed).Of([number]).Inputs.data<long>().ToArray();

        Assert.Equal(Drawn(1, 3), Drawn(1, 3));
        Assert.NotEqual(Drawn(1, 3), Drawn(2, 3));
        Assert.NotEqual(Drawn(1, 3), Drawn(1, 4));
    }

    [Fact]
    public void DelayBelowOne_IsRefused() => Assert.Throws<ArgumentOutOfRangeException>(() => new CopySequences(0, 1));

    [Fact]
    public void MemorylessLoss_IsThatOfGuessingTheSymbolsAndNothingElse()
    {
        // The ten symbols at 1/8 each, everything else certain.
        var sequences = new CopySequences(30, 1);
        Tensor probabilities = zeros(sequences.Positions, CopySequences.Alphabet, dtype: ScalarType.Float64);
        probabilities[..^10, 0] = 1;
        probabilities[^10.., 1..9] = 1.0 / 8;
        Tensor targets = sequences.Of([5]).Targets.view(-1, 1);

        double loss = -probabilities.gather(1, targets).log().mean().item<double>();

        Assert.Equal(loss, sequences.MemorylessLoss, 1e-12);
    }

    public static TheoryData<string> Models => [.. Forms.Keys];

    private static Dictionary<string, CopyForm> Forms
    {
        get
        {
            var trellis = new CopyForm { Body = new ModelSettings { Width = 16, Reach = 0, WeightNorm = true, Dropout = 0.05, Trellis = new TrellisSettings { Hidden = 16 } } };
            return new()
            {
                ["trellis"] = trellis,
                ["transformer"] = new() { Body = new ModelSettings { Width = 16, Heads = 2, FeedForward = 32, Reach = 0 } },
                ["tied trellis"] = trellis with { Body = Twin.Tied(trellis.Body, 5) },
                ["lstm"] = CopyRun.OfEqualSize(trellis),
            };
        }
    }

    [Theory]
    [MemberData(nameof(Models))]
    public void ShortTraining_GetsBelowTheFirstLoss_AndResumedIsNeverStopped(string model)
    {
        using var folder = new TemporaryFolder();
        RunRecord whole = Train(model, null);
        Assert.Throws<TrainingInterruptedException>(() => Train(model, folder.File("model.deq"), stopAt: 25));
        RunRecord resumed = Train(model, folder.File("model.deq"), resume: true);

        Assert.True(whole.Steps[^1].Loss < whole.Steps[0].Loss / 2, $"{whole.Steps[0].Loss} to {whole.Steps[^1].Loss}");
        Assert.Equal(whole.Steps.Select(step => (step.Step, step.Loss, step.GradientNorm)), resumed.Steps.Select(step => (step.Step, step.Loss, step.GradientNorm)));
        Assert.Equal(whole.Validations.Select(validation => validation.Score), resumed.Validations.Select(validation => validation.Score));
    }

    [Fact]
    public void DilationThatLeadsPastTheSymbols_IsRefusedWithTheWayOut()
    {
        using var folder = new TemporaryFolder();
        var output = new StringWriter();

        Assert.Equal(1, SampleProgram.Run(["copy-memory", "train", "--architecture", "trellis", "--delay", "33", "--out", folder.Path], output, output));
        Assert.Contains("43 positions later", output.ToString());
        Assert.Contains("--dilation 1", output.ToString());
    }

    /// <summary>That is why: the loss of a position that cannot know its symbol has no gradient to it.</summary>
    [Theory]
    [InlineData(12, true)]
    [InlineData(11, false)]
    public void SymbolReachesWhereItIsSaidAgain_WhereTheDilationDividesTheWay(int delay, bool reaches)
    {
        var form = new CopyForm { Body = new ModelSettings { Width = 8, Reach = 0, Trellis = new TrellisSettings { Hidden = 8, Dilation = 11, ForgetBias = 2 } } };
        manual_seed(2);
        using var model = new CopyModel(form);
        // Applications rather than a solve, whose mixing weights are those of the whole sequence and carry rounding everywhere.
        model.UseStackedApplications(4);
        Tensor symbols = new CopySequences(delay, 1).Of([0]).Inputs, other = symbols.clone();
        other[0, 0] = other[0, 0] % 8 + 1;

        double difference = (model.call(symbols) - model.call(other))[0, delay + 10].abs().max().item<float>();

        Assert.Equal(reaches, difference > 0);
    }

    /// <summary>The quick preset's TrellisNet at a smaller delay: a hop of ten positions, so each symbol is three hops away.</summary>
    [Fact]
    public void DilatedTrellisNet_SaysTheSymbolsAgain()
    {
        CopySettings quick = CopyPresets.Quick(CopyPresets.Trellis) with { Delay = 20, Steps = 150, Batch = 16 };
        manual_seed(1);
        var description = new CopyDescription(new CopyForm { Body = quick.Body }, quick.Solve, quick.Delay, quick.TrainSequences, quick.Batch, quick.PretrainSteps);
        using var task = new CopyTask("trellis", description, seed: 1, CPU);
        quick.Solve.Apply(task.CopyModel);

        new TrainingLoop(task, quick.Training, new PlainView(TextWriter.Null), null, default).Train();
        CopyFindings found = task.Examine(100);

        // Without memory an eighth of the symbols is right.
        Assert.True(found.Recalled > 0.6 && found.Loss < task.MemorylessLoss / 2, $"{found}, without memory {task.MemorylessLoss}");
    }

    /// <summary>Loss and recall of a model that was not trained, position by position; on sequences of which none is trained on.</summary>
    [Fact]
    public void Examination_IsOfAllPositionsAndOfTheTenSymbols_OnSequencesOfItsOwn()
    {
        const int count = 70, delay = 4, seed = 5;
        manual_seed(3);
        using var task = new CopyTask("copy", new CopyDescription(Forms["lstm"], new SolveSettings(), delay, TrainSequences: 1000, Batch: 16, PretrainSteps: 0), seed, CPU);
        int[] numbers = [.. Enumerable.Range(0, count)];
        (Tensor inputs, Tensor targets) = new CopySequences(delay, seed ^ int.MinValue).Of(numbers);
        Tensor logarithms = task.CopyModel.call(inputs).to_type(ScalarType.Float64).log_softmax(-1);
        double loss = 0, right = 0;
        for (int row = 0; row < count; row++)
        {
            for (int t = 0; t < delay + 20; t++)
            {
                loss -= logarithms[row, t, targets[row, t].item<long>()].item<double>();
                if (t >= delay + 10 && logarithms[row, t].argmax().item<long>() == targets[row, t].item<long>()) right++;
            }
        }

        CopyFindings found = task.Examine(count);

        Assert.Equal(loss / (count * (delay + 20)), found.Loss, 1e-6);
        Assert.Equal(right / (count * 10), found.Recalled, 1e-9);
        string[] Symbols(CopySequences sequences, int howMany) => [.. sequences.Of([.. Enumerable.Range(0, howMany)]).Inputs.data<long>().ToArray().Chunk(delay + 20).Select(row => string.Join(' ', row[..10]))];
        Assert.Empty(Symbols(new CopySequences(delay, seed), 1000).Intersect(Symbols(new CopySequences(delay, seed ^ int.MinValue), count)));
    }

    /// <summary>torch's LSTM has its gates in the order input, forget, candidate, output.</summary>
    [Fact]
    public void ForgetBiasOfTheLstm_IsAddedToItsForgetGate()
    {
        const int width = 4;
        Tensor Bias(double forget)
        {
            manual_seed(3);
            return new LstmBody(3, width, forget).named_parameters().Single(known => known.name.EndsWith("bias_ih_l0", StringComparison.Ordinal)).parameter;
        }

        Assert.Equal([0f, 0, 0, 0, 2, 2, 2, 2, 0, 0, 0, 0, 0, 0, 0, 0], (Bias(2) - Bias(0)).data<float>().ToArray().Select(value => MathF.Round(value, 5)));
        // And that is the gate which keeps the cell state: opened wide, with the input gate shut, it lasts.
        var body = new LstmBody(3, width, forgetBias: 40);
        using (no_grad()) body.named_parameters().Single(known => known.name.EndsWith("bias_ih_l0", StringComparison.Ordinal)).parameter.narrow(0, 0, width).fill_(0);
        Tensor words = zeros(1, 30, 3);
        words[0, 0] = tensor(new float[] { 3, -3, 3 });
        Tensor said = body.call(words);
        Assert.True((said[0, 29] - body.call(zeros(1, 30, 3))[0, 29]).abs().max().item<float>() > 1e-3, "the first word is forgotten");
    }

    [Theory]
    [InlineData("trellis")]
    [InlineData("transformer")]
    public void Lstm_HasAsManyParameters(string architecture)
    {
        var form = new CopyForm { Body = (architecture == "trellis" ? CopyPresets.Quick(CopyPresets.Trellis) : CopyPresets.Quick(CopyPresets.Transformer)).Body };
        using var model = new CopyModel(form);
        using var lstm = new CopyModel(CopyRun.OfEqualSize(form));

        // The paper compares models of 14 to 16 thousand parameters.
        Assert.InRange(model.ParameterCount, 13_500, 16_500);
        Assert.InRange((double)lstm.ParameterCount / model.ParameterCount, 0.97, 1.03);
        Assert.Equal(CopyPresets.Paper(architecture).Body.Trellis is null, architecture == CopyPresets.Transformer);
        CopyPresets.Quick(architecture).Check();
        CopyPresets.Paper(architecture).Check();
    }

    [Theory]
    [InlineData("trellis", "DEQ-TrellisNet")]
    [InlineData("transformer", "DEQ-Transformer")]
    public void Command_PrintsModelAndLstmBesideNoMemory(string architecture, string name)
    {
        using var folder = new TemporaryFolder();
        var output = new StringWriter();

        int code = SampleProgram.Run(["copy-memory", "train", "--architecture", architecture, "--delay", "10", "--steps", "3", "--pretrain-steps", "1", "--batch", "4", "--tied", "2", "--plain", "--out", folder.Path], output, output);

        Assert.True(code == 0, output.ToString());
        Assert.Contains("no memory", output.ToString());
        Assert.Contains(name, output.ToString());
        Assert.Contains("LSTM", output.ToString());
        Assert.Contains("recalled", output.ToString());
        foreach (string file in new[] { "model.deq", "lstm.deq", "tied-2.deq", "report.html" }) Assert.True(File.Exists(folder.File(file)), file);
    }

    private static RunRecord Train(string model, string? file, int stopAt = 0, bool resume = false)
    {
        manual_seed(3);
        CopyForm form = Forms[model];
        var solve = new SolveSettings { Tolerance = 1e-3, Limit = 12, BackwardTolerance = 1e-3, BackwardLimit = 12 };
        using var task = new CopyTask(model, new CopyDescription(form, solve, Delay: 3, TrainSequences: 100, Batch: 16, PretrainSteps: 5), seed: 1, CPU);
        solve.Apply(task.CopyModel);
        using var stop = new CancellationTokenSource();
        var settings = new TrainingSettings { Steps = 50, LearningRate = 5e-3, WarmUpSteps = 3, Clip = 1, Validations = 2 };
        ITrainingView view = stopAt > 0 ? new StoppingView(stopAt, stop) : new PlainView(TextWriter.Null);
        return new TrainingLoop(task, settings, view, file is null ? null : new CheckpointPlan(file, resume), stop.Token).Train();
    }
}
