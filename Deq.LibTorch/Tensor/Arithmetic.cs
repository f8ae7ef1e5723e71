using TorchSharp.Interop;

namespace TorchSharp;

internal static partial class Aten
{
    internal static readonly Op add_Tensor = new("add.Tensor");
    internal static readonly Op add__Tensor = new("add_.Tensor");
    internal static readonly Op addbmm = new("addbmm");
    internal static readonly Op addbmm_ = new("addbmm_");
    internal static readonly Op addcdiv = new("addcdiv");
    internal static readonly Op addcdiv_ = new("addcdiv_");
    internal static readonly Op addcmul = new("addcmul");
    internal static readonly Op addcmul_ = new("addcmul_");
    internal static readonly Op addmm = new("addmm");
    internal static readonly Op addmm_ = new("addmm_");
    internal static readonly Op addmv = new("addmv");
    internal static readonly Op addmv_ = new("addmv_");
    internal static readonly Op addr = new("addr");
    internal static readonly Op addr_ = new("addr_");
    internal static readonly Op baddbmm = new("baddbmm");
    internal static readonly Op div_Tensor = new("div.Tensor");
    internal static readonly Op div_Tensor_mode = new("div.Tensor_mode");
    internal static readonly Op div__Tensor_mode = new("div_.Tensor_mode");
    internal static readonly Op float_power_Tensor_Tensor = new("float_power.Tensor_Tensor");
    internal static readonly Op float_power__Tensor = new("float_power_.Tensor");
    internal static readonly Op floor_divide = new("floor_divide");
    internal static readonly Op floor_divide_Scalar = new("floor_divide.Scalar");
    internal static readonly Op floor_divide__Scalar = new("floor_divide_.Scalar");
    internal static readonly Op floor_divide__Tensor = new("floor_divide_.Tensor");
    internal static readonly Op fmod_Scalar = new("fmod.Scalar");
    internal static readonly Op fmod_Tensor = new("fmod.Tensor");
    internal static readonly Op fmod__Scalar = new("fmod_.Scalar");
    internal static readonly Op fmod__Tensor = new("fmod_.Tensor");
    internal static readonly Op lerp_Tensor = new("lerp.Tensor");
    internal static readonly Op lerp__Tensor = new("lerp_.Tensor");
    internal static readonly Op mul_Tensor = new("mul.Tensor");
    internal static readonly Op mul__Tensor = new("mul_.Tensor");
    internal static readonly Op neg = new("neg");
    internal static readonly Op neg_ = new("neg_");
    internal static readonly Op positive = new("positive");
    internal static readonly Op pow_Tensor_Scalar = new("pow.Tensor_Scalar");
    internal static readonly Op pow_Tensor_Tensor = new("pow.Tensor_Tensor");
    internal static readonly Op pow__Scalar = new("pow_.Scalar");
    internal static readonly Op pow__Tensor = new("pow_.Tensor");
    internal static readonly Op remainder_Scalar = new("remainder.Scalar");
    internal static readonly Op remainder_Tensor = new("remainder.Tensor");
    internal static readonly Op remainder__Scalar = new("remainder_.Scalar");
    internal static readonly Op remainder__Tensor = new("remainder_.Tensor");
    internal static readonly Op sub_Tensor = new("sub.Tensor");
    internal static readonly Op sub__Tensor = new("sub_.Tensor");
    internal static readonly Op true_divide_Scalar = new("true_divide.Scalar");
    internal static readonly Op true_divide_Tensor = new("true_divide.Tensor");
    internal static readonly Op true_divide__Scalar = new("true_divide_.Scalar");
    internal static readonly Op true_divide__Tensor = new("true_divide_.Tensor");
}

public static partial class torch
{
    public partial class Tensor
    {
        public Tensor add(Scalar scalar) => Aten.add_Tensor.Call(this, scalar);
        public Tensor add(Scalar scalar, Scalar alpha) => Aten.add_Tensor.Call(this, scalar, alpha);
        public Tensor add(Tensor target) => Aten.add_Tensor.Call(this, target);
        public Tensor add(Tensor target, Scalar alpha) => Aten.add_Tensor.Call(this, target, alpha);
        public Tensor add_(Scalar scalar) => Aten.add__Tensor.InPlace(this, scalar);
        public Tensor add_(Scalar scalar, Scalar alpha) => Aten.add__Tensor.InPlace(this, scalar, alpha);
        public Tensor add_(Tensor target) => Aten.add__Tensor.InPlace(this, target);
        public Tensor add_(Tensor target, Scalar alpha) => Aten.add__Tensor.InPlace(this, target, alpha);
        public Tensor sub(Scalar target) => Aten.sub_Tensor.Call(this, target);
        public Tensor sub(Tensor target) => Aten.sub_Tensor.Call(this, target);
        public Tensor sub_(Scalar target) => Aten.sub__Tensor.InPlace(this, target);
        public Tensor sub_(Tensor target) => Aten.sub__Tensor.InPlace(this, target);
        public Tensor subtract(Scalar target) => Aten.sub_Tensor.Call(this, target);
        public Tensor subtract(Tensor target) => Aten.sub_Tensor.Call(this, target);
        public Tensor subtract_(Scalar target) => Aten.sub__Tensor.InPlace(this, target);
        public Tensor subtract_(Tensor target) => Aten.sub__Tensor.InPlace(this, target);
        public Tensor mul(Scalar target) => Aten.mul_Tensor.Call(this, target);
        public Tensor mul(Tensor target) => Aten.mul_Tensor.Call(this, target);
        public Tensor mul_(Scalar target) => Aten.mul__Tensor.InPlace(this, target);
        public Tensor mul_(Tensor target) => Aten.mul__Tensor.InPlace(this, target);
        public Tensor multiply(Scalar target) => Aten.mul_Tensor.Call(this, target);
        public Tensor multiply(Tensor target) => Aten.mul_Tensor.Call(this, target);
        public Tensor addcmul(Tensor tensor1, Tensor tensor2, Scalar value) => Aten.addcmul.Call(this, tensor1, tensor2, value);
        public Tensor addcmul_(Tensor tensor1, Tensor tensor2, Scalar value) => Aten.addcmul_.InPlace(this, tensor1, tensor2, value);
        public Tensor addcdiv(Tensor tensor1, Tensor tensor2) => Aten.addcdiv.Call(this, tensor1, tensor2);
        public Tensor addcdiv(Tensor tensor1, Tensor tensor2, Scalar value) => Aten.addcdiv.Call(this, tensor1, tensor2, value);
        public Tensor addcdiv_(Tensor tensor1, Tensor tensor2) => Aten.addcdiv_.InPlace(this, tensor1, tensor2);
        public Tensor addcdiv_(Tensor tensor1, Tensor tensor2, Scalar value) => Aten.addcdiv_.InPlace(this, tensor1, tensor2, value);
        public Tensor addmm(Tensor mat1, Tensor mat2, float beta = 1, float alpha = 1) => Aten.addmm.Call(this, mat1, mat2, beta, alpha);
        public Tensor addmm_(Tensor mat1, Tensor mat2, float beta = 1, float alpha = 1) => Aten.addmm_.InPlace(this, mat1, mat2, beta, alpha);
        public Tensor addmv(Tensor mat, Tensor vec, float beta = 1, float alpha = 1) => Aten.addmv.Call(this, mat, vec, beta, alpha);
        public Tensor addmv_(Tensor mat, Tensor vec, float beta = 1, float alpha = 1) => Aten.addmv_.InPlace(this, mat, vec, beta, alpha);
        public Tensor addr(Tensor vec1, Tensor vec2, float beta = 1, float alpha = 1) => Aten.addr.Call(this, vec1, vec2, beta, alpha);
        public Tensor addr_(Tensor vec1, Tensor vec2, float beta = 1, float alpha = 1) => Aten.addr_.InPlace(this, vec1, vec2, beta, alpha);
        public Tensor addbmm(Tensor batch1, Tensor batch2, float beta = 1, float alpha = 1) => Aten.addbmm.Call(this, batch1, batch2, beta, alpha);
        public Tensor addbmm_(Tensor batch1, Tensor batch2, float beta = 1, float alpha = 1) => Aten.addbmm_.InPlace(this, batch1, batch2, beta, alpha);
        public Tensor baddbmm(Tensor batch1, Tensor batch2, float beta = 1, float alpha = 1) => Aten.baddbmm.Call(this, batch1, batch2, beta, alpha);
        public Tensor lerp(Tensor end, Tensor weight) => Aten.lerp_Tensor.Call(this, end, weight);
        public Tensor lerp_(Tensor end, Tensor weight) => Aten.lerp__Tensor.InPlace(this, end, weight);
        public Tensor neg() => Aten.neg.Call(this);
        public Tensor neg_() => Aten.neg_.InPlace(this);
        public Tensor negative() => Aten.neg.Call(this);
        public Tensor positive() => Aten.positive.Call(this);
        public Tensor remainder(Scalar scalar) => Aten.remainder_Scalar.Call(this, scalar);
        public Tensor remainder(Tensor target) => Aten.remainder_Tensor.Call(this, target);
        public Tensor remainder_(Scalar scalar) => Aten.remainder__Scalar.InPlace(this, scalar);
        public Tensor remainder_(Tensor target) => Aten.remainder__Tensor.InPlace(this, target);
        public Tensor fmod(Scalar scalar) => Aten.fmod_Scalar.Call(this, scalar);
        public Tensor fmod(Tensor target) => Aten.fmod_Tensor.Call(this, target);
        public Tensor fmod_(Scalar scalar) => Aten.fmod__Scalar.InPlace(this, scalar);
        public Tensor fmod_(Tensor target) => Aten.fmod__Tensor.InPlace(this, target);
        public Tensor floor_divide(Scalar other) => Aten.floor_divide_Scalar.Call(this, other);
        public Tensor floor_divide(Tensor other) => Aten.floor_divide.Call(this, other);
        public Tensor floor_divide_(Scalar other) => Aten.floor_divide__Scalar.InPlace(this, other);
        public Tensor floor_divide_(Tensor other) => Aten.floor_divide__Tensor.InPlace(this, other);
        public Tensor true_divide(Scalar other) => Aten.true_divide_Scalar.Call(this, other);
        public Tensor true_divide(Tensor other) => Aten.true_divide_Tensor.Call(this, other);
        public Tensor true_divide_(Scalar other) => Aten.true_divide__Scalar.InPlace(this, other);
        public Tensor true_divide_(Tensor other) => Aten.true_divide__Tensor.InPlace(this, other);
        public Tensor pow(Scalar exponent) => Aten.pow_Tensor_Scalar.Call(this, exponent);
        public Tensor pow(Tensor exponent) => Aten.pow_Tensor_Tensor.Call(this, exponent);
        public Tensor pow_(Scalar exponent) => Aten.pow__Scalar.InPlace(this, exponent);
        public Tensor pow_(Tensor exponent) => Aten.pow__Tensor.InPlace(this, exponent);
        public Tensor float_power(Tensor target) => Aten.float_power_Tensor_Tensor.Call(this, target);
        public Tensor float_power_(Tensor target) => Aten.float_power__Tensor.InPlace(this, target);

        public Tensor div(Tensor target, RoundingMode rounding_mode = RoundingMode.None) => rounding_mode == RoundingMode.None ? Aten.div_Tensor.Call(this, target) : Aten.div_Tensor_mode.Call(this, target, Mode(rounding_mode));
        public Tensor div(Scalar target, RoundingMode rounding_mode = RoundingMode.None) => Aten.div_Tensor_mode.Call(this, target, Mode(rounding_mode));
        public Tensor div_(Tensor target, RoundingMode rounding_mode = RoundingMode.None) => Aten.div__Tensor_mode.InPlace(this, target, Mode(rounding_mode));
        public Tensor div_(Scalar target, RoundingMode rounding_mode = RoundingMode.None) => Aten.div__Tensor_mode.InPlace(this, target, Mode(rounding_mode));
        public Tensor divide(Tensor target, RoundingMode rounding_mode = RoundingMode.None) => div(target, rounding_mode);
        public Tensor divide(Scalar target, RoundingMode rounding_mode = RoundingMode.None) => div(target, rounding_mode);
        public Tensor divide_(Tensor target, RoundingMode rounding_mode = RoundingMode.None) => div_(target, rounding_mode);
        public Tensor divide_(Scalar target, RoundingMode rounding_mode = RoundingMode.None) => div_(target, rounding_mode);

        internal static Arg Mode(RoundingMode mode) => mode switch
        {
            RoundingMode.None => Arg.None,
            RoundingMode.trunc => "trunc",
            RoundingMode.floor => "floor",
            _ => throw new ArgumentOutOfRangeException(nameof(mode), mode, "A rounding mode is None, trunc or floor."),
        };
    }

    public static Tensor add(Tensor left, Scalar right) => Aten.add_Tensor.Call(left, right);
    public static Tensor add(Tensor left, Scalar right, Scalar alpha) => Aten.add_Tensor.Call(left, right, alpha);
    public static Tensor add(Tensor left, Tensor right) => Aten.add_Tensor.Call(left, right);
    public static Tensor add(Tensor left, Tensor right, Scalar alpha) => Aten.add_Tensor.Call(left, right, alpha);
    public static Tensor add_(Tensor left, Scalar right) => Aten.add__Tensor.InPlace(left, right);
    public static Tensor add_(Tensor left, Scalar right, Scalar alpha) => Aten.add__Tensor.InPlace(left, right, alpha);
    public static Tensor add_(Tensor left, Tensor right) => Aten.add__Tensor.InPlace(left, right);
    public static Tensor add_(Tensor left, Tensor right, Scalar alpha) => Aten.add__Tensor.InPlace(left, right, alpha);
    public static Tensor sub(Tensor left, Scalar right) => Aten.sub_Tensor.Call(left, right);
    public static Tensor sub(Tensor left, Tensor right) => Aten.sub_Tensor.Call(left, right);
    public static Tensor sub_(Tensor left, Scalar right) => Aten.sub__Tensor.InPlace(left, right);
    public static Tensor sub_(Tensor left, Tensor right) => Aten.sub__Tensor.InPlace(left, right);
    public static Tensor subtract(Tensor left, Scalar right) => Aten.sub_Tensor.Call(left, right);
    public static Tensor subtract(Tensor left, Tensor right) => Aten.sub_Tensor.Call(left, right);
    public static Tensor subtract_(Tensor left, Scalar right) => Aten.sub__Tensor.InPlace(left, right);
    public static Tensor subtract_(Tensor left, Tensor right) => Aten.sub__Tensor.InPlace(left, right);
    public static Tensor mul(Tensor left, Scalar right) => Aten.mul_Tensor.Call(left, right);
    public static Tensor mul(Tensor left, Tensor right) => Aten.mul_Tensor.Call(left, right);
    public static Tensor mul_(Tensor left, Scalar right) => Aten.mul__Tensor.InPlace(left, right);
    public static Tensor mul_(Tensor left, Tensor right) => Aten.mul__Tensor.InPlace(left, right);
    public static Tensor multiply(Tensor left, Scalar right) => Aten.mul_Tensor.Call(left, right);
    public static Tensor multiply(Tensor left, Tensor right) => Aten.mul_Tensor.Call(left, right);
    public static Tensor multiply_(Tensor left, Scalar right) => Aten.mul__Tensor.InPlace(left, right);
    public static Tensor multiply_(Tensor left, Tensor right) => Aten.mul__Tensor.InPlace(left, right);
    public static Tensor addcmul(Tensor input, Tensor tensor1, Tensor tensor2, Scalar value) => Aten.addcmul.Call(input, tensor1, tensor2, value);
    public static Tensor addcmul_(Tensor input, Tensor tensor1, Tensor tensor2, Scalar value) => Aten.addcmul_.InPlace(input, tensor1, tensor2, value);
    public static Tensor addcdiv(Tensor input, Tensor tensor1, Tensor tensor2, Scalar value) => Aten.addcdiv.Call(input, tensor1, tensor2, value);
    public static Tensor addcdiv_(Tensor input, Tensor tensor1, Tensor tensor2, Scalar value) => Aten.addcdiv_.InPlace(input, tensor1, tensor2, value);
    public static Tensor addmm(Tensor input, Tensor mat1, Tensor mat2, float beta, float alpha) => Aten.addmm.Call(input, mat1, mat2, beta, alpha);
    public static Tensor addmm_(Tensor input, Tensor mat1, Tensor mat2, float beta, float alpha) => Aten.addmm_.InPlace(input, mat1, mat2, beta, alpha);
    public static Tensor addmv(Tensor input, Tensor mat1, Tensor mat2, float beta, float alpha) => Aten.addmv.Call(input, mat1, mat2, beta, alpha);
    public static Tensor addmv_(Tensor input, Tensor mat1, Tensor mat2, float beta, float alpha) => Aten.addmv_.InPlace(input, mat1, mat2, beta, alpha);
    public static Tensor addr(Tensor input, Tensor vec1, Tensor vec2, float beta = 1, float alpha = 1) => Aten.addr.Call(input, vec1, vec2, beta, alpha);
    public static Tensor addr_(Tensor input, Tensor vec1, Tensor vec2, float beta = 1, float alpha = 1) => Aten.addr_.InPlace(input, vec1, vec2, beta, alpha);
    public static Tensor addbmm(Tensor input, Tensor batch1, Tensor batch2, float beta = 1, float alpha = 1) => Aten.addbmm.Call(input, batch1, batch2, beta, alpha);
    public static Tensor addbmm_(Tensor input, Tensor batch1, Tensor batch2, float beta = 1, float alpha = 1) => Aten.addbmm_.InPlace(input, batch1, batch2, beta, alpha);
    public static Tensor baddbmm(Tensor input, Tensor batch1, Tensor batch2, float beta = 1, float alpha = 1) => Aten.baddbmm.Call(input, batch1, batch2, beta, alpha);
    public static Tensor lerp(Tensor input, Tensor end, Tensor weight) => Aten.lerp_Tensor.Call(input, end, weight);
    public static Tensor neg(Tensor input) => Aten.neg.Call(input);
    public static Tensor neg_(Tensor input) => Aten.neg_.InPlace(input);
    public static Tensor negative(Tensor input) => Aten.neg.Call(input);
    public static Tensor negative_(Tensor input) => Aten.neg_.InPlace(input);
    public static Tensor positive(Tensor input) => Aten.positive.Call(input);
    public static Tensor remainder(Tensor left, Scalar right) => Aten.remainder_Scalar.Call(left, right);
    public static Tensor remainder(Tensor left, Tensor right) => Aten.remainder_Tensor.Call(left, right);
    public static Tensor remainder_(Tensor left, Scalar right) => Aten.remainder__Scalar.InPlace(left, right);
    public static Tensor remainder_(Tensor left, Tensor right) => Aten.remainder__Tensor.InPlace(left, right);
    public static Tensor fmod(Tensor left, Scalar right) => Aten.fmod_Scalar.Call(left, right);
    public static Tensor fmod(Tensor left, Tensor right) => Aten.fmod_Tensor.Call(left, right);
    public static Tensor fmod_(Tensor left, Scalar right) => Aten.fmod__Scalar.InPlace(left, right);
    public static Tensor fmod_(Tensor left, Tensor right) => Aten.fmod__Tensor.InPlace(left, right);
    public static Tensor floor_divide(Tensor input, Tensor other) => Aten.floor_divide.Call(input, other);
    public static Tensor floor_divide_(Tensor input, Tensor other) => Aten.floor_divide__Tensor.InPlace(input, other);
    public static Tensor true_divide(Tensor dividend, Tensor divisor) => Aten.true_divide_Tensor.Call(dividend, divisor);
    public static Tensor true_divide_(Tensor dividend, Tensor divisor) => Aten.true_divide__Tensor.InPlace(dividend, divisor);
    public static Tensor pow(Tensor left, Scalar exponent) => Aten.pow_Tensor_Scalar.Call(left, exponent);
    public static Tensor pow(Tensor left, Tensor exponent) => Aten.pow_Tensor_Tensor.Call(left, exponent);
    public static Tensor pow_(Tensor left, Scalar exponent) => Aten.pow__Scalar.InPlace(left, exponent);
    public static Tensor pow_(Tensor left, Tensor exponent) => Aten.pow__Tensor.InPlace(left, exponent);
    public static Tensor float_power(Tensor input, Tensor target) => Aten.float_power_Tensor_Tensor.Call(input, target);
    public static Tensor float_power_(Tensor input, Tensor target) => Aten.float_power__Tensor.InPlace(input, target);

    public static Tensor div(Tensor left, Tensor right, RoundingMode rounding_mode = RoundingMode.None) => Aten.div_Tensor_mode.Call(left, right, Tensor.Mode(rounding_mode));
    public static Tensor div(Tensor left, Scalar right, RoundingMode rounding_mode = RoundingMode.None) => Aten.div_Tensor_mode.Call(left, right, Tensor.Mode(rounding_mode));
    public static Tensor div_(Tensor left, Tensor right, RoundingMode rounding_mode = RoundingMode.None) => Aten.div__Tensor_mode.InPlace(left, right, Tensor.Mode(rounding_mode));
    public static Tensor div_(Tensor left, Scalar right, RoundingMode rounding_mode = RoundingMode.None) => Aten.div__Tensor_mode.InPlace(left, right, Tensor.Mode(rounding_mode));
    public static Tensor divide(Tensor left, Tensor right, RoundingMode rounding_mode = RoundingMode.None) => div(left, right, rounding_mode);
    public static Tensor divide(Tensor left, Scalar right, RoundingMode rounding_mode = RoundingMode.None) => div(left, right, rounding_mode);
    public static Tensor divide_(Tensor left, Tensor right, RoundingMode rounding_mode = RoundingMode.None) => div_(left, right, rounding_mode);
    public static Tensor divide_(Tensor left, Scalar right) => div_(left, right);
}
