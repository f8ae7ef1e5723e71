using Deq.Samples.Language;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Deq.Samples.Trellis;

/// <summary>
/// A TrellisNet over a sequence of vectors: its equilibrium, or applications of its layer, or several layers with weights of their own. What the
/// inputs add to the gates is computed once.
/// </summary>
internal sealed class TrellisBody : SequenceBody
{
    private readonly ModuleList<Layer> layers;
    private readonly Linear? output;
    private readonly int width, hidden, reach;
    private readonly bool stacked, remembers;

    public TrellisBody(ModelSettings settings, TrellisSettings form) : base(nameof(TrellisBody))
    {
        (width, hidden, reach, stacked, remembers) = (settings.Width, form.Hidden, form.Reach, settings.StackedLayers > 0, settings.Memory > 0);
        if (remembers && reach == 0) throw new SampleException("--kernel 1 sees one position, so there is nothing to remember: leave --memory out");
        layers = new ModuleList<Layer>([.. Enumerable.Range(0, Math.Max(1, settings.StackedLayers)).Select(i => new Layer(settings, form, stacked && i == 0))]);
        if (hidden < width) output = nn.Linear(hidden, width);
        RegisterComponents();
    }

    /// <param name="words">B x T x D.</param>
    /// <param name="memory">The last positions, as far as a convolution reaches, of the words and of every layer's (h, c).</param>
    /// <param name="next">The same for the next segment: a TrellisNet's cell state carries on all that it knows, however long ago.</param>
    /// <returns>The last D channels of the hidden state, B x T x D, as the papers' models give them to the softmax; mapped where it has fewer.</returns>
    public override Tensor Read(Tensor words, Tensor? memory, out Tensor? next)
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor sequence = words.transpose(1, 2);
        Tensor? before = memory?.transpose(1, 2);
        Tensor inputs = CausalGates.Shifted(sequence, reach, before?.narrow(1, 0, width));
        var states = new List<(Tensor Hidden, Tensor Cell)>();
        foreach (Layer layer in layers)
        {
            Tensor injection = layer.Inject(inputs);
            // A stacked layer reads the one below it, the first of them zeros.
            int read = states.Count - (stacked ? 1 : 0);
            Tensor? carried = read < 0 ? null : before?.narrow(1, width + 2L * hidden * read, 2L * hidden);
            states.Add(stacked
                ? layer.Stacked(states.Count > 0 ? states[^1] : null, injection, carried)
                : StackedApplications > 0 ? layer.Tied(StackedApplications, injection, carried) : layer.Block!.call(injection, carried));
        }

        next = remembers
            ? Remember(reach, memory, [words, .. states.SelectMany(state => new[] { state.Hidden.transpose(1, 2), state.Cell.transpose(1, 2) })])?.MoveToOuterDisposeScope()
            : null;
        Tensor last = states[^1].Hidden.transpose(1, 2);
        return (output?.call(last) ?? last.narrow(2, hidden - width, width)).MoveToOuterDisposeScope();
    }

    private sealed class Layer : nn.Module<Tensor, Tensor>
    {
        private readonly nn.Module<Tensor, Tensor> injection;
        private readonly int hidden, dilation;

        /// <param name="settings">The model's.</param>
        /// <param name="form">The TrellisNet's.</param>
        /// <param name="first">Whether it is the first of several: its state is zero, so it has no weights for it.</param>
        public Layer(ModelSettings settings, TrellisSettings form, bool first) : base(nameof(Layer))
        {
            (hidden, dilation) = (form.Hidden, form.Dilation);
            injection = CausalGates.Convolution(settings.Width, form, bias: true, settings.WeightNorm);
            CausalGates.Remember(injection, hidden, form.ForgetBias);
            register_module(nameof(injection), injection);
            if (first) return;
            Block = new TrellisBlock(form, settings.WeightNorm, settings.Dropout);
            register_module("block", Block);
        }

        public TrellisBlock? Block { get; }

        public Tensor Inject(Tensor inputs) => injection.call(inputs);

        public (Tensor Hidden, Tensor Cell) Stacked((Tensor Hidden, Tensor Cell)? below, Tensor injected, Tensor? carried) => Block is null
            ? CausalGates.Open(injected, injected.new_zeros(injected.shape[0], hidden, injected.shape[2]), dilation, null)
            : Block.Apply(below, injected, carried);

        public (Tensor Hidden, Tensor Cell) Tied(int times, Tensor injected, Tensor? carried)
        {
            (Tensor Hidden, Tensor Cell)? state = null;
            for (int i = 0; i < times; i++) state = Block!.Apply(state, injected, carried);
            return state!.Value;
        }

        public override Tensor forward(Tensor inputs) => Inject(inputs);
    }
}
