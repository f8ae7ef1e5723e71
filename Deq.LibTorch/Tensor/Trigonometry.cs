using TorchSharp.Interop;

namespace TorchSharp;

internal static partial class Aten
{
    internal static readonly Op acos = new("acos");
    internal static readonly Op acos_ = new("acos_");
    internal static readonly Op acosh = new("acosh");
    internal static readonly Op acosh_ = new("acosh_");
    internal static readonly Op arccos = new("arccos");
    internal static readonly Op arccos_ = new("arccos_");
    internal static readonly Op arccosh = new("arccosh");
    internal static readonly Op arccosh_ = new("arccosh_");
    internal static readonly Op arcsin = new("arcsin");
    internal static readonly Op arcsin_ = new("arcsin_");
    internal static readonly Op arcsinh = new("arcsinh");
    internal static readonly Op arcsinh_ = new("arcsinh_");
    internal static readonly Op arctan = new("arctan");
    internal static readonly Op arctan2 = new("arctan2");
    internal static readonly Op arctan2_ = new("arctan2_");
    internal static readonly Op arctan_ = new("arctan_");
    internal static readonly Op arctanh = new("arctanh");
    internal static readonly Op arctanh_ = new("arctanh_");
    internal static readonly Op asin = new("asin");
    internal static readonly Op asin_ = new("asin_");
    internal static readonly Op asinh = new("asinh");
    internal static readonly Op asinh_ = new("asinh_");
    internal static readonly Op atan = new("atan");
    internal static readonly Op atan2 = new("atan2");
    internal static readonly Op atan2_ = new("atan2_");
    internal static readonly Op atan_ = new("atan_");
    internal static readonly Op atanh = new("atanh");
    internal static readonly Op atanh_ = new("atanh_");
    internal static readonly Op cos = new("cos");
    internal static readonly Op cos_ = new("cos_");
    internal static readonly Op cosh = new("cosh");
    internal static readonly Op cosh_ = new("cosh_");
    internal static readonly Op sin = new("sin");
    internal static readonly Op sin_ = new("sin_");
    internal static readonly Op sinh = new("sinh");
    internal static readonly Op sinh_ = new("sinh_");
    internal static readonly Op tan = new("tan");
    internal static readonly Op tan_ = new("tan_");
    internal static readonly Op tanh = new("tanh");
    internal static readonly Op tanh_ = new("tanh_");
}

public static partial class torch
{
    public partial class Tensor
    {
        public Tensor sin() => Aten.sin.Call(this);
        public Tensor sin_() => Aten.sin_.InPlace(this);
        public Tensor cos() => Aten.cos.Call(this);
        public Tensor cos_() => Aten.cos_.InPlace(this);
        public Tensor tan() => Aten.tan.Call(this);
        public Tensor tan_() => Aten.tan_.InPlace(this);
        public Tensor asin() => Aten.asin.Call(this);
        public Tensor asin_() => Aten.asin_.InPlace(this);
        public Tensor acos() => Aten.acos.Call(this);
        public Tensor acos_() => Aten.acos_.InPlace(this);
        public Tensor atan() => Aten.atan.Call(this);
        public Tensor atan_() => Aten.atan_.InPlace(this);
        public Tensor sinh() => Aten.sinh.Call(this);
        public Tensor sinh_() => Aten.sinh_.InPlace(this);
        public Tensor cosh() => Aten.cosh.Call(this);
        public Tensor cosh_() => Aten.cosh_.InPlace(this);
        public Tensor tanh() => Aten.tanh.Call(this);
        public Tensor tanh_() => Aten.tanh_.InPlace(this);
        public Tensor asinh() => Aten.asinh.Call(this);
        public Tensor asinh_() => Aten.asinh_.InPlace(this);
        public Tensor acosh() => Aten.acosh.Call(this);
        public Tensor acosh_() => Aten.acosh_.InPlace(this);
        public Tensor atanh() => Aten.atanh.Call(this);
        public Tensor atanh_() => Aten.atanh_.InPlace(this);
        public Tensor arcsin() => Aten.arcsin.Call(this);
        public Tensor arcsin_() => Aten.arcsin_.InPlace(this);
        public Tensor arccos() => Aten.arccos.Call(this);
        public Tensor arccos_() => Aten.arccos_.InPlace(this);
        public Tensor arctan() => Aten.arctan.Call(this);
        public Tensor arctan_() => Aten.arctan_.InPlace(this);
        public Tensor arcsinh() => Aten.arcsinh.Call(this);
        public Tensor arcsinh_() => Aten.arcsinh_.InPlace(this);
        public Tensor arccosh() => Aten.arccosh.Call(this);
        public Tensor arccosh_() => Aten.arccosh_.InPlace(this);
        public Tensor arctanh() => Aten.arctanh.Call(this);
        public Tensor arctanh_() => Aten.arctanh_.InPlace(this);
        public Tensor atan2(Tensor other) => Aten.atan2.Call(this, other);
        public Tensor atan2_(Tensor other) => Aten.atan2_.InPlace(this, other);
        public Tensor arctan2(Tensor other) => Aten.arctan2.Call(this, other);
        public Tensor arctan2_(Tensor other) => Aten.arctan2_.InPlace(this, other);

        public Tensor arctan(Tensor other) => arctan2(other);
        public Tensor arctan_(Tensor other) => arctan2_(other);
    }

    public static Tensor sin(Tensor input) => Aten.sin.Call(input);
    public static Tensor sin_(Tensor input) => Aten.sin_.InPlace(input);
    public static Tensor cos(Tensor input) => Aten.cos.Call(input);
    public static Tensor cos_(Tensor input) => Aten.cos_.InPlace(input);
    public static Tensor tan(Tensor input) => Aten.tan.Call(input);
    public static Tensor tan_(Tensor input) => Aten.tan_.InPlace(input);
    public static Tensor asin(Tensor input) => Aten.asin.Call(input);
    public static Tensor asin_(Tensor input) => Aten.asin_.InPlace(input);
    public static Tensor acos(Tensor input) => Aten.acos.Call(input);
    public static Tensor acos_(Tensor input) => Aten.acos_.InPlace(input);
    public static Tensor atan(Tensor input) => Aten.atan.Call(input);
    public static Tensor atan_(Tensor input) => Aten.atan_.InPlace(input);
    public static Tensor sinh(Tensor input) => Aten.sinh.Call(input);
    public static Tensor sinh_(Tensor input) => Aten.sinh_.InPlace(input);
    public static Tensor cosh(Tensor input) => Aten.cosh.Call(input);
    public static Tensor cosh_(Tensor input) => Aten.cosh_.InPlace(input);
    public static Tensor tanh(Tensor input) => Aten.tanh.Call(input);
    public static Tensor tanh_(Tensor input) => Aten.tanh_.InPlace(input);
    public static Tensor asinh(Tensor input) => Aten.asinh.Call(input);
    public static Tensor asinh_(Tensor input) => Aten.asinh_.InPlace(input);
    public static Tensor acosh(Tensor input) => Aten.acosh.Call(input);
    public static Tensor acosh_(Tensor input) => Aten.acosh_.InPlace(input);
    public static Tensor atanh(Tensor input) => Aten.atanh.Call(input);
    public static Tensor atanh_(Tensor input) => Aten.atanh_.InPlace(input);
    public static Tensor arcsin(Tensor input) => Aten.arcsin.Call(input);
    public static Tensor arcsin_(Tensor input) => Aten.arcsin_.InPlace(input);
    public static Tensor arccos(Tensor input) => Aten.arccos.Call(input);
    public static Tensor arccos_(Tensor input) => Aten.arccos_.InPlace(input);
    public static Tensor arctan(Tensor input) => Aten.arctan.Call(input);
    public static Tensor arctan_(Tensor input) => Aten.arctan_.InPlace(input);
    public static Tensor arcsinh(Tensor input) => Aten.arcsinh.Call(input);
    public static Tensor arcsinh_(Tensor input) => Aten.arcsinh_.InPlace(input);
    public static Tensor arccosh(Tensor input) => Aten.arccosh.Call(input);
    public static Tensor arccosh_(Tensor input) => Aten.arccosh_.InPlace(input);
    public static Tensor arctanh(Tensor input) => Aten.arctanh.Call(input);
    public static Tensor arctanh_(Tensor input) => Aten.arctanh_.InPlace(input);
    public static Tensor atan2(Tensor input, Tensor other) => Aten.atan2.Call(input, other);
    public static Tensor atan2_(Tensor input, Tensor other) => Aten.atan2_.InPlace(input, other);
    public static Tensor arctan2(Tensor input, Tensor other) => Aten.arctan2.Call(input, other);
    public static Tensor arctan2_(Tensor input, Tensor other) => Aten.arctan2_.InPlace(input, other);
}
