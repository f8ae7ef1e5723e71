using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Deq.Modules;

/// <summary>
/// Weight normalisation, W = g v/||v|| per output row (Salimans and Kingma 2016): the norm of every row is a parameter of its own, which
/// keeps training of equilibrium models stable (JR figure 3). W is computed once per solve.
/// </summary>
public abstract class WeightNorm : nn.Module<Tensor, Tensor>, IPerSolve
{
    // The names under which PyTorch keeps the two in a state_dict.
    private readonly Parameter weight_g;
    private readonly Parameter weight_v;
    private readonly Parameter? bias;
    private readonly SolveCache normalized = new();
    private readonly long[] rowDims;

    /// <summary>Takes over the weight and bias of a plain module, as v and g = ||v||: the two compute the same.</summary>
    /// <param name="name">The module's name.</param>
    /// <param name="weight">out x ....</param>
    /// <param name="bias">out, or null.</param>
    private protected WeightNorm(string name, Tensor weight, Tensor? bias) : base(name)
    {
        ArgumentNullException.ThrowIfNull(weight);
        rowDims = [.. Enumerable.Range(1, (int)weight.dim() - 1).Select(d => (long)d)];
        using var untaped = no_grad();
        weight_v = new Parameter(weight.detach().clone());
        weight_g = new Parameter(linalg.vector_norm(weight.detach(), 2, rowDims, true));
        this.bias = bias is null ? null : new Parameter(bias.detach().clone());
        RegisterComponents();
    }

    /// <summary>The bias, or null.</summary>
    protected Parameter? Bias => bias;

    /// <summary>W = g v/||v||, out x ...; within a solve, the one tensor of that solve.</summary>
    public Tensor Weight => normalized.Get(() => weight_v * (weight_g / linalg.vector_norm(weight_v, 2, rowDims, true)));

    /// <inheritdoc/>
    public void BeginSolve() => normalized.Begin();

    /// <inheritdoc/>
    public void BeginRepetition(object? snapshot) => normalized.BeginRepetition(null);

    /// <inheritdoc/>
    public object? Snapshot() => null;

    /// <inheritdoc/>
    public void EndSolve() => normalized.End();
}
