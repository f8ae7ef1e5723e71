using Deq.Samples.Language;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Deq.Samples.CopyMemory;

/// <summary>An LSTM in the place of the equilibrium, to compare with.</summary>
internal sealed class LstmBody : SequenceBody
{
    private readonly LSTM lstm;

    /// <param name="inputs">Width of the inputs.</param>
    /// <param name="width">Width of the hidden state.</param>
    /// <param name="forgetBias">Added to the forget gate's bias at the start.</param>
    public LstmBody(int inputs, int width, double forgetBias) : base(nameof(LstmBody))
    {
        lstm = nn.LSTM(inputs, width, batchFirst: true);
        // Input, forget, candidate and output gate, one after the other.
        using (no_grad()) lstm.named_parameters().Single(known => known.name == "bias_ih_l0").parameter.narrow(0, width, width).add_(forgetBias);
        RegisterComponents();
    }

    public override Tensor Read(Tensor words, Tensor? memory, out Tensor? next)
    {
        next = null;
        using DisposeScope scope = NewDisposeScope();
        return lstm.call(words, null).Item1.MoveToOuterDisposeScope();
    }
}
