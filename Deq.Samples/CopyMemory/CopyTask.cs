using Deq.Samples.Training;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Deq.Samples.CopyMemory;

/// <summary>What a model of the copy-memory task is rebuilt from, and what it was trained on.</summary>
internal sealed record CopyDescription(CopyForm Form, SolveSettings Solve, int Delay, int TrainSequences, int Batch, int PretrainSteps) : IModelDescription
{
    public double LeastParameters()
    {
        double width = Form.Body.Width, lstm = Form.Lstm;
        return lstm > 0
            ? CopySequences.Alphabet * (width + lstm) + 4 * lstm * (width + lstm)
            : CopySequences.Alphabet * 2 * width + Form.Body.LeastBodyParameters();
    }

    public void Check()
    {
        if (Form.Lstm < 0) throw new SampleException($"an LSTM of width {Form.Lstm}");
        Form.Body.Check();
        Solve.Check();
    }
}

/// <summary>What a model makes of sequences that it was not trained on.</summary>
/// <param name="Loss">Mean cross-entropy over all positions, in nats.</param>
/// <param name="Recalled">The share of the ten symbols that are right.</param>
internal readonly record struct CopyFindings(double Loss, double Recalled);

/// <summary>A model of the copy-memory task in training.</summary>
internal sealed class CopyTask : TrainingTask
{
    public const string KindName = "copy-memory";

    /// <summary>Sequences that training is watched with.</summary>
    private const int Watched = 256;

    /// <summary>Sequences of a batch that is evaluated.</summary>
    private const int Rows = 64;

    /// <summary>Sequences at which the spectral radius is measured.</summary>
    private const int Probed = 2;

    // Vaswani et al. 2017, section 5.3. The gradients fall by orders of magnitude once the symbols are recalled: a mean of their squares over a
    // thousand steps remembers the large ones for most of the training, and the loss then stands still.
    private const double Beta1 = 0.9, Beta2 = 0.98;

    private readonly CopyDescription description;
    private readonly CopySequences train, test;
    private readonly EpochOrder order;
    private readonly Device device;

    /// <summary>Makes the model too; seed torch's generator first.</summary>
    public CopyTask(string name, CopyDescription description, int seed, Device device)
    {
        (Name, this.description, this.device) = (name, description, device);
        // Streams of their own: no test sequence follows from a training sequence's number.
        (train, test) = (new CopySequences(description.Delay, seed), new CopySequences(description.Delay, seed ^ int.MinValue));
        order = new EpochOrder(description.TrainSequences, description.Batch, seed);
        CopyModel = new CopyModel(description.Form);
        CopyModel.to(device);
    }

    public override string Name { get; }

    public override string Kind => KindName;

    public CopyModel CopyModel { get; }

    public override nn.Module Model => CopyModel;

    public override Measure Measure => Measure.CrossEntropy;

    public override string Unit => "sequences";

    public override object Description => description;

    /// <summary>What a model without memory reaches.</summary>
    public double MemorylessLoss => test.MemorylessLoss;

    public override OptimizerHelper CreateOptimizer(double learningRate) => optim.Adam(CopyModel.parameters(), learningRate, Beta1, Beta2);

    public override int PretrainSteps => description.Form.IsEquilibrium ? description.PretrainSteps : 0;

    public override BatchLoss NextBatch(int step)
    {
        CopyModel.UseStackedApplications(Solves(step) ? 0 : 2);
        (Tensor symbols, Tensor targets) = train.Of(order.Next(), device);
        return new BatchLoss(CopyModel.Loss(symbols, targets), description.Batch);
    }

    public override double Evaluate() => Examine(Watched).Loss;

    /// <summary>Loss and recall on the first test sequences, in eval mode.</summary>
    /// <exception cref="TrainingInterruptedException">Somebody asked to stop.</exception>
    public CopyFindings Examine(int count, CancellationToken stop = default)
    {
        bool training = CopyModel.training;
        CopyModel.eval();
        try
        {
            double loss = 0, right = 0;
            foreach (int[] rows in Enumerable.Range(0, count).Chunk(Rows))
            {
                TrainingInterruptedException.ThrowWhileEvaluating(stop);
                using DisposeScope scope = NewDisposeScope();
                (Tensor symbols, Tensor targets) = test.Of(rows, device);
                (double sum, double recalled) = CopyModel.Examine(symbols, targets);
                (loss, right) = (loss + sum, right + recalled);
            }

            return new CopyFindings(loss / ((double)count * test.Positions), right / ((double)count * CopySequences.Symbols));
        }
        finally
        {
            CopyModel.train(training);
        }
    }

    public override Action? Probe => !description.Form.IsEquilibrium || CopyModel.AppliesStacked ? null : () =>
    {
        using DisposeScope scope = NewDisposeScope();
        CopyModel.call(test.Of([.. Enumerable.Range(0, Probed)], device).Inputs);
    };

    public override void SaveState(BinaryWriter writer) => order.Save(writer);

    public override void LoadState(BinaryReader reader) => order.Load(reader);
}
