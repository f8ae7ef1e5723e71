using Deq.Samples.Data;
using Deq.Samples.Language;
using Deq.Samples.Progress;
using Deq.Samples.Report;
using Deq.Samples.Training;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Deq.Tests.Samples;

/// <summary>What the loop does to parameters and layers at each step, on a task whose every number is known.</summary>
public sealed partial class TrainingLoopTests : IDisposable
{
    private readonly DisposeScope scope = NewDisposeScope();

    public TrainingLoopTests() => manual_seed(2);

    public void Dispose() => scope.Dispose();

    /// <summary>Plain gradient descent on c w with |c| = 5: each step is the rate of that step times the gradient, no longer than the clip.</summary>
    [Theory]
    [InlineData(2, 2)]
    [InlineData(7, 5)]
    [InlineData(double.PositiveInfinity, 5)]
    public void Step_IsTheScheduledRateTimesTheClippedGradient(double clip, double length)
    {
        using var task = new KnownTask();
        TrainingSettings settings = new() { Steps = 8, LearningRate = 0.4, WarmUpSteps = 2, LastShare = 0.1, Clip = clip };

        RunRecord run = Train(task, settings);

        double[] before = task.Weights[0];
        for (int step = 1; step <= 8; step++)
        {
            double rate = step <= 2 ? 0.4 * step / 2 : 0.4 * (0.1 + 0.9 * (1 + Math.Cos(Math.PI * (step - 2) / 6)) / 2);
            double[] after = step < 8 ? task.Weights[step] : task.Weight();
            Assert.Equal(rate * length * 3 / 5, before[0] - after[0], 1e-5);
            Assert.Equal(rate * length * 4 / 5, before[1] - after[1], 1e-5);
            Assert.Equal(rate, run.Steps[step - 1].LearningRate, 1e-12);
            // As it was before it was clipped.
            Assert.Equal(5, run.Steps[step - 1].GradientNorm, 1e-4);
            before = after;
        }
    }

    /// <summary>JR paper, table 4: from one weight to the other, linearly, from the first step that solves to the last.</summary>
    [Fact]
    public void Gamma_GrowsLinearlyFromTheFirstSolveToTheLastStep()
    {
        using var task = new KnownTask(pretrain: 3);
        TrainingSettings settings = new() { Steps = 11, LearningRate = 1e-3, Gamma = 1.6, LastGamma = 2.5, Frequency = 0.35 };

        Train(task, settings);

        Assert.All(task.Options.Take(3), options => Assert.Equal((0.0, 0.0), (options.JacobianGamma, options.JacobianFrequency)));
        for (int step = 4; step <= 11; step++)
        {
            Assert.Equal(1.6 + 0.9 * (step - 4) / 7, task.Options[step - 1].JacobianGamma!.Value, 1e-12);
            Assert.Equal(0.35, task.Options[step - 1].JacobianFrequency);
        }
    }

    [Fact]
    public void GammaWithoutALastOne_Stays()
    {
        using var task = new KnownTask();
        Train(task, new() { Steps = 5, LearningRate = 1e-3, Gamma = 0.7 });
        Assert.All(task.Options, options => Assert.Equal(0.7, options.JacobianGamma));
    }

    /// <summary>JR paper, appendix: {T-2..T}, each of them about as often, in training alone.</summary>
    [Fact]
    public void ForwardLimit_IsDrawnFromTheSpread_ForTrainingStepsAlone()
    {
        EquilibriumOptions[] Options(int seed)
        {
            using var task = new KnownTask();
            Train(task, new() { Seed = seed, Steps = 90, LearningRate = 1e-6, LimitSpread = 2 });
            Assert.All(task.Looks, look => Assert.Equal((KnownTask.Limit, 0.0), (look.MaxEvaluations, look.JacobianGamma)));
            return [.. task.Options];
        }

        EquilibriumOptions[] drawn = Options(1);
        int?[] limits = [.. drawn.Select(options => options.MaxEvaluations)];

        Assert.Equal([KnownTask.Limit - 2, KnownTask.Limit - 1, KnownTask.Limit], limits.Distinct().Order());
        // 90 draws of three: 30 each, four standard deviations of 4.5.
        Assert.All(limits.CountBy(limit => limit!.Value), count => Assert.InRange(count.Value, 12, 48));
        Assert.All(drawn, options => Assert.Equal(KnownTask.Limit, options.InferenceMaxEvaluations));
        Assert.Equal(limits, Options(1).Select(options => options.MaxEvaluations));
        Assert.NotEqual(limits, Options(2).Select(options => options.MaxEvaluations));
    }

    [Fact]
    public void SpreadBeyondTheLimit_LeavesAnEvaluation()
    {
        using var task = new KnownTask();
        Train(task, new() { Steps = 60, LearningRate = 1e-6, LimitSpread = 20 });
        Assert.Equal(Enumerable.Range(1, KnownTask.Limit), task.Options.Select(options => options.MaxEvaluations!.Value).Distinct().Order());
    }

    /// <summary>f = s z + x has the Jacobian s: its penalty moves s towards 0, where the loss alone would not move it.</summary>
    [Theory]
    [InlineData(0, 1, false)]
    [InlineData(2, 0, false)]
    [InlineData(2, 1, true)]
    public void Penalty_IsPartOfTheGradientWhereItIsDrawn(double gamma, double frequency, bool moves)
    {
        using var task = new KnownTask();
        double slope = task.Slope();

        RunRecord run = Train(task, new() { Steps = 1, LearningRate = 0.01, Gamma = gamma, Frequency = frequency });

        Assert.Equal(moves, task.Slope() < slope - 1e-4);
        if (!moves) Assert.Equal(slope, task.Slope());
        Assert.Equal(moves, double.IsFinite(run.Steps[0].Penalty));
        // gamma s^2 times the mean square of 64 normal numbers, within five standard errors of 1.
        if (moves) Assert.InRange(run.Steps[0].Penalty / (gamma * slope * slope), 0.2, 1.9);
        // The loss is reported without it: 3 w0 + 4 w1.
        Assert.Equal(3 * task.Weights[0][0] + 4 * task.Weights[0][1], run.Steps[0].Loss, 1e-5);
    }

    [Theory]
    [InlineData(20, 5, new[] { 4, 8, 12, 16, 20 })]
    [InlineData(7, 3, new[] { 3, 6, 7 })]
    [InlineData(3, 10, new[] { 1, 2, 3 })]
    public void ValidationData_AreLookedAtEvenlyAndAtTheEnd(int steps, int validations, int[] expected)
    {
        using var task = new KnownTask();
        RunRecord run = Train(task, new() { Steps = steps, LearningRate = 1e-3, Validations = validations });

        Assert.Equal(expected, run.Validations.Select(look => look.Step));
        Assert.Equal(expected.Select(step => (double)step), run.Validations.Select(look => look.Score));
        // f = s z + x has one eigenvalue.
        Assert.All(run.Validations, look => Assert.Equal(task.Slope(), look.SpectralRadius, 1e-3));
    }

    [Fact]
    public void Steps_HaveTheTasksOwnScoreAndCount()
    {
        using var task = new KnownTask();
        RunRecord run = Train(task, new() { Steps = 4, LearningRate = 1e-3 });

        Assert.Equal([0.5, 1, 1.5, 2], run.Steps.Select(step => step.Score));
        Assert.Equal([3L, 6, 9, 12], run.Steps.Select(step => step.Examples));
        Assert.Equal(run.Steps.Select(step => step.Seconds).Order(), run.Steps.Select(step => step.Seconds));
        Assert.Equal(run.Time.TotalSeconds, run.Steps[^1].Seconds, 1e-9);
    }

    /// <summary>Every quantity a value of its own: none may be lost or take another's place.</summary>
    [Fact]
    public void Progress_IsReadAsItWasWritten()
    {
        var progress = new TrainingProgress { Time = TimeSpan.FromSeconds(12.5), Diverged = 7 };
        for (int i = 1; i <= 3; i++)
        {
            double Next(int place) => 100 * i + place;
            progress.Steps.Add(new StepRecord
            {
                Step = i,
                Examples = 10 * i,
                Loss = Next(1),
                Score = Next(2),
                ForwardEvaluations = Next(3),
                BackwardEvaluations = Next(4),
                ForwardResidual = Next(5),
                BackwardResidual = Next(6),
                Penalty = double.NaN,
                GradientNorm = Next(7),
                LearningRate = Next(8),
                ExamplesPerSecond = Next(9),
                Seconds = Next(10),
                Memory = Next(11),
            });
            progress.Validations.Add(new ValidationRecord(i, 10 * i, Next(12), Next(13)));
        }

        using var stream = new MemoryStream();
        progress.Save(new BinaryWriter(stream));
        stream.Position = 0;
        var read = new TrainingProgress();
        read.Load(new BinaryReader(stream));

        Assert.Equal(progress.Steps, read.Steps);
        Assert.Equal(progress.Validations, read.Validations);
        Assert.Equal((progress.Time, 7, 3, 30L), (read.Time, read.Diverged, read.Step, read.Examples));
        Assert.Equal(stream.Length, stream.Position);
    }

    [Fact]
    public void EachPassOverTheData_HasEveryNumberOnceInAnOrderOfItsOwn()
    {
        var order = new EpochOrder(count: 23, batch: 4, seed: 6);
        int[] Pass() => [.. Enumerable.Range(0, 5).SelectMany(_ => order.Next().ToArray())];
        int[][] passes = [Pass(), Pass(), Pass()];

        Assert.All(passes, pass =>
        {
            // 20 of 23: what does not fill a batch is left out.
            Assert.Equal(20, pass.Distinct().Count());
            Assert.All(pass, number => Assert.InRange(number, 0, 22));
        });
        Assert.NotEqual(passes[0], passes[1]);
        Assert.NotEqual(passes[1], passes[2]);
        // Over some passes none is left out always.
        Assert.Equal(23, passes.SelectMany(pass => pass).Distinct().Count());
    }

    /// <summary>Kingma, Ba 2015, and Loshchilov, Hutter 2019 for the decoupled decay, with Vaswani et al.'s 0.9 and 0.98.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void OptimiserOfALanguageModel_IsAdamWithThePapersMoments(bool decoupled)
    {
        const double rate = 0.01, decay = 0.1;
        LanguageSettings settings = SmallLanguage.Settings with { WeightDecay = decay, Decoupled = decoupled };
        using LanguageTask task = SmallLanguage.Create(settings);
        using OptimizerHelper optimizer = task.CreateOptimizer(rate);

        WrittenOutSteps.Check(task.Model, optimizer, decoupled ? WrittenOutSteps.AdamW(rate, 0.9, 0.98, decay) : WrittenOutSteps.Adam(rate, 0.9, 0.98, decay));
    }

    private static RunRecord Train(TrainingTask task, TrainingSettings settings) => new TrainingLoop(task, settings, new PlainView(TextWriter.Null)).Train();

    /// <summary>z = s z + x.</summary>
    [EquilibriumLayer]
    [Solver("picard", MaxEvaluations = 8, Tolerance = 1e-6)]
    [JacobianReg(gamma: 0, Frequency = 0)]
    internal sealed partial class Sloped : nn.Module<Tensor, Tensor>
    {
        private readonly Parameter slope;

        public Sloped() : base(nameof(Sloped))
        {
            slope = new Parameter(full(1, 0.5f));
            RegisterComponents();
            Options = Options with { MaxEvaluations = KnownTask.Limit, JacobianGamma = 0, JacobianFrequency = 0 };
        }

        [Cell]
        private Tensor Step(Tensor z, Tensor x) => slope * z + x;
    }

    private sealed class KnownModel : nn.Module<Tensor, Tensor>
    {
        public readonly Parameter weight;
        public readonly Sloped block = new();

        public KnownModel() : base(nameof(KnownModel))
        {
            weight = new Parameter(tensor(new float[] { 1, 2 }));
            RegisterComponents();
        }

        public override Tensor forward(Tensor input) => block.call(input);
    }

    /// <summary>The loss 3 w0 + 4 w1; the layer is solved, and has no part in it.</summary>
    private sealed class KnownTask(int pretrain = 0) : TrainingTask
    {
        public const int Limit = 5;

        private readonly KnownModel model = new();
        private int trained;

        public List<double[]> Weights { get; } = [];

        public List<EquilibriumOptions> Options { get; } = [];

        public List<EquilibriumOptions> Looks { get; } = [];

        public override string Name => "known";

        public override string Kind => "known";

        public override nn.Module Model => model;

        public override Measure Measure => Measure.SquaredError;

        public override string Unit => "numbers";

        public override object Description => new { };

        public override int PretrainSteps => pretrain;

        public override OptimizerHelper CreateOptimizer(double learningRate) => optim.SGD(model.parameters(), learningRate);

        public double[] Weight() => [.. model.weight.data<float>().ToArray().Select(value => (double)value)];

        public double Slope() => model.block.get_parameter("slope")!.item<float>();

        public override BatchLoss NextBatch(int step)
        {
            trained = step;
            Weights.Add(Weight());
            Options.Add(model.block.Options);
            Tensor loss = (model.weight * tensor(new float[] { 3, 4 })).sum();
            return new BatchLoss(Solves(step) ? loss + 0 * model.call(ones(1, 64)).sum() : loss, 3, step / 2.0);
        }

        public override double Evaluate()
        {
            Looks.Add(model.block.Options);
            return trained;
        }

        public override Action? Probe => () => model.call(ones(2, 3));

        public override void SaveState(BinaryWriter writer)
        {
        }

        public override void LoadState(BinaryReader reader)
        {
        }
    }
}
