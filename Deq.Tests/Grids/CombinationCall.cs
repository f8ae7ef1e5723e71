using Deq.Modules;
using Deq.Tests.Runtime;
using TorchSharp;
using static TorchSharp.torch;

namespace Deq.Tests.Grids;

/// <summary>A call of the combination grid, and the gradient of loss and penalty in the input and every parameter.</summary>
internal sealed class CombinationCall
{
    // Fewer than sixteen numbers: torch then draws the same normal ones in every type.
    public const int Batch = 3, Size = 5;
    public const int DrawSeed = 32;
    public const double DropoutRate = 0.25;

    public CombinationCall(string regulariser, EquilibriumOptions options, ScalarType type)
    {
        using var scope = NewDisposeScope();
        manual_seed(31);
        Tensor Drawn() => randn(Batch, Size, ScalarType.Float64).to(ScalarType.BFloat16);
        Tensor x = Drawn().to(type).requires_grad_(), weights = Drawn().to(type);
        using var module = new Cell(regulariser);
        // The same weights in every type.
        module.to(ScalarType.BFloat16);
        module.to(type);
        manual_seed(DrawSeed);
        (Regulariser, Settings) = (regulariser, Regularised(options, regulariser));
        Tensor start = zeros(Batch, Size, type), at = start;
        Tensor Step(Tensor z)
        {
            if (is_grad_enabled()) at = z.detach().clone().DetachFromDisposeScope();
            return module.Step(z, x);
        }
        var result = options.Beta is null
            ? Equilibrium.Solve(Step, start, Settings, module)
            : Equilibrium.SolveReversible((z, inputs) => module.Step(z, inputs[0]), start, [x], Settings, module);
        Assert.Equal(type, result.Value.dtype);
        var loss = (result.Value * weights).sum();
        if (Settings.JacobianGamma is not null && Settings.JacobianAttach != true) loss = loss + result.JacobianPenalty!;
        loss.BackwardOrThrow();
        Tensor?[] gradients = [x.grad, .. module.parameters().Select(p => p.grad)];
        Value = Kept(result.Value);
        Gradient = cat([.. gradients.Select(g => g!.to(ScalarType.Float64).flatten())]).MoveToOuterDisposeScope();
        Penalty = result.JacobianPenalty?.to(ScalarType.Float64).item<double>();
        (X, Weights, At) = (Kept(x), Kept(weights), Kept(at));
        Parameters = [.. module.named_parameters().Select(p => (p.name, Kept(p.parameter)))];
        Buffers = module.named_buffers().ToDictionary(b => b.name, b => Kept(b.buffer));
    }

    public string Regulariser { get; }
    public EquilibriumOptions Settings { get; }
    public Tensor Value { get; }
    public Tensor Gradient { get; }
    public double? Penalty { get; }
    public Tensor X { get; }
    public Tensor Weights { get; }

    /// <summary>Where the tape was recorded, of calls that record one evaluation.</summary>
    public Tensor At { get; }

    public IReadOnlyList<(string Name, Tensor Value)> Parameters { get; }
    public Dictionary<string, Tensor> Buffers { get; }

    private static Tensor Kept(Tensor t) => t.detach().clone().to(ScalarType.Float64).MoveToOuterDisposeScope();

    private static EquilibriumOptions Regularised(EquilibriumOptions options, string regulariser) => regulariser switch
    {
        "penalty" or "all" => options with { JacobianGamma = 2, JacobianProbes = 2 },
        "penalty, attached" => options with { JacobianGamma = 2, JacobianAttach = true, PenaltyWeight = 0.5 },
        "penalty, through the state" => options with { JacobianGamma = 2, JacobianThroughState = true },
        _ => options,
    };

    private sealed class Cell : nn.Module
    {
        private readonly nn.Module<Tensor, Tensor> first, second;
        private readonly VariationalDropout dropout;

        public Cell(string regulariser) : base(nameof(Cell))
        {
            var all = regulariser == "all";
            first = all || regulariser == "weight norm" ? new WeightNormLinear(Size, Size, dtype: ScalarType.Float64) : nn.Linear(Size, Size, dtype: ScalarType.Float64);
            second = all || regulariser == "spectral norm" ? new SpectralNormLinear(Size, Size, dtype: ScalarType.Float64) : nn.Linear(Size, Size, dtype: ScalarType.Float64);
            dropout = new(all || regulariser == "dropout" ? DropoutRate : 0);
            RegisterComponents();
        }

        public Tensor Step(Tensor z, Tensor x) => (first.call(dropout.call(z)) * 0.6 + second.call(x.tanh()) + second.call(z) * 0.3).tanh();
    }
}
