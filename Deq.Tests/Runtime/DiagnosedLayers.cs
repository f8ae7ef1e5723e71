using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Deq.Tests.Runtime;

/// <summary>A layer whose cell a test gives: any function of state and input.</summary>
[EquilibriumLayer]
internal sealed partial class Given : Module<Tensor, Tensor>
{
    private readonly Func<Tensor, Tensor, Tensor> cell;
    private readonly Parameter scale = new(ones(1, dtype: float64));

    public Given(Func<Tensor, Tensor, Tensor> cell, ScalarType type = ScalarType.Float64) : base(nameof(Given))
    {
        this.cell = cell;
        RegisterComponents();
        this.to(type);
    }

    [Cell] private Tensor Step(Tensor z, Tensor x) => cell(z, x) * scale;

    /// <summary>z A^T + x with a normal matrix of the given eigenvalues, each complex one with its conjugate.</summary>
    public static Given Linear(params (double Real, double Imaginary)[] eigenvalues)
    {
        var size = eigenvalues.Sum(e => e.Imaginary == 0 ? 1 : 2);
        var blocks = zeros(size, size, float64);
        var at = 0;
        foreach (var (real, imaginary) in eigenvalues)
        {
            blocks[at, at] = tensor(real, float64);
            if (imaginary != 0)
            {
                blocks[at + 1, at + 1] = tensor(real, float64);
                blocks[at, at + 1] = tensor(imaginary, float64);
                blocks[at + 1, at] = tensor(-imaginary, float64);
                at++;
            }
            at++;
        }
        var q = linalg.qr(randn(size, size, float64)).Q;
        var matrix = q.matmul(blocks).matmul(q.t()).t().DetachFromDisposeScope();
        return new((z, x) => z.matmul(matrix) + x);
    }
}

/// <summary>Two inputs and an array of states, whose number an input decides.</summary>
[EquilibriumLayer]
[Solver("broyden", MaxEvaluations = 40)]
internal sealed partial class Scales() : Module<Tensor, Tensor, Tensor[]>(nameof(Scales))
{
    [Cell] private Tensor[] Step(Tensor[] states, Tensor x, Tensor y) => [.. states.Select((z, i) => (z * 0.5 + x * (i + 1) + y).tanh())];

    [InitialState] private Tensor[] Start(Tensor x, Tensor y) => [zeros_like(x), zeros_like(x), zeros_like(y)];
}

/// <summary>A tuple of states of different shapes that two inputs feed.</summary>
[EquilibriumLayer]
[Gradient("neumann")]
internal sealed partial class Twins : Module<Tensor, Tensor, (Tensor Wide, Tensor Narrow)>
{
    private readonly Linear down, up;

    public Twins() : base(nameof(Twins))
    {
        down = Linear(6, 3, dtype: float64);
        up = Linear(3, 6, dtype: float64);
        RegisterComponents();
    }

    [Cell] private (Tensor Wide, Tensor Narrow) Step(Tensor wide, Tensor narrow, Tensor x, Tensor y) => ((up.call(narrow) * 0.5 + x).tanh(), (down.call(wide) * 0.5 + y).tanh());

    [InitialState] private (Tensor Wide, Tensor Narrow) Start(Tensor x, Tensor y) => (zeros_like(x), zeros_like(y));
}

/// <summary>A reversible layer whose cell works on states of any shape.</summary>
[EquilibriumLayer]
[Reversible(beta: 0.7)]
internal sealed partial class OneNumber() : Module<Tensor, Tensor>(nameof(OneNumber))
{
    [Cell] private Tensor Step(Tensor z, Tensor x) => (z * 0.5 + x).tanh();
}
