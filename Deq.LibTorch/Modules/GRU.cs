using TorchSharp.Interop;
using static TorchSharp.torch;

namespace TorchSharp.Modules;

/// <summary>Gated recurrent units over L x B x D, or B x L x D with batchFirst. Gives outputs and last states.</summary>
public sealed class GRU : nn.Module<Tensor, Tensor, (Tensor, Tensor)>
{
    private const int Gates = 3;
    private static readonly Op _gru = new("gru.input");

    private readonly RecurrentWeights _weights;

    internal GRU(RecurrentShape shape, Device? device, ScalarType? dtype) : base(nameof(GRU))
        => _weights = new(this, Gates, shape, device, dtype);

    public new (Tensor, Tensor) call(Tensor input, Tensor? h0 = null) => base.call(input, h0!);

    public override (Tensor, Tensor) forward(Tensor input, Tensor? h0 = null)
    {
        var hidden = h0 ?? _weights.InitialState(input);
        var shape = _weights.Shape;
        var result = _gru.Call2(
            input, hidden, _weights.Flat, shape.Bias, shape.Layers, shape.Dropout, training, shape.Bidirectional, shape.BatchFirst);
        if (h0 is null) hidden.Dispose();
        return result;
    }
}
