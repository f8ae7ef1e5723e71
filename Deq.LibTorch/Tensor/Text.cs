namespace TorchSharp;

public static partial class torch
{
    public partial class Tensor
    {
        /// <summary>Shape, type and device: <c>[2x3], type = Float32, device = cpu</c>. What it holds is read through <see cref="data{T}"/>.</summary>
        public override string ToString() => IsInvalid
            ? "(invalid tensor)"
            : $"[{string.Join('x', shape)}], type = {dtype}, device = {device}";
    }
}
