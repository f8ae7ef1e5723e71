using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Deq.Samples.Mdeq;

/// <summary>The means of all states over space, and one linear map.</summary>
internal sealed class PooledHead : nn.Module<Tensor[], Tensor>
{
    private readonly Linear linear;

    public PooledHead(MdeqSettings settings) : base(nameof(PooledHead))
    {
        linear = nn.Linear(settings.Channels.Sum(), settings.Classes);
        RegisterComponents();
    }

    public override Tensor forward(Tensor[] states) => linear.call(cat([.. states.Select(state => state.mean([2, 3]))], 1));
}
