using TorchSharp.Interop;

namespace TorchSharp;

public static partial class torch
{
    public static partial class nn
    {
        public static partial class functional
        {
            private static readonly Op
                _nearest1d = new("upsample_nearest1d.vec"),
                _nearest2d = new("upsample_nearest2d.vec"),
                _nearest3d = new("upsample_nearest3d.vec"),
                _nearestExact1d = new("_upsample_nearest_exact1d.vec"),
                _nearestExact2d = new("_upsample_nearest_exact2d.vec"),
                _nearestExact3d = new("_upsample_nearest_exact3d.vec"),
                _linear1d = new("upsample_linear1d.vec"),
                _bilinear2d = new("upsample_bilinear2d.vec"),
                _bicubic2d = new("upsample_bicubic2d.vec"),
                _trilinear3d = new("upsample_trilinear3d.vec"),
                _bilinear2dAntialiased = new("_upsample_bilinear2d_aa.vec"),
                _bicubic2dAntialiased = new("_upsample_bicubic2d_aa.vec");

            public static Tensor upsample(
                Tensor input, long[]? size = null, double[]? scale_factor = null, UpsampleMode mode = UpsampleMode.Nearest, bool align_corners = false)
                => interpolate(input, size, scale_factor, (InterpolationMode)mode, mode == UpsampleMode.Nearest ? null : align_corners);

            public static Tensor upsample_nearest(Tensor x, long[]? size = null, double[]? scale_factor = null, bool align_corners = false)
                => interpolate(x, size, scale_factor);

            public static Tensor upsample_bilinear(Tensor x, long[]? size = null, double[]? scale_factor = null, bool align_corners = false)
                => interpolate(x, size, scale_factor, InterpolationMode.Bilinear, align_corners);

            public static Tensor upsample_nearest1d(Tensor input, long? outputSize, double? scaleFactor)
                => interpolate(input, outputSize is { } size ? [size] : null, scaleFactor is { } factor ? [factor] : null);

            public static Tensor upsample_nearest2d(Tensor input, long[]? outputSizes = null, double[]? scaleFactors = null)
                => interpolate(input, outputSizes, scaleFactors);

            /// <summary>B x C x spatial dimensions to a size, or by a factor (one for all dimensions, or one each).</summary>
            public static Tensor interpolate(
                Tensor x, long[]? size = null, double[]? scale_factor = null, InterpolationMode mode = InterpolationMode.Nearest,
                bool? align_corners = null, bool recompute_scale_factor = false, bool antialias = false)
            {
                var spatial = (int)x.dim() - 2;
                var aligns = mode is InterpolationMode.Linear or InterpolationMode.Bilinear or InterpolationMode.Bicubic or InterpolationMode.Trilinear;
                if (align_corners is not null && !aligns)
                    throw new ArgumentException($"align_corners is for the linear and cubic modes, not for {mode}.", nameof(align_corners));
                if (antialias && mode is not (InterpolationMode.Bilinear or InterpolationMode.Bicubic))
                    throw new ArgumentException($"antialias is for the modes Bilinear and Bicubic, not for {mode}.", nameof(antialias));
                if ((size is null) == (scale_factor is null))
                    throw new ArgumentException("Give the output's size or a scale factor: one of the two.", nameof(size));

                size = PerDimension(size, spatial, nameof(size));
                scale_factor = PerDimension(scale_factor, spatial, nameof(scale_factor));
                if (scale_factor is not null && (recompute_scale_factor || mode == InterpolationMode.Area))
                {
                    var shape = x.shape;
                    size = [.. scale_factor.Select((factor, dimension) => (long)Math.Floor(shape[dimension + 2] * factor))];
                    scale_factor = null;
                }

                Arg factors = scale_factor is null ? Arg.None : Arg.Numbers(scale_factor);
                var corners = align_corners ?? false;
                return (mode, spatial) switch
                {
                    (InterpolationMode.Nearest, 1) => _nearest1d.Call(x, size, factors),
                    (InterpolationMode.Nearest, 2) => _nearest2d.Call(x, size, factors),
                    (InterpolationMode.Nearest, 3) => _nearest3d.Call(x, size, factors),
                    (InterpolationMode.NearestExact, 1) => _nearestExact1d.Call(x, size, factors),
                    (InterpolationMode.NearestExact, 2) => _nearestExact2d.Call(x, size, factors),
                    (InterpolationMode.NearestExact, 3) => _nearestExact3d.Call(x, size, factors),
                    (InterpolationMode.Linear, 1) => _linear1d.Call(x, size, corners, factors),
                    (InterpolationMode.Bilinear, 2) => (antialias ? _bilinear2dAntialiased : _bilinear2d).Call(x, size, corners, factors),
                    (InterpolationMode.Bicubic, 2) => (antialias ? _bicubic2dAntialiased : _bicubic2d).Call(x, size, corners, factors),
                    (InterpolationMode.Trilinear, 3) => _trilinear3d.Call(x, size, corners, factors),
                    (InterpolationMode.Area, 2) => adaptive_avg_pool2d(x, size!),
                    _ => throw new ArgumentException($"The mode {mode} does not fit an input of {spatial} spatial dimension(s) after batch and channels.", nameof(mode)),
                };
            }

            private static T[]? PerDimension<T>(T[]? values, int spatial, string argument)
            {
                if (values is null || values.Length == spatial) return values;
                if (values.Length == 1) return [.. Enumerable.Repeat(values[0], spatial)];
                throw new ArgumentException($"{argument} has {values.Length} values for {spatial} spatial dimension(s): give one, or one for each.", argument);
            }
        }
    }
}
