using TorchSharp.Interop;

namespace TorchSharp;

public static partial class torch
{
    public static partial class nn
    {
        public static partial class functional
        {
            private static readonly Op _pad = new("pad");

            /// <summary>The same width on both sides of every dimension.</summary>
            public static Tensor pad(Tensor input, long pad, PaddingModes mode = PaddingModes.Constant, double value = 0)
            {
                var widths = new long[2 * input.dim()];
                Array.Fill(widths, pad);
                return functional.pad(input, widths, mode, value);
            }

            public static Tensor pad(Tensor input, (long, long) pad, PaddingModes mode = PaddingModes.Constant, double value = 0)
                => functional.pad(input, Axes(pad), mode, value);

            public static Tensor pad(Tensor input, (long, long, long, long) pad, PaddingModes mode = PaddingModes.Constant, double value = 0)
                => functional.pad(input, [pad.Item1, pad.Item2, pad.Item3, pad.Item4], mode, value);

            public static Tensor pad(Tensor input, ReadOnlySpan<long> pad, PaddingModes mode = PaddingModes.Constant, double value = 0)
                => functional.pad(input, pad.ToArray(), mode, value);

            /// <summary>Widths before and after, the last dimension first; negative ones cut.</summary>
            public static Tensor pad(Tensor input, long[] pad, PaddingModes mode = PaddingModes.Constant, double value = 0) => mode switch
            {
                PaddingModes.Constant or PaddingModes.Zeros => _pad.Call(input, pad, "constant", value),
                PaddingModes.Reflect => _pad.Call(input, pad, "reflect"),
                PaddingModes.Replicate => _pad.Call(input, pad, "replicate"),
                PaddingModes.Circular => _pad.Call(input, pad, "circular"),
                _ => throw new ArgumentOutOfRangeException(nameof(mode), mode, "The mode is Constant, Zeros, Reflect, Replicate or Circular."),
            };
        }
    }
}
