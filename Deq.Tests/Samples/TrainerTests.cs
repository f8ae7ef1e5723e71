using Deq.Samples;
using Deq.Samples.Language;
using Deq.Samples.Progress;
using Deq.Samples.Report;
using Deq.Samples.Training;
using static TorchSharp.torch;

namespace Deq.Tests.Samples;

public class TrainerTests
{
    private static readonly LanguageSettings Short = SmallLanguage.Settings;

    [Fact]
    public void ShortTraining_LearnsWhatFollowsWhat()
    {
        RunRecord run = Train(Short);

        Assert.Equal(60, run.Steps.Count);
        double first = run.Steps.Take(5).Average(step => step.Loss), last = run.Steps.TakeLast(5).Average(step => step.Loss);
        // The text repeats every nine words: at the end hardly anything is left to guess.
        Assert.True(last < first / 3, $"{first} to {last}");
        Assert.True(run.Validations[^1].Score < run.Validations[0].Score);
    }

    [Fact]
    public void ExplicitTwin_LearnsToo()
    {
        RunRecord run = Train(Short with { Model = Short.Model with { StackedLayers = 2 } });

        Assert.True(run.Steps.TakeLast(5).Average(step => step.Loss) < run.Steps[0].Loss / 3);
        Assert.All(run.Steps, step => Assert.True(double.IsNaN(step.ForwardEvaluations)));
    }

    [Fact]
    public void Seed_DecidesEveryNumber()
    {
        LanguageSettings settings = Short with { Steps = 15, Gamma = 1, Frequency = 0.5, Model = Short.Model with { Dropout = 0.1 } };

        double[] Losses(int seed) => [.. Train(settings with { Seed = seed }).Steps.Select(step => step.Loss)];

        Assert.Equal(Losses(1), Losses(1));
        Assert.NotEqual(Losses(1), Losses(2));
    }

    [Fact]
    public void PreTraining_SolvesNothing_TrainingReportsItsSolves()
    {
        RunRecord run = Train(Short with { Steps = 20, Gamma = 1, Frequency = 1 });

        Assert.All(run.Steps.Take(10), step => Assert.True(double.IsNaN(step.ForwardEvaluations) && double.IsNaN(step.Penalty)));
        Assert.All(run.Steps.Skip(10), step =>
        {
            Assert.InRange(step.ForwardEvaluations, 1, Short.Solve.Limit);
            Assert.InRange(step.BackwardEvaluations, 1, Short.Solve.BackwardLimit);
            Assert.True(step.ForwardResidual > 0 && step.Penalty > 0 && step.GradientNorm > 0);
        });
        Assert.Equal(20 * 4 * 8, run.Steps[^1].Examples);
    }

    [Fact]
    public void Training_KeepsNoTensorAlive()
    {
        LanguageSettings settings = Short with { Steps = 5, PretrainSteps = 2, Gamma = 1, Frequency = 1 };
        Train(settings);
        GC.Collect();
        GC.WaitForPendingFinalizers();
        long before = Tensor.TotalCount;

        Train(settings with { Steps = 40 });

        GC.Collect();
        GC.WaitForPendingFinalizers();
        Assert.InRange(Tensor.TotalCount - before, long.MinValue, 10);
    }

    [Fact]
    public void LossThatIsNotFinite_StopsWithTheStep()
    {
        // A rate far beyond anything sensible overflows within a few steps.
        Exception exception = Assert.ThrowsAny<Exception>(() => Train(Short with { LearningRate = 1e30, Clip = 1e30, WarmUpSteps = 0 }));
        Assert.True(exception is TrainingFailedException { Step: > 0 }, exception.ToString());
    }

    [Theory]
    [InlineData(1, 0.1)]
    [InlineData(10, 1.0)]
    [InlineData(60, 0.51)]
    [InlineData(110, 0.02)]
    public void LearningRate_WarmsUpAndFollowsACosine(int step, double share)
    {
        Assert.Equal(3 * share, new LearningRate(3, 10, 110).At(step), 1e-12);
    }

    [Fact]
    public void LearningRateWithoutWarmUp_StartsAtTheLargest()
    {
        Assert.InRange(new LearningRate(3, 0, 1000).At(1), 2.99, 3);
    }

    private static RunRecord Train(LanguageSettings settings)
    {
        using LanguageTask task = SmallLanguage.Create(settings);
        return new TrainingLoop(task, settings.Training, new PlainView(TextWriter.Null)).Train();
    }
}
