using TorchSharp.Interop;

namespace TorchSharp;

public static partial class torch
{
    public static partial class nn
    {
        public static partial class functional
        {
            private static readonly Op
                _conv1d = new("conv1d"),
                _conv1dPadding = new("conv1d.padding"),
                _conv2d = new("conv2d"),
                _conv2dPadding = new("conv2d.padding"),
                _unfold = new("im2col"),
                _fold = new("col2im");

            public static Tensor conv1d(
                Tensor input, Tensor weight, Tensor? bias = null, long? stride = null, long? padding = null, long? dilation = null, long groups = 1)
                => _conv1d.Call(input, weight, bias, Axes(stride ?? 1), Axes(padding ?? 0), Axes(dilation ?? 1), groups);

            public static Tensor conv1d_padding(
                Tensor input, Tensor weight, Tensor? bias = null, long? stride = null, Padding padding = Padding.Valid, long? dilation = null, long groups = 1)
                => _conv1dPadding.Call(input, weight, bias, Axes(stride ?? 1), Name(padding), Axes(dilation ?? 1), groups);

            public static Tensor conv2d(
                Tensor input, Tensor weight, Tensor? bias = null, long[]? strides = null, long[]? padding = null, long[]? dilation = null, long groups = 1)
                => _conv2d.Call(input, weight, bias, strides ?? _ones2, padding ?? _zeros2, dilation ?? _ones2, groups);

            public static Tensor conv2d_padding(
                Tensor input, Tensor weight, Tensor? bias = null, long[]? strides = null, Padding padding = Padding.Valid, long[]? dilation = null, long groups = 1)
                => _conv2dPadding.Call(input, weight, bias, strides ?? _ones2, Name(padding), dilation ?? _ones2, groups);

            /// <summary>The windows of B x C x H x W as columns: B x (C kh kw) x L.</summary>
            public static Tensor unfold(Tensor input, long kernel_size, long dilation = 1, long padding = 0, long stride = 1)
                => unfold(input, (kernel_size, kernel_size), (dilation, dilation), (padding, padding), (stride, stride));

            public static Tensor unfold(
                Tensor input, (long, long) kernel_size, (long, long)? dilation = null, (long, long)? padding = null, (long, long)? stride = null)
                => _unfold.Call(input, Axes(kernel_size), Axes(dilation ?? (1, 1)), Axes(padding ?? (0, 0)), Axes(stride ?? (1, 1)));

            /// <summary>Sums columns B x (C kh kw) x L back into B x C x H x W.</summary>
            public static Tensor fold(Tensor input, long output_size, long kernel_size, long dilation = 1, long padding = 0, long stride = 1)
                => fold(input, (output_size, output_size), (kernel_size, kernel_size), (dilation, dilation), (padding, padding), (stride, stride));

            public static Tensor fold(
                Tensor input, (long, long) output_size, (long, long) kernel_size, (long, long)? dilation = null, (long, long)? padding = null, (long, long)? stride = null)
                => _fold.Call(input, Axes(output_size), Axes(kernel_size), Axes(dilation ?? (1, 1)), Axes(padding ?? (0, 0)), Axes(stride ?? (1, 1)));

            private static string Name(Padding padding) => padding switch
            {
                Padding.Valid => "valid",
                Padding.Same => "same",
                _ => throw new ArgumentOutOfRangeException(nameof(padding), padding, "The padding is Valid or Same."),
            };
        }
    }
}
