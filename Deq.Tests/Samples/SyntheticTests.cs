using Deq.Samples.Commands;
using Deq.Samples.Progress;
using Deq.Samples.Report;
using Deq.Samples.Synthetic;
using Deq.Samples.Training;
using TorchSharp;
using static TorchSharp.torch;

namespace Deq.Tests.Samples;

public class SyntheticTests
{
    [Fact]
    public void Layer_HasThePapers200Parameters_AndTheShapeOfItsInput()
    {
        using var layer = new CubicLayer();
        using Tensor z = layer.call(randn(7, 1));

        Assert.Equal(200, layer.parameters().Sum(parameter => parameter.numel()));
        Assert.Equal([7, 1], z.shape);
    }

    [Fact]
    public void Gradient_EqualsFiniteDifferences()
    {
        manual_seed(3);
        using CubicLayer layer = new CubicLayer(hidden: 6).to(ScalarType.Float64);
        layer.Options = new EquilibriumOptions { MaxEvaluations = 200, Tolerance = 1e-13, BackwardMaxEvaluations = 200, BackwardTolerance = 1e-13 };
        using Tensor x = tensor(new[] { -1.3, 0.4, 1.7 }, [3, 1]);
        double Loss()
        {
            using IDisposable untaped = no_grad();
            using Tensor value = layer.call(x).square().sum();
            return value.ToDouble();
        }

        layer.call(x).square().sum().BackwardOrThrow();

        const double h = 1e-6;
        foreach ((string name, var parameter) in layer.named_parameters())
        {
            double[] gradient = [.. parameter.grad!.reshape(-1).data<double>().ToArray()];
            using Tensor flat = parameter.detach().reshape(-1);
            for (int i = 0; i < gradient.Length; i++)
            {
                double kept = flat[i].ToDouble();
                flat[i] = kept + h;
                double above = Loss();
                flat[i] = kept - h;
                double below = Loss();
                flat[i] = kept;
                // Central differences err by h^2 and by the rounding of the loss over h.
                Assert.True(Math.Abs((above - below) / (2 * h) - gradient[i]) < 1e-6 * (1 + Math.Abs(gradient[i])), $"{name}[{i}]");
            }
        }
    }

    [Theory]
    [InlineData(false, 1.5 + 1 - 5 - 3)]
    [InlineData(true, 1.5 + 1 + 5 - 3)]
    public void Target_HasTheSignThatIsAskedFor(bool plus, double withoutSine)
    {
        Assert.Equal(withoutSine + 2 * Math.Sin(1), CubicPairs.Target(1, plus ? LinearTerm.Plus : LinearTerm.Minus), 1e-12);
    }

    [Fact]
    public void Pairs_AreThePapersNumberWithItsNoise()
    {
        (CubicPairs train, CubicPairs validate) = CubicPairs.Draw(LinearTerm.Minus, seed: 1);

        Assert.Equal((4096, 1000), (train.Count, validate.Count));
        Assert.All(train.X, x => Assert.InRange(x, -2, 2));
        double[] noise = [.. train.X.Zip(train.Y, (x, y) => y - CubicPairs.Target(x, LinearTerm.Minus))];
        // The variance of 4096 normal draws lies within four standard errors of its value: 4 sqrt(2 / 4096) = 0.088 of it.
        Assert.InRange(noise.Average(d => d * d), 0.05 * 0.91, 0.05 * 1.09);
        Assert.NotEqual(train.Y[..1000], validate.Y);
        Assert.Equal(train.Y, CubicPairs.Draw(LinearTerm.Minus, seed: 1).Train.Y);
    }

    [Fact]
    public void ShortTraining_ComesNearTheNoise_AndThePenaltyFlattensTheJacobian()
    {
        CubicFindings[] findings = [.. new double[] { 0, 4 }.Select(gamma => Train(gamma, epochs: 15).Task.Examine())];

        // 0.05 is the noise, above 3 the target's variance. Without the penalty the solve is not stable this early: only its slope counts.
        Assert.InRange(findings[1].Error, 0.03, 0.5);
        Assert.InRange(findings[0].Error, 0.03, 3);
        Assert.True(findings[1].Slope < 0.6 * findings[0].Slope, $"|J| {findings[0].Slope} and {findings[1].Slope}");
        Assert.True(findings[1].Iterations < findings[0].Iterations, $"iterations {findings[0].Iterations} and {findings[1].Iterations}");
    }

    [Fact]
    public void EquilibriumOnTheSurface_IsItsOwnImage()
    {
        CubicTask task = Train(gamma: 1, epochs: 2).Task;

        Surface surface = Surface.Of(task);

        using var x = tensor(surface.X.Select(value => (float)value).ToArray(), [surface.X.Length, 1]);
        using var z = tensor(surface.Equilibrium.Select(value => (float)value).ToArray(), [surface.X.Length, 1]);
        using Tensor image = task.Layer.Step(z, x);
        Assert.All(image.data<float>().ToArray().Zip(surface.Equilibrium), pair => Assert.Equal(pair.Second, pair.First, 1e-3));
        // f is straight along z but for its kinks: between two lines without one, both ends have the slope of the difference, and at most one of the
        // hidden units' 50 kinks lies between two of the 33 lines on average.
        double step = surface.Z[1] - surface.Z[0];
        int straight = 0;
        for (int i = 0; i < 33; i++)
        {
            for (int j = 0; j < 32; j++)
            {
                double difference = (surface.Heights[i, j + 1] - surface.Heights[i, j]) / step, below = surface.Slopes[i, j], above = surface.Slopes[i, j + 1];
                if (Math.Abs(below - above) > 1e-6) continue;
                straight++;
                Assert.Equal(below, Math.Abs(difference), 1e-3 * (1 + below));
            }
        }

        Assert.InRange(straight, 33 * 4, 33 * 32);
        Assert.True(surface.Slopes.Cast<double>().Select(slope => Math.Round(slope, 4)).Distinct().Count() > 5);
    }

    /// <summary>What the table says of a model, from its weights in plain loops: z by plain iteration, |df/dz| there, and how many iterations that takes.</summary>
    [Fact]
    public void Findings_AreThoseOfTheModelWrittenOut()
    {
        CubicTask task = Train(gamma: 4, epochs: 3, limit: 60).Task;
        Dictionary<string, Tensor> weights = task.Layer.state_dict();
        float[] Part(string name) => weights[name].cpu().data<float>().ToArray();
        float[] w1 = Part("state.weight"), u = Part("input.weight"), b = Part("input.bias"), w2 = Part("output.weight");
        (double Value, double Slope) F(double z, double x)
        {
            double value = 0, slope = 0;
            for (int i = 0; i < w1.Length; i++)
            {
                double inner = w1[i] * z + u[i] * x + b[i];
                if (inner > 0) (value, slope) = (value + w2[i] * inner, slope + w2[i] * w1[i]);
            }

            return (value, slope);
        }

        CubicPairs pairs = CubicPairs.Draw(LinearTerm.Minus, new SyntheticSettings().Seed).Validate;
        double error = 0, slopes = 0, iterations = 0;
        for (int i = 0; i < pairs.Count; i++)
        {
            double z = 0, x = pairs.X[i];
            int evaluations = 0;
            // As the residual is defined: ||f(z) - z|| / ||f(z)||, of the value that is then returned.
            for (double last = double.NaN; evaluations < 200;)
            {
                last = z;
                z = F(z, x).Value;
                evaluations++;
                if (Math.Abs(z - last) <= 1e-3 * Math.Abs(z)) break;
            }

            iterations += evaluations;
            for (int more = 0; more < 300; more++) z = F(z, x).Value;
            error += (z - pairs.Y[i]) * (z - pairs.Y[i]);
            slopes += Math.Abs(F(z, x).Slope);
        }

        CubicFindings found = task.Examine();

        Assert.Equal(slopes / pairs.Count, found.Slope, 2e-3);
        Assert.Equal(iterations / pairs.Count, found.Iterations, 0.1);
        // The solves end at a relative residual of 1e-3.
        Assert.Equal(error / pairs.Count, found.Error, 0.01 * error / pairs.Count);
        Assert.Equal(1, found.Solved);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(2)]
    public void Resumed_EqualsNeverStopped_BitForBit(double gamma)
    {
        const int steps = 50, stopAt = 25;
        using var folder = new TemporaryFolder();
        (byte[] Parameters, StepRecord[] Steps) Through(string file, bool resume = false, int? until = null)
        {
            SyntheticSettings settings = new();
            manual_seed(settings.Seed);
            using var task = new CubicTask(new CubicDescription(settings.Hidden, settings.Term, settings.Batch, gamma), settings.Seed);
            // What a new process would not have: another state of the generator.
            if (resume) manual_seed(12345);
            using var stop = new CancellationTokenSource();
            TrainingSettings training = settings.Training(gamma) with { Steps = steps };
            RunRecord run = new TrainingLoop(task, training, new StoppingView(until, stop), new CheckpointPlan(folder.File(file), resume), stop.Token).Train();
            return ([.. task.Model.state_dict().Values.SelectMany(tensor => tensor.bytes.ToArray())], [.. run.Steps]);
        }

        (byte[] through, StepRecord[] whole) = Through("through.deq");
        Assert.Throws<TrainingInterruptedException>(() => Through("resumed.deq", until: stopAt));
        (byte[] resumed, StepRecord[] all) = Through("resumed.deq", resume: true);

        Assert.Equal(through, resumed);
        Assert.Equal(steps, all.Length);
        Assert.Equal(
            whole.Select(step => (step.Step, step.Examples, step.Loss, step.GradientNorm, step.Penalty, step.ForwardEvaluations)),
            all.Select(step => (step.Step, step.Examples, step.Loss, step.GradientNorm, step.Penalty, step.ForwardEvaluations)));
        Assert.Equal(gamma > 0, all.Skip(stopAt).Any(step => double.IsFinite(step.Penalty)));
    }

    [Fact]
    public void Command_WritesCheckpointsReportAndFigures()
    {
        using var folder = new TemporaryFolder();
        var output = new StringWriter();
        var error = new StringWriter();

        int code = SampleProgram.Run(["synthetic", "train", "--epochs", "1", "--gamma", "0,2", "--out", folder.Path], output, error);

        Assert.Equal((0, ""), (code, error.ToString()));
        Assert.Contains("mean |J|", output.ToString());
        Assert.Contains("iterations to 1e-3", output.ToString());
        Assert.Equal(["gamma-0.deq", "gamma-2.deq", "report.html"], Directory.GetFiles(folder.Path).Select(Path.GetFileName).Order());
        string[] figures = [.. Directory.GetFiles(folder.File("figures")).Select(file => Path.GetFileName(file)).Order()];
        Assert.Contains("surface-gamma-0.svg", figures);
        Assert.Contains("surface-gamma-2.svg", figures);
        Assert.Contains("residual.svg", figures);
        Assert.All(figures, figure => Assert.Equal("svg", System.Xml.Linq.XDocument.Load(folder.File($"figures/{figure}")).Root!.Name.LocalName));
        Assert.Equal(2, File.ReadAllText(folder.File("report.html")).Split("class=\"equilibrium\"").Length - 1);
    }

    [Fact]
    public void Command_WithoutGamma_TrainsThePapersFour()
    {
        using var folder = new TemporaryFolder();
        var error = new StringWriter();

        int code = SampleProgram.Run(["synthetic", "train", "--epochs", "1", "--batch", "2048", "--out", folder.Path], TextWriter.Null, error);

        Assert.Equal((0, ""), (code, error.ToString()));
        Assert.Equal(["gamma-0.deq", "gamma-1.deq", "gamma-2.deq", "gamma-4.deq"], Directory.GetFiles(folder.Path, "*.deq").Select(Path.GetFileName).Order());
    }

    /// <summary>Without the penalty a training may well diverge: what the others show is not lost for it.</summary>
    [Fact]
    public void TrainingThatDiverges_LeavesTheOthersAndTheReport_AndEndsTheRunWithItsReason()
    {
        using var folder = new TemporaryFolder();
        var output = new StringWriter();
        var settings = new SyntheticSettings { Gammas = [0, 2], Epochs = 1, LearningRate = 1e12, Clip = 1e30, Output = folder.Path };

        var failure = Assert.Throws<TrainingFailedException>(() => new SyntheticRun(settings, new PlainView(output)).Run("deq-samples", []));

        Assert.StartsWith("gamma 0: training ended at step", failure.Message);
        Assert.Contains("gamma 2: training ended at step", output.ToString());
        Assert.Contains("gamma 0, stopped at step", File.ReadAllText(folder.File("report.html")));
    }

    private static (CubicTask Task, RunRecord Run) Train(double gamma, int epochs, int limit = CubicLayer.PaperLimit)
    {
        SyntheticSettings settings = new() { Epochs = epochs };
        manual_seed(settings.Seed);
        var task = new CubicTask(new CubicDescription(settings.Hidden, settings.Term, settings.Batch, gamma, limit), settings.Seed);
        return (task, new TrainingLoop(task, settings.Training(gamma), new PlainView(TextWriter.Null)).Train());
    }
}
