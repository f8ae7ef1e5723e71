using TorchSharp.Interop;

namespace TorchSharp;

internal static partial class Aten
{
    internal static readonly Op rsub_Tensor = new("rsub.Tensor");
}

public static partial class torch
{
    public partial class Tensor
    {
        public static Tensor operator +(Tensor left, Tensor right) => Aten.add_Tensor.Call(left, right);
        public static Tensor operator +(Tensor left, Scalar right) => Aten.add_Tensor.Call(left, right);
        public static Tensor operator +(Tensor left, int right) => Aten.add_Tensor.Call(left, right);
        public static Tensor operator +(Tensor left, long right) => Aten.add_Tensor.Call(left, right);
        public static Tensor operator +(Tensor left, float right) => Aten.add_Tensor.Call(left, right);
        public static Tensor operator +(Tensor left, double right) => Aten.add_Tensor.Call(left, right);
        public static Tensor operator +(Scalar left, Tensor right) => Aten.add_Tensor.Call(right, left);
        public static Tensor operator +(int left, Tensor right) => Aten.add_Tensor.Call(right, left);
        public static Tensor operator +(long left, Tensor right) => Aten.add_Tensor.Call(right, left);
        public static Tensor operator +(float left, Tensor right) => Aten.add_Tensor.Call(right, left);
        public static Tensor operator +(double left, Tensor right) => Aten.add_Tensor.Call(right, left);
        public static Tensor operator -(Tensor left, Tensor right) => Aten.sub_Tensor.Call(left, right);
        public static Tensor operator -(Tensor left, Scalar right) => Aten.sub_Tensor.Call(left, right);
        public static Tensor operator -(Tensor left, int right) => Aten.sub_Tensor.Call(left, right);
        public static Tensor operator -(Tensor left, long right) => Aten.sub_Tensor.Call(left, right);
        public static Tensor operator -(Tensor left, float right) => Aten.sub_Tensor.Call(left, right);
        public static Tensor operator -(Tensor left, double right) => Aten.sub_Tensor.Call(left, right);
        public static Tensor operator -(Scalar left, Tensor right) => Aten.rsub_Tensor.Call(right, left);
        public static Tensor operator -(int left, Tensor right) => Aten.rsub_Tensor.Call(right, left);
        public static Tensor operator -(long left, Tensor right) => Aten.rsub_Tensor.Call(right, left);
        public static Tensor operator -(float left, Tensor right) => Aten.rsub_Tensor.Call(right, left);
        public static Tensor operator -(double left, Tensor right) => Aten.rsub_Tensor.Call(right, left);
        public static Tensor operator *(Tensor left, Tensor right) => Aten.mul_Tensor.Call(left, right);
        public static Tensor operator *(Tensor left, Scalar right) => Aten.mul_Tensor.Call(left, right);
        public static Tensor operator *(Tensor left, int right) => Aten.mul_Tensor.Call(left, right);
        public static Tensor operator *(Tensor left, long right) => Aten.mul_Tensor.Call(left, right);
        public static Tensor operator *(Tensor left, float right) => Aten.mul_Tensor.Call(left, right);
        public static Tensor operator *(Tensor left, double right) => Aten.mul_Tensor.Call(left, right);
        public static Tensor operator *(Scalar left, Tensor right) => Aten.mul_Tensor.Call(right, left);
        public static Tensor operator *(int left, Tensor right) => Aten.mul_Tensor.Call(right, left);
        public static Tensor operator *(long left, Tensor right) => Aten.mul_Tensor.Call(right, left);
        public static Tensor operator *(float left, Tensor right) => Aten.mul_Tensor.Call(right, left);
        public static Tensor operator *(double left, Tensor right) => Aten.mul_Tensor.Call(right, left);
        public static Tensor operator /(Tensor left, Tensor right) => Aten.div_Tensor.Call(left, right);
        public static Tensor operator /(Tensor left, Scalar right) => Aten.div_Tensor.Call(left, right);
        public static Tensor operator /(Tensor left, int right) => Aten.div_Tensor.Call(left, right);
        public static Tensor operator /(Tensor left, long right) => Aten.div_Tensor.Call(left, right);
        public static Tensor operator /(Tensor left, float right) => Aten.div_Tensor.Call(left, right);
        public static Tensor operator /(Tensor left, double right) => Aten.div_Tensor.Call(left, right);
        public static Tensor operator /(Scalar left, Tensor right) => right.DividesInto(left);
        public static Tensor operator /(int left, Tensor right) => right.DividesInto(left);
        public static Tensor operator /(long left, Tensor right) => right.DividesInto(left);
        public static Tensor operator /(float left, Tensor right) => right.DividesInto(left);
        public static Tensor operator /(double left, Tensor right) => right.DividesInto(left);
        public static Tensor operator %(Tensor left, Tensor right) => Aten.remainder_Tensor.Call(left, right);
        public static Tensor operator %(Tensor left, Scalar right) => Aten.remainder_Scalar.Call(left, right);
        public static Tensor operator %(Tensor left, int right) => Aten.remainder_Scalar.Call(left, right);
        public static Tensor operator %(Tensor left, long right) => Aten.remainder_Scalar.Call(left, right);
        public static Tensor operator %(Tensor left, float right) => Aten.remainder_Scalar.Call(left, right);
        public static Tensor operator %(Tensor left, double right) => Aten.remainder_Scalar.Call(left, right);
        public static Tensor operator -(Tensor tensor) => Aten.neg.Call(tensor);

        /// <summary>number / tensor is the reciprocal times the number, as in PyTorch: the last bit depends on it.</summary>
        private Tensor DividesInto(Arg number)
        {
            using var reciprocal = Aten.reciprocal.Call(this);
            return Aten.mul_Tensor.Call(reciprocal, number);
        }

        public static Tensor operator ==(Tensor left, Tensor right) => Aten.eq_Tensor.Call(left, right);
        public static Tensor operator ==(Tensor left, Scalar right) => Aten.eq_Scalar.Call(left, right);
        public static Tensor operator ==(Scalar left, Tensor right) => Aten.eq_Scalar.Call(right, left);
        public static Tensor operator !=(Tensor left, Tensor right) => Aten.ne_Tensor.Call(left, right);
        public static Tensor operator !=(Tensor left, Scalar right) => Aten.ne_Scalar.Call(left, right);
        public static Tensor operator !=(Scalar left, Tensor right) => Aten.ne_Scalar.Call(right, left);
        public static Tensor operator <(Tensor left, Tensor right) => Aten.lt_Tensor.Call(left, right);
        public static Tensor operator <(Tensor left, Scalar right) => Aten.lt_Scalar.Call(left, right);
        public static Tensor operator <(Scalar left, Tensor right) => Aten.gt_Scalar.Call(right, left);
        public static Tensor operator <=(Tensor left, Tensor right) => Aten.le_Tensor.Call(left, right);
        public static Tensor operator <=(Tensor left, Scalar right) => Aten.le_Scalar.Call(left, right);
        public static Tensor operator <=(Scalar left, Tensor right) => Aten.ge_Scalar.Call(right, left);
        public static Tensor operator >(Tensor left, Tensor right) => Aten.gt_Tensor.Call(left, right);
        public static Tensor operator >(Tensor left, Scalar right) => Aten.gt_Scalar.Call(left, right);
        public static Tensor operator >(Scalar left, Tensor right) => Aten.lt_Scalar.Call(right, left);
        public static Tensor operator >=(Tensor left, Tensor right) => Aten.ge_Tensor.Call(left, right);
        public static Tensor operator >=(Tensor left, Scalar right) => Aten.ge_Scalar.Call(left, right);
        public static Tensor operator >=(Scalar left, Tensor right) => Aten.le_Scalar.Call(right, left);

        public static Tensor operator &(Tensor left, Tensor right) => Aten.bitwise_and_Tensor.Call(left, right);
        public static Tensor operator |(Tensor left, Tensor right) => Aten.bitwise_or_Tensor.Call(left, right);
        public static Tensor operator ^(Tensor left, Tensor right) => Aten.bitwise_xor_Tensor.Call(left, right);
        public static Tensor operator ~(Tensor left) => Aten.bitwise_not.Call(left);
    }
}
