using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Deq.Modules;

/// <summary>
/// Spectral normalisation, W/sigma(W) with sigma the largest singular value of W as an out x (...) matrix (Miyato, Kataoka, Koyama, Yoshida
/// 2018): the map of the weight alone is 1-Lipschitz. sigma = u^T W v by one power iteration per solve on vectors that are kept.
/// </summary>
/// <remarks>The iteration runs in training; eval mode takes the vectors as they are. Outside a solve every evaluation is one.</remarks>
public abstract class SpectralNorm : nn.Module<Tensor, Tensor>, IPerSolve
{
    // A first estimate good to some percent, so that the first solve meets no weight that is far too large.
    private const int FirstIterations = 15;

    // The names under which PyTorch's spectral_norm keeps them in a state_dict.
    private readonly Parameter weight_orig;
    private readonly Parameter? bias;
    private readonly SolveCache normalized = new();

    /// <summary>Takes over the weight and bias of a plain module.</summary>
    /// <param name="name">The module's name.</param>
    /// <param name="weight">out x ....</param>
    /// <param name="bias">out, or null.</param>
    private protected SpectralNorm(string name, Tensor weight, Tensor? bias) : base(name)
    {
        ArgumentNullException.ThrowIfNull(weight);
        using var untaped = no_grad();
        weight_orig = new Parameter(weight.detach().clone());
        this.bias = bias is null ? null : new Parameter(bias.detach().clone());
        RegisterComponents();
        using var matrix = weight.detach().flatten(1);
        register_buffer("weight_u", Unit(randn(matrix.shape[0], matrix.dtype, matrix.device)).DetachFromDisposeScope());
        register_buffer("weight_v", Unit(randn(matrix.shape[1], matrix.dtype, matrix.device)).DetachFromDisposeScope());
        for (var k = 0; k < FirstIterations; k++) Iterate();
    }

    /// <summary>The bias, or null.</summary>
    protected Parameter? Bias => bias;

    /// <summary>W/sigma(W), out x ...; within a solve, the one tensor of that solve.</summary>
    public Tensor Weight
    {
        get
        {
            if (training && !normalized.InSolve) Iterate();
            return normalized.Get(Normalize);
        }
    }

    /// <inheritdoc/>
    public void BeginSolve()
    {
        if (training && !normalized.InSolve) Iterate();
        normalized.Begin();
    }

    /// <inheritdoc/>
    public void BeginRepetition(object? snapshot) => normalized.BeginRepetition(snapshot);

    /// <inheritdoc/>
    public object? Snapshot() => Current();

    /// <inheritdoc/>
    public void EndSolve() => normalized.End();

    private Tensor Normalize()
    {
        // Copies: the next iteration changes the buffers, and this graph may still be waiting for its backward pass.
        var (u, v) = Current();
        return weight_orig / u.dot(weight_orig.flatten(1).mv(v));
    }

    private (Tensor U, Tensor V) Current() => normalized.Repeated is ValueTuple<Tensor, Tensor> pair ? pair :
        (get_buffer("weight_u")!.clone().DetachFromDisposeScope(), get_buffer("weight_v")!.clone().DetachFromDisposeScope());

    private void Iterate()
    {
        using var scope = NewDisposeScope();
        using var untaped = no_grad();
        Tensor matrix = weight_orig.flatten(1), u = get_buffer("weight_u")!, v = get_buffer("weight_v")!;
        v.copy_(Unit(matrix.t().mv(u)));
        u.copy_(Unit(matrix.mv(v)));
    }

    // A zero matrix has no direction: the vector stays short instead of becoming NaN.
    private static Tensor Unit(Tensor vector) => vector / vector.norm().clamp_min(1e-12);
}
