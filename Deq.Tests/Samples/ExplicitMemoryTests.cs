using Deq.Samples.Images;
using Deq.Samples.Language;
using Deq.Samples.Mdeq;
using Deq.Samples.RevDeq;
using Deq.Samples.Transformer;
using TorchSharp;
using static TorchSharp.torch;

namespace Deq.Tests.Samples;

/// <summary>
/// The explicit models that an equilibrium is compared with by its memory hold what back-propagation needs, and nothing that a layer computed on its way: of each
/// layer at most its state, or one for each scale.
/// </summary>
public class ExplicitMemoryTests
{
    private static readonly ModelSettings Language = new() { Width = 16, Heads = 2, FeedForward = 24, Sequence = 8, Cutoffs = [] };

    private static readonly MdeqSettings Scales = new() { Input = new ImageShape(1, 8, 8), Channels = [4, 8], Groups = 2, Downsamplings = 0 };

    private static readonly RevDeqSettings Stages = new() { Input = new ImageShape(1, 8, 8), Channels = [4], Widths = [1], ChannelsPerGroup = 2, SmallStem = false };

    public static TheoryData<string> Models => ["transformer, tied", "transformer, stacked", "RevDEQ's cell, tied", "mdeq, tied", "mdeq, stacked", "residual mdeq, tied", "revdeq, tied", "revdeq, stacked"];

    [Theory]
    [MemberData(nameof(Models))]
    public void Layer_LeavesNoMoreThanItsStates(string model)
    {
        const int layers = 9;
        long[] alive = AliveBefore(model, layers);

        Assert.Equal(layers, alive.Length);
        Assert.InRange((alive[^1] - alive[1]) / (layers - 2.0), 0, model.Contains("mdeq") ? 2 : 1);
    }

    /// <summary>Tensors alive before each application of a cell, in a call on a tape.</summary>
    private static long[] AliveBefore(string model, int layers)
    {
        using DisposeScope scope = NewDisposeScope();
        manual_seed(1);
        ModelKind kind = model.EndsWith("tied", StringComparison.Ordinal) ? ModelKind.Tied : ModelKind.Stacked;
        nn.Module<Tensor, Tensor> built = model.Split(',')[0] switch
        {
            "transformer" => new LanguageModel(kind == ModelKind.Tied ? Language with { TiedLayers = layers } : Language with { StackedLayers = layers }, 20),
            "RevDEQ's cell" => new LanguageModel(Language with { Cell = Deq.Samples.Language.CellKind.RevDeq, TiedLayers = layers }, 20),
            "mdeq" => (Scales with { Kind = kind, Layers = layers }).Build(),
            "residual mdeq" => (Scales with { Kind = kind, Layers = layers, Cell = Deq.Samples.Mdeq.CellKind.Residual }).Build(),
            _ => (Stages with { Kind = kind, Layers = layers }).Build(),
        };
        var alive = new List<long>();
        void Count(nn.Module _) => alive.Add(Tensor.TotalCount);
        // A cell may stand in two places of one model.
        foreach (nn.Module module in built.modules().Distinct())
        {
            switch (module)
            {
                case TransformerCell cell: cell.register_forward_pre_hook(Count); break;
                case RevDeqCell cell: cell.register_forward_pre_hook(Count); break;
                case MultiscaleCell cell: cell.register_forward_pre_hook(Count); break;
                case StageCell cell: cell.register_forward_pre_hook(Count); break;
            }
        }

        built.call(built is LanguageModel ? zeros([2, 8], ScalarType.Int64) : zeros(2, 1, 8, 8));
        return [.. alive];
    }
}
