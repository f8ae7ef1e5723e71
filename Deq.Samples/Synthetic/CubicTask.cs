using Deq.Samples.Training;
using Deq.Solvers;
using TorchSharp;
using static TorchSharp.torch;

namespace Deq.Samples.Synthetic;

/// <summary>What a checkpoint of the regression says.</summary>
/// <param name="Hidden">Hidden units.</param>
/// <param name="Term">The target's sign of 5x.</param>
/// <param name="Batch">Pairs of a step.</param>
/// <param name="Gamma">Weight of the penalty.</param>
/// <param name="Limit">Most evaluations of a solve, and products of the adjoint's.</param>
internal sealed record CubicDescription(int Hidden, LinearTerm Term, int Batch, double Gamma, int Limit = CubicLayer.PaperLimit) : IModelDescription
{
    public double LeastParameters() => 4.0 * Hidden;

    public void Check()
    {
        if (Hidden < 1) throw new SampleException($"--hidden {Hidden} is not 1 at the least");
        if (Limit < 1) throw new SampleException($"--limit {Limit} is not 1 at the least");
    }
}

/// <summary>What the paper's figure and table say of a trained model.</summary>
/// <param name="Error">Mean squared error on the validation pairs, by the trained limits.</param>
/// <param name="Slope">Mean |df/dz| at the equilibrium.</param>
/// <param name="Iterations">Plain fixed-point iterations from 0 to a relative residual of 1e-3, mean over the pairs.</param>
/// <param name="Solved">Share of the validation pairs whose solve converges within the trained limit.</param>
internal readonly record struct CubicFindings(double Error, double Slope, double Iterations, double Solved);

/// <summary>The regression with its pairs.</summary>
internal sealed class CubicTask : TrainingTask
{
    public const string KindName = "synthetic";

    private const double IterationTolerance = 1e-3;

    /// <summary>Plain iterations at most.</summary>
    public const int MostIterations = 200;

    private readonly CubicLayer layer;
    private readonly CubicDescription description;
    private readonly CubicPairs train, validation;
    private readonly EpochOrder order;
    private readonly Device device;

    public CubicTask(CubicDescription description, int seed, Device? device = null)
    {
        this.description = description;
        this.device = device ?? CPU;
        layer = new CubicLayer(description.Hidden).to(this.device);
        layer.Options = layer.Options with { MaxEvaluations = description.Limit, BackwardMaxEvaluations = description.Limit };
        (train, validation) = CubicPairs.Draw(description.Term, seed);
        order = new EpochOrder(train.Count, description.Batch, seed);
    }

    public override string Name => FormattableString.Invariant($"gamma {description.Gamma}");

    public override string Kind => KindName;

    public override nn.Module Model => layer;

    public CubicLayer Layer => layer;

    public override Measure Measure => Measure.SquaredError;

    public override string Unit => "pairs";

    public override object Description => description;

    public override BatchLoss NextBatch(int step)
    {
        (Tensor x, Tensor y) = train.Batch(order.Next(), device);
        return new BatchLoss(nn.functional.mse_loss(layer.call(x), y), description.Batch);
    }

    public override double Evaluate() => Untrained(() =>
    {
        (Tensor x, Tensor y) = Validation();
        return nn.functional.mse_loss(layer.call(x), y).ToDouble();
    });

    /// <summary>Error, slope and iterations over all validation pairs.</summary>
    public CubicFindings Examine()
    {
        double error = Evaluate();
        double solved = layer.Statistics.Forward!.Outcomes.Average(outcome => outcome == SolveOutcome.Converged ? 1.0 : 0);
        return Untrained(() =>
        {
            (Tensor x, _) = Validation();
            EquilibriumResult<Tensor> plain = layer.Solve(x, options: new EquilibriumOptions { Solver = new Picard(), MaxEvaluations = MostIterations, Tolerance = IterationTolerance, OnFailure = OnFailure.Report });
            double iterations = plain.Statistics.Forward!.SampleEvaluations.Average();
            return new CubicFindings(error, Slopes(Equilibrium(x), x).abs().mean().ToDouble(), iterations, solved);
        });
    }

    /// <summary>z*, solved for closely whatever the trained limit is.</summary>
    /// <param name="x">n x 1.</param>
    public Tensor Equilibrium(Tensor x) => layer.Solve(x, options: new EquilibriumOptions { Solver = new Anderson(), MaxEvaluations = MostIterations, Tolerance = 1e-5 }).Value;

    /// <summary>df/dz at every pair: with one scalar a sample, the gradient of the sum is the diagonal.</summary>
    public Tensor Slopes(Tensor z, Tensor x)
    {
        using IDisposable taped = enable_grad();
        Tensor at = z.detach().requires_grad_(true);
        return autograd.grad([layer.Step(at, x).sum()], [at])[0];
    }

    public override Action? Probe => () =>
    {
        const int samples = 16;
        (Tensor x, _) = validation.Batch([.. Enumerable.Range(0, samples)], device);
        layer.call(x);
    };

    public override void SaveState(BinaryWriter writer) => order.Save(writer);

    public override void LoadState(BinaryReader reader) => order.Load(reader);

    private (Tensor X, Tensor Y) Validation() => validation.Batch([.. Enumerable.Range(0, validation.Count)], device);

    /// <summary>In eval mode, on no tape, and back in the mode that was.</summary>
    private T Untrained<T>(Func<T> measure)
    {
        bool training = layer.training;
        layer.eval();
        try
        {
            using DisposeScope scope = NewDisposeScope();
            using IDisposable untaped = no_grad();
            return measure();
        }
        finally
        {
            layer.train(training);
        }
    }
}
