using TorchSharp;
using static TorchSharp.torch;

namespace Deq.Samples.Mdeq;

/// <summary>
/// The multiscale equilibrium (Bai, Koltun, Kolter 2020): the states of all scales that the cell, given the injected image, no longer
/// changes, solved together. The figures below are those of the preset <c>quick</c>; the others are put over them at run time.
/// </summary>
[EquilibriumLayer]
[Solver("anderson", Memory = 6, MaxEvaluations = 8, Tolerance = 1e-2)]
[BackwardSolver("anderson", Memory = 6, MaxEvaluations = 6, Tolerance = 1e-2)]
[JacobianReg(gamma: 4.0, Frequency = 0.4)]
internal sealed partial class MultiscaleLayer : nn.Module<Tensor[], Tensor[]>
{
    private readonly MultiscaleCell cell;

    public MultiscaleLayer(MdeqSettings settings) : base(nameof(MultiscaleLayer))
    {
        cell = MultiscaleCell.Create(settings);
        RegisterComponents();
    }

    /// <param name="states">Scale i: B x C_i x H/2^i x W/2^i.</param>
    /// <param name="injected">The same shapes.</param>
    [Cell]
    private Tensor[] Step(Tensor[] states, Tensor[] injected) => cell.call(states, injected);

    [InitialState]
    private static Tensor[] Start(Tensor[] injected) => [.. injected.Select(scale => zeros_like(scale))];

    /// <summary>What is injected, computed once per solve.</summary>
    public Tensor[] Inject(Tensor features) => cell.Inject(features);

    /// <summary>One application of the cell.</summary>
    public Tensor[] Applied(Tensor[] states, Tensor[] injected) => Step(states, injected);

    /// <summary>The cell applied a number of times from zero and back-propagated through: pre-training, and the weight-tied twin.</summary>
    public Tensor[] Applied(int times, Tensor[] injected)
    {
        Tensor[] states = Start(injected);
        for (int i = 0; i < times; i++)
        {
            using DisposeScope application = NewDisposeScope();
            states = [.. Step(states, injected).Select(scale => scale.MoveToOuterDisposeScope())];
        }

        return states;
    }
}
