using Deq.Modules;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Deq.Samples.Trellis;

/// <summary>
/// A causal convolution whose weights themselves are dropped (DropConnect: Wan et al. 2013, in recurrent networks Merity et al. 2018), one mask a
/// solve. As in TrellisNet, the taps of earlier positions are dropped and the present's stays; of a weight-normalised kernel it is the direction.
/// </summary>
internal sealed class DropConnectConv1d : nn.Module<Tensor, Tensor>
{
    /// <summary>Under a row's norm: one that is dropped altogether must be zero, and not 0/0.</summary>
    private const double SmallestNorm = 1e-12;

    private readonly Parameter? weight, weight_g, weight_v, bias;
    private readonly VariationalDropout dropout;
    private readonly long dilation;

    /// <summary>Starts as a <c>Conv1d</c> does.</summary>
    public DropConnectConv1d(long inputs, long outputs, long kernel, long dilation, bool hasBias, bool weightNorm, double probability) : base(nameof(DropConnectConv1d))
    {
        this.dilation = dilation;
        dropout = new VariationalDropout(probability);
        using (Conv1d plain = nn.Conv1d(inputs, outputs, kernel, bias: hasBias))
        using (no_grad())
        {
            Parameter start = new(plain.weight!.detach().clone());
            if (weightNorm) (weight_v, weight_g) = (start, new Parameter(linalg.vector_norm(start.detach(), 2, [1, 2], true)));
            else weight = start;
            if (hasBias) bias = new Parameter(plain.bias!.detach().clone());
        }

        RegisterComponents();
    }

    /// <param name="input">B x C x L.</param>
    /// <returns>B x out x L less what the taps reach.</returns>
    public override Tensor forward(Tensor input)
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor kept = Dropped(weight_v ?? weight!);
        if (weight_g is not null) kept = kept * (weight_g / linalg.vector_norm(kept, 2, [1, 2], true).clamp_min(SmallestNorm));
        return nn.functional.conv1d(input, kept, bias, dilation: dilation).MoveToOuterDisposeScope();
    }

    private Tensor Dropped(Tensor whole)
    {
        long earlier = whole.shape[2] - 1;
        return earlier == 0 ? dropout.call(whole) : cat([dropout.call(whole.narrow(2, 0, earlier)), whole.narrow(2, earlier, 1)], 2);
    }
}
