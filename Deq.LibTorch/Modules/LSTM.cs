using TorchSharp.Interop;
using static TorchSharp.torch;

namespace TorchSharp.Modules;

/// <summary>Long short-term memory over L x B x D, or B x L x D with batchFirst. Gives outputs, last states and last cells.</summary>
public sealed class LSTM : nn.Module<Tensor, (Tensor, Tensor)?, (Tensor, Tensor, Tensor)>
{
    private const int Gates = 4;
    private static readonly Op _lstm = new("lstm.input");

    private readonly RecurrentWeights _weights;

    internal LSTM(RecurrentShape shape, Device? device, ScalarType? dtype) : base(nameof(LSTM))
        => _weights = new(this, Gates, shape, device, dtype);

    public new (Tensor, Tensor, Tensor) call(Tensor input, (Tensor, Tensor)? h0_c0 = null) => base.call(input, h0_c0);

    public override (Tensor, Tensor, Tensor) forward(Tensor input, (Tensor, Tensor)? h0_c0 = null)
    {
        var (hidden, cell) = h0_c0 ?? (_weights.InitialState(input), _weights.InitialState(input));
        var shape = _weights.Shape;
        var result = _lstm.Call3(
            input, new[] { hidden, cell }, _weights.Flat, shape.Bias, shape.Layers, shape.Dropout, training, shape.Bidirectional, shape.BatchFirst);
        if (h0_c0 is null)
        {
            hidden.Dispose();
            cell.Dispose();
        }

        return result;
    }
}
