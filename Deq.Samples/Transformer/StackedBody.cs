using Deq.Samples.Language;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Deq.Samples.Transformer;

/// <summary>The explicit twin: layers of the same kind, each with weights of its own, applied one after the other.</summary>
internal sealed class StackedBody : SequenceBody
{
    private readonly ModuleList<Layer> layers;
    private readonly int width, remembered;

    public StackedBody(ModelSettings settings) : base(nameof(StackedBody))
    {
        (width, remembered) = (settings.Width, settings.Memory);
        // Without an injection, a layer's first residual can only start from its state.
        ModelSettings each = settings with { Residual = FirstResidual.State };
        layers = new ModuleList<Layer>([.. Enumerable.Range(0, settings.StackedLayers).Select(_ => new Layer(each))]);
        RegisterComponents();
    }

    public override Tensor Read(Tensor words, Tensor? memory, out Tensor? next)
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor state = words;
        var inputs = new List<Tensor>();
        foreach (Layer layer in layers)
        {
            // Each layer remembers what it was given (Transformer-XL, section 3.2).
            Tensor? before = memory?.narrow(-1, (long)width * inputs.Count, width);
            inputs.Add(state);
            state = layer.Read(state, before);
        }

        next = Remember(remembered, memory, [.. inputs])?.MoveToOuterDisposeScope();
        return state.MoveToOuterDisposeScope();
    }

    private sealed class Layer : nn.Module<Tensor, Tensor>
    {
        private readonly RelativePositions positions;
        private readonly TransformerCell cell;

        public Layer(ModelSettings settings) : base(nameof(Layer))
        {
            positions = new RelativePositions(settings.Width, settings.Heads, settings.WeightNorm);
            cell = new TransformerCell(settings);
            RegisterComponents();
        }

        public Tensor Read(Tensor state, Tensor? before)
        {
            using DisposeScope scope = NewDisposeScope();
            Tensor distances = positions.call((before?.shape[1] ?? 0) + state.shape[1]);
            return cell.call(state, new BlockInputs(state, null, distances, before is null ? null : cell.Remembered(before, null))).MoveToOuterDisposeScope();
        }

        public override Tensor forward(Tensor state) => Read(state, null);
    }
}
