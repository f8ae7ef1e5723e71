"""Writes operators.json: what PyTorch makes of every operator that Deq.LibTorch offers, forward and backward.

    /usr/bin/python3 Deq.Tests/Ground/Values/operators.py > Deq.Tests/Ground/Values/operators.json

A row is [members, arguments, outputs, gradients]. A member's name is TorchSharp's; the tests call every overload, of the
tensor and of torch, that takes the row's arguments. Rows whose name begins with "T." are for the tensor's method alone,
with "torch." for the static one alone. Names ending in "_" change their first argument, which is a copy.
The generator is seeded with 7 before each call. Tensors are named (the pool at the head of the file) or written out; gradients are those of
sum over outputs and elements i of ((i mod 7) - 2.5) * output_i, for every floating argument that has one.
"""
import json
import sys

import torch

POOL = {}


def pool(name, values, dtype="Float64"):
    t = torch.tensor(values, dtype=TYPES[dtype])
    POOL[name] = (t, dtype)


TYPES = {"Float64": torch.float64, "Float32": torch.float32, "Float16": torch.float16, "BFloat16": torch.bfloat16,
         "Int64": torch.int64, "Int32": torch.int32, "Int16": torch.int16, "Int8": torch.int8, "Byte": torch.uint8, "Bool": torch.bool,
         "ComplexFloat64": torch.complex128, "ComplexFloat32": torch.complex64}
NAMES = {v: k for k, v in TYPES.items()}


def spread(n, low, high, step=0.6180339887):
    """Distinct numbers without a pattern, the same on every machine."""
    return [round(low + (high - low) * (((i + 1) * step + 0.37) % 1), 3) for i in range(n)]


def shaped(values, *sizes):
    return torch.tensor(values, dtype=torch.float64 if isinstance(values[0], float) else None).reshape(sizes).tolist()


pool("x", shaped(spread(12, -2, 2), 3, 4))
pool("y", shaped(spread(12, -2, 2, 0.7548776662), 3, 4))
pool("p", shaped(spread(12, 0.2, 3), 3, 4))           # positive
pool("q", shaped(spread(12, 0.2, 3, 0.7548776662), 3, 4))
pool("u", shaped(spread(12, -0.9, 0.9), 3, 4))        # inside (-1, 1)
pool("w", shaped(spread(12, 0.05, 0.95), 3, 4))       # inside (0, 1)
pool("g", shaped(spread(12, 1.1, 3), 3, 4))           # above 1
pool("x44", shaped(spread(16, -1, 1), 4, 4))
pool("m", shaped([2.1, 0.3, -0.4, 0.2, 1.7, 0.5, -0.3, 0.1, 2.4], 3, 3))      # well conditioned
pool("s", shaped([2.5, 0.4, -0.3, 0.4, 1.9, 0.2, -0.3, 0.2, 3.1], 3, 3))      # symmetric positive definite
pool("l", shaped([1.5, 0, 0, 0.4, 1.2, 0, -0.3, 0.2, 1.8], 3, 3))             # lower triangular
pool("x45", shaped(spread(20, -1, 1, 0.7548776662), 4, 5))
pool("x43", shaped(spread(12, -1, 1, 0.3247179572), 4, 3))
pool("b", shaped(spread(6, -1, 1), 3, 2))
pool("v", spread(4, -1, 1))
pool("v2", spread(4, -1, 1, 0.7548776662))
pool("v3", spread(3, -1, 1))
pool("r", shaped(spread(24, -2, 2, 0.4142135623), 2, 3, 4))
pool("c", shaped(spread(24, -2, 2, 0.7320508075), 2, 4, 3))
pool("o", shaped(spread(1, 1, 2), 1, 1))
pool("one", shaped(spread(4, -1, 1), 1, 4, 1))
pool("n", shaped([1.0, float("nan"), float("inf"), -float("inf"), -2.0, 0.5], 2, 3))
pool("sorted", [-1.5, -0.5, 0.25, 0.8, 1.5])
pool("i", shaped([3, 1, 2, 0, 5, 4], 2, 3), "Int64")
pool("j", shaped([2, 2, 1, 3, 1, 6], 2, 3), "Int64")
pool("k", [2, 0, 2], "Int64")
pool("at", shaped([0, 2, 1, 0, 1, 1, 0, 2], 2, 4), "Int64")
pool("counts", [1, 3, 1, 0, 3], "Int64")
pool("t", shaped([True, False, True, False, True, True, False, False, True, True, False, False], 3, 4), "Bool")
pool("f", shaped([True, True, False, False, True, False, False, True, True, False, True, False], 3, 4), "Bool")
pool("some", shaped(spread(8, -1, 1, 0.2360679775), 2, 4))
pool("levels", [0.25, 0.5])
pool("powers", [2, -1, 3, 0], "Int64")
pool("front", shaped(spread(3, -1, 1), 3, 1))
pool("rows", [2, 0, 1], "Int64")
pool("wide", shaped(spread(6, -1, 1, 0.7320508075), 3, 2))
pool("cuts", [1, 3], "Int64")
pool("z", [complex(a, b) for a, b in zip(spread(4, -1, 1), spread(4, -1, 1, 0.7548776662))], "ComplexFloat64")
pool("small", 1e-3)
LU, PIVOTS = torch.linalg.lu_factor(POOL["m"][0])
pool("lu", LU.tolist())
pool("pivots", PIVOTS.tolist(), "Int32")
pool("x32", shaped(spread(12, -2, 2), 3, 4), "Float32")
pool("x16", shaped(spread(12, -2, 2), 3, 4), "Float16")
pool("xb", shaped(spread(12, -2, 2), 3, 4), "BFloat16")

ROWS = []


class F:
    """A floating number, which JSON would not tell from a whole one."""

    def __init__(self, value):
        self.value = value


class D:
    def __init__(self, name):
        self.name = name


class E:
    """A member of an enumeration, and what PyTorch writes for it."""

    def __init__(self, name, value):
        self.name, self.value = name, value


def encode(a):
    if isinstance(a, str) and a in POOL: return {"t": a}
    if isinstance(a, str): return {"s": a}
    if isinstance(a, bool): return {"b": a}
    if isinstance(a, int): return {"i": a}
    if isinstance(a, F): return {"f": a.value}
    if isinstance(a, D): return {"d": a.name}
    if isinstance(a, E): return {"e": a.name}
    if a is None: return None
    if isinstance(a, list) and a and isinstance(a[0], str): return {"ts": a}
    if isinstance(a, list): return {"is": a}
    raise TypeError(a)


def number(x):
    """Inputs are short by themselves; nine digits of an output are enough to tell."""
    if x != x: return "nan"
    if x in (float("inf"), -float("inf")): return "inf" if x > 0 else "-inf"
    return float(f"{x:.9g}") if isinstance(x, float) else x


def written(t):
    t = t.detach().resolve_conj() if torch.is_tensor(t) else t
    dtype = NAMES[t.dtype]
    if t._is_zerotensor(): t = torch.zeros(t.shape, dtype=t.dtype)
    if t.is_complex(): t = torch.view_as_real(t)
    values = t.to(torch.float64).flatten().tolist() if t.is_floating_point() else [int(v) for v in t.flatten().tolist()]
    return [dtype, list(t.shape), [number(v) for v in values]]


def row(name, *args, call=None, grad=True, twin=None):
    """twin: PyTorch's name where it is another."""
    tensors = []

    def resolve(a):
        if isinstance(a, str) and a in POOL:
            t = POOL[a][0].clone()
            tensors.append((a, t))
            return t
        if isinstance(a, list) and a and isinstance(a[0], str): return [resolve(x) for x in a]
        if isinstance(a, (F, E)): return a.value
        if isinstance(a, D): return TYPES[a.name]
        return a

    given = [resolve(a) for a in args]
    plain = name.split(".")[-1]
    in_place = plain.endswith("_")
    differentiable = [(i, t) for i, (_, t) in enumerate(tensors) if grad and t.is_floating_point()]
    for _, t in differentiable: t.requires_grad_()
    if in_place and torch.is_tensor(given[0]) and given[0].requires_grad:
        leaf = given[0]
        given[0] = leaf.clone()
    space = {"linalg": torch.linalg, "special": torch.special, "torch": torch}.get(name.split(".")[0], torch.Tensor)
    function = call or getattr(space, twin or plain, None) or getattr(torch, plain)
    torch.manual_seed(7)
    result = function(*given)
    outputs = list(result) if isinstance(result, (tuple, list)) else [result]
    loss = 0
    for o in outputs:
        if torch.is_tensor(o) and o.requires_grad:
            flat = torch.view_as_real(o.resolve_conj()) if o.is_complex() else o
            weights = (torch.arange(flat.numel()) % 7).to(flat.dtype) - 2.5
            loss = loss + (flat.flatten() * weights).sum()
    gradients = [None] * len(tensors)
    if torch.is_tensor(loss):
        try:
            found = torch.autograd.grad(loss, [t for _, t in differentiable], allow_unused=True)
        except NotImplementedError:  # some twins in place have no derivative in this version
            found = [None] * len(differentiable)
        for (i, _), g in zip(differentiable, found): gradients[i] = None if g is None else written(g)
    outs = [written(o) if torch.is_tensor(o) else o for o in outputs]
    ROWS.append([name, [encode(a) for a in args], outs, gradients if any(g is not None for g in gradients) else None])


def both(name, *args, **kw):
    """The operator and its twin in place; one row with both names where they agree."""
    row(name, *args, **kw)
    twin = kw.pop("twin", None)
    row(name + "_", *args, twin=twin + "_" if twin else None, **kw)
    if ROWS[-1][1:] == ROWS[-2][1:]:
        ROWS[-2][0] += " " + ROWS.pop()[0]


# ---- one operand
for n in "abs absolute exp exp2 expm1 sigmoid erf erfc deg2rad rad2deg sin cos tan sinh cosh tanh asinh arcsinh atan arctan sinc square neg negative i0 frac".split():
    both(n, "x") if n != "square" else row(n, "x")
for n in "ceil floor trunc fix sign sgn round".split(): both(n, "x")
for n in "log log2 log10 log1p sqrt rsqrt reciprocal lgamma digamma".split(): both(n, "p")
for n in "asin acos arcsin arccos atanh arctanh erfinv".split(): both(n, "u")
for n in "acosh arccosh".split(): both(n, "g")
both("logit", "w")
both("logit", "w", F(0.1))
row("T.round", "x", 2, call=lambda x, d: x.round(decimals=d), grad=False)
for n in "positive conj conj_physical resolve_conj resolve_neg angle clone ravel signbit isfinite isinf isnan isneginf isposinf isreal msort".split(): row(n, "x")
for n in "isfinite isinf isnan isneginf isposinf".split(): row(n, "n", grad=False)
both("nan_to_num", "n", grad=False)
both("nan_to_num", "n", F(1.5), F(2.5), F(-3.5), grad=False)
row("polygamma", "p", 1, call=lambda p, n: torch.polygamma(n, p))
row("mvlgamma", "g", 2)
for n in "x32 x16 xb".split():
    row("tanh" if n == "x32" else "neg", n)
    row("add", n, F(1.5))
    row("mul", n, n)
row("complex", "x", "y", call=torch.complex)
row("polar", "p", "x", call=torch.polar)
row("torch.real", "x")
row("view_as_complex", "b")
row("view_as_real", "z")
row("torch.imag", "z")
row("torch.real", "z")
for n in "abs angle conj mul exp".split(): row(n, "z", *(("z",) if n == "mul" else ()))

# ---- activations
functional = torch.nn.functional
for n in "relu relu6 selu silu hardsigmoid hardswish".split():
    row(n, "x", call=getattr(functional, n))
    row(n + "_", "x", call=lambda x, f=getattr(functional, n): f(x, inplace=True))
for n, a in (("leaky_relu", (F(0.1),)), ("hardtanh", (F(-0.5), F(0.75))), ("celu", ()), ("celu", (F(1.5),)), ("elu", ()), ("elu", (F(0.7),)), ("threshold", (F(0.2), F(-0.3)))):
    row(n, "x", *a, call=getattr(functional, n))
    row(n + "_", "x", *a, call=lambda x, *b, f=getattr(functional, n): f(x, *b, inplace=True))
for suffix in ("", "_"): row("elu" + suffix, "x", F(0.7), F(1.1), F(0.9), call=lambda x, a, s, i: torch.ops.aten.elu(x, a, s, i))
row("gelu", "x", call=functional.gelu)
row("gelu_", "x", call=functional.gelu)
row("softplus", "x", call=functional.softplus)
row("softplus", "x", F(2.0), F(1.0), call=functional.softplus)
row("log_sigmoid", "x", call=functional.logsigmoid)
row("glu", "x", call=functional.glu)
row("glu", "x45", 0, call=functional.glu)
row("prelu", "x", "v", call=functional.prelu)
for a in ((1,), (0, D("Float32"))):
    row("softmax", "x", *a, call=lambda x, d, t=None: torch.softmax(x, d, dtype=t))
    row("log_softmax", "x", *a, call=lambda x, d, t=None: torch.log_softmax(x, d, dtype=t))

# ---- two operands
for n, t in (("add", "add"), ("sub", "sub"), ("subtract", "sub"), ("mul", "mul"), ("multiply", "mul")):
    both(n, "x", "y", twin=t)
    both(n, "x", "v", twin=t)
    both(n, "x", F(1.5), twin=t)
    both(n, "i", 3, twin=t)
for suffix in ("", "_"):
    row("add" + suffix, "x", "y", F(0.5), call=lambda x, y, a, s=suffix: getattr(x, "add" + s)(y, alpha=a))
    row("add" + suffix, "x", F(2.0), F(0.5), call=lambda x, y, a, s=suffix: getattr(x, "add" + s)(y * a))
modes = (E("None", None), E("trunc", "trunc"), E("floor", "floor"))
for n in ("div", "divide"):
    for suffix in ("", "_"):
        for other in ("q", F(0.7)):
            row(n + suffix, "x", other)
            for mode in modes: row(n + suffix, "x", other, mode, call=lambda x, y, m, f=n + suffix: getattr(x, f)(y, rounding_mode=m))
for n in ("remainder", "fmod"):
    both(n, "x", "q")
    both(n, "x", F(0.7))
both("floor_divide", "i", "j")
both("floor_divide", "i", 2)
both("true_divide", "x", "q")
both("true_divide", "x", F(1.7))
both("pow", "p", "x")
both("pow", "x", 3)
both("pow", "p", F(1.5))
both("float_power", "p", "x")
both("xlogy", "x", "p")
both("xlogy", "x", F(1.5))
for n in "atan2 arctan2".split(): both(n, "x", "y")
row("T.arctan", "x", "y", twin="atan2")
row("T.arctan_", "x", "y", twin="atan2_")
for n in "maximum minimum fmax fmin logaddexp logaddexp2 hypot".split(): row(n, "x", "y")
both("copysign", "x", "y")
row("nextafter", "x", "y", grad=False)
row("ldexp", "x", "powers")
row("ldexp_", "x", "powers", grad=False)
row("heaviside", "x", "y", grad=False)
row("gcd", "i", "j")
row("lcm", "i", "j")
row("max", "x", "y")
row("min", "x", "y")
for a in ((F(-0.5), F(0.75)), (None, F(0.5)), (F(0.1),)):
    row("clamp", "x", *a)
    row("clip", "x", *a)
    row("clamp_", "x", *a)
row("clamp", "x", "u", "g")
row("clamp_", "x", "u", "g")
both("clamp_min", "x", F(0.2))
both("clamp_max", "x", F(0.2))
row("addcmul", "x", "y", "p", F(0.5), call=lambda x, a, b, v: torch.addcmul(x, a, b, value=v))
row("addcmul_", "x", "y", "p", F(0.5), call=lambda x, a, b, v: x.addcmul_(a, b, value=v))
row("addcdiv", "x", "y", "p", F(0.5), call=lambda x, a, b, v: torch.addcdiv(x, a, b, value=v))
row("addcdiv_", "x", "y", "p", F(0.5), call=lambda x, a, b, v: x.addcdiv_(a, b, value=v))
row("T.addcdiv", "x", "y", "p")
row("T.addcdiv_", "x", "y", "p")
row("lerp", "x", "y", "w")
row("T.lerp_", "x", "y", "w")

# ---- comparisons and logic
for n in "eq ne lt le gt ge".split():
    both(n, "x", "y", grad=False)
    row(n, "x", F(0.1), grad=False)
    row("T." + n + "_", "x", F(0.1), grad=False)
for n in "not_equal less less_equal greater greater_equal".split(): row(n, "x", "y")
row("isclose", "x", "x")
row("isclose", "x", "y", F(0.5), F(0.1), True)
row("allclose", "x", "x")
row("allclose", "x", "y", F(0.5), F(0.1), True)
row("isin", "i", "k", call=torch.isin)
row("isin", "i", "k", False, True, call=lambda a, b, u, i: torch.isin(a, b, assume_unique=u, invert=i))
for n in "logical_and logical_or logical_xor".split(): both(n, "t", "f")
row("logical_not", "t")
row("T.logical_not_", "t")
for n in "bitwise_and bitwise_or bitwise_xor bitwise_left_shift bitwise_right_shift".split(): both(n, "i", "j")
both("bitwise_not", "i")
for n in "all any".split():
    row(n, "t")
    row(n, "t", 1)
    row(n, "t", 0, True)

# ---- reductions
typed = lambda f: lambda x, *a: getattr(x, f)(*a[:-1], dtype=a[-1]) if a and isinstance(a[-1], torch.dtype) else getattr(x, f)(*a)
row("sum", "x")
row("sum", "x", D("Float32"), call=typed("sum"))
row("sum", "r", 1)
row("sum", "r", -1, True, D("Float32"), call=typed("sum"))
row("sum", "r", [0, 2], True)
row("T.sum", "r", 0, 2, call=lambda r, a, b: r.sum((a, b)))
row("T.sum", "r", 0, 1, 2, call=lambda r, a, b, c: r.sum((a, b, c)))
row("T.sum", "r", 0, 2, True, call=lambda r, a, b, k: r.sum((a, b), k))
row("mean", "x")
row("mean", "r", [0, 2])
row("mean", "r", [1], True, D("Float32"), call=typed("mean"))
row("prod", "x")
row("prod", "x", 1)
row("prod", "x", 0, True, D("Float32"), call=typed("prod"))
for n in ("amax", "amin"):
    row(n, "r", [0, 2])
    row(n, "r", [1], True)
for n in ("argmax", "argmin"):
    row(n, "x")
    row(n, "x", 1)
    row(n, "x", 0, True)
for n in ("max", "min", "median", "nanmedian"): row(n, "x")
for n in ("max", "min"):
    row(n, "x", 1)
    row(n, "x", 0, True)
row("aminmax", "x", call=torch.aminmax, grad=False)
row("aminmax", "x", 1, True, call=lambda x, d, k: torch.aminmax(x, dim=d, keepdim=k), grad=False)
row("mode", "i", 1)
row("mode", "i", 0, True)
row("kthvalue", "x", 2, 1)
row("kthvalue", "x", 2, 0, True)
row("logsumexp", "x", 1)
row("logsumexp", "x", 0, True)
for n in "cumsum cumprod".split():
    row(n, "x", 1)
    row(n, "x", 0, D("Float32"), call=typed(n))
for n in "cummax cummin logcumsumexp".split(): row(n, "x", 1)
row("nansum", "x")
row("nanmean", "x")
row("nanmean", "x", 1, True, D("Float32"), call=lambda x, d, k, t: x.nanmean(d, k, dtype=t))
row("count_nonzero", "i")
row("count_nonzero", "t", [1])
for n in ("quantile", "nanquantile"):
    row(n, "x", "levels", call=lambda x, q, f=getattr(torch, n): f(x, q, dim=-1))
    row(n, "x", "levels", 0, True)
for n in ("std", "var"):
    row(n, "x")
    row(n, "x", False)
    row(n, "r", 1)
    row(n, "r", [0, 2], False, True)
    row(n, "r", [0, 1, 2])
    row(n, "r", 1, True, False, D("Float32"), call=lambda x, d, u, k, t, f=n: getattr(x, f)(d, u, k).to(t))
for n in ("std_mean", "var_mean"):
    f = getattr(torch, n)
    row(n, "x", call=f)
    row(n, "x", False, call=f)
    row(n, "r", 1, call=f)
    row(n, "r", [0, 2], False, True, call=f)
    row(n, "r", [0, 1, 2], call=f)
row("norm", "x")
row("norm", "x", F(1.0))
row("norm", "x", F(3.0))
row("norm", "x", 1, call=lambda x, d: x.norm(2, d))
row("norm", "x", 0, True, F(1.0), call=lambda x, d, k, p: x.norm(p, d, k))
row("dist", "x", "y")
row("dist", "x", "y", F(1.0))
row("trace", "m")
row("histc", "x", 4, -2, 2, grad=False)
row("bincount", "counts")
row("bincount", "counts", None, 6)
row("bucketize", "x", "sorted", call=torch.bucketize, grad=False)
row("bucketize", "x", "sorted", True, True, call=lambda x, b, o, r: torch.bucketize(x, b, out_int32=o, right=r), grad=False)
row("torch.searchsorted", "sorted", "x", grad=False)
row("torch.searchsorted", "sorted", "x", True, True, call=lambda s, x, o, r: torch.searchsorted(s, x, out_int32=o, right=r), grad=False)
row("torch.searchsorted", "sorted", F(0.3), False, False, None, call=lambda s, x, o, r, k: torch.searchsorted(s, x, out_int32=o, right=r), grad=False)
row("renorm", "x", F(2.0), 0, F(1.0))
row("diff", "x")
row("diff", "x", 2, 1)
row("diff", "x", 1, 1, "front", "front")
row("trapezoid", "x", call=torch.trapezoid)
row("trapezoid", "x", F(0.5), 0, call=lambda y, h, d: torch.trapezoid(y, dx=h, dim=d))
row("cumulative_trapezoid", "x", call=torch.cumulative_trapezoid)
row("cumulative_trapezoid", "x", F(0.5), 0, call=lambda y, h, d: torch.cumulative_trapezoid(y, dx=h, dim=d))
row("trapezoid", "x", "p", call=lambda y, x: torch.trapezoid(y, x))
row("cumulative_trapezoid", "x", "p", call=lambda y, x: torch.cumulative_trapezoid(y, x))
row("topk", "x", 2)
row("topk", "x", 2, 0, False, True)
row("sort", "x")
row("sort", "x", 0, True)
row("sort", "x", 1, False, True, call=lambda x, d, e, s: x.sort(dim=d, descending=e, stable=s))
row("argsort", "x")
row("argsort", "x", 0, True)
row("unique", "counts", call=lambda c: torch.unique(c))
row("unique", "counts", True, True, True, call=lambda c, s, i, k: torch.unique(c, s, i, k))
row("unique", "i", True, True, False, 1, call=lambda c, s, i, k, d: torch.unique(c, s, i, k, d))
row("unique_consecutive", "counts", True, True, call=lambda c, i, k: torch.unique_consecutive(c, i, k))

# ---- matrices
row("matmul", "x", "x45")
row("matmul", "r", "c")
row("matmul", "x", "v")
row("mm", "x", "x45")
row("bmm", "r", "c")
row("mv", "x", "v")
row("dot", "v", "v2")
row("vdot", "v", "v2")
row("inner", "v", "v2")
for n in "outer ger".split(): row(n, "v", "v3")
row("kron", "m", "b")
row("torch.einsum", "ij,jk->ik", ["x", "x45"], call=lambda e, t: torch.einsum(e, *t))
row("torch.einsum", "bij,bjk->bik", ["r", "c"], call=lambda e, t: torch.einsum(e, *t))
row("torch.chain_matmul", ["x", "x44", "x45"], call=lambda t: torch.linalg.multi_dot(t))
row("tensordot", "x", "x45", 1, call=lambda a, b, d: torch.tensordot(a, b, d))
row("tensordot", "r", "c", [1, 2], [2, 1], call=lambda a, b, d, e: torch.tensordot(a, b, (d, e)))
row("T.addmm", "m", "x", "x43")
row("addmm", "m", "x", "x43", F(0.5), F(2.0), call=lambda m, a, b, s, t: torch.addmm(m, a, b, beta=s, alpha=t))
row("addmm_", "m", "x", "x43", F(0.5), F(2.0), call=lambda m, a, b, s, t: m.addmm_(a, b, beta=s, alpha=t))
row("T.addmv", "v3", "x", "v")
row("addmv", "v3", "x", "v", F(0.5), F(2.0), call=lambda m, a, b, s, t: torch.addmv(m, a, b, beta=s, alpha=t))
row("addmv_", "v3", "x", "v", F(0.5), F(2.0), call=lambda m, a, b, s, t: m.addmv_(a, b, beta=s, alpha=t))
for suffix in ("", "_"):
    row("addr" + suffix, "x", "v3", "v", F(0.5), F(2.0), call=lambda m, a, b, s, t, f="addr" + suffix: getattr(m, f)(a, b, beta=s, alpha=t))
    row("addbmm" + suffix, "m", "r", "c", F(0.5), F(2.0), call=lambda m, a, b, s, t, f="addbmm" + suffix: getattr(m, f)(a, b, beta=s, alpha=t))
row("baddbmm", "m", "r", "c", F(0.5), F(2.0), call=lambda m, a, b, s, t: torch.baddbmm(m, a, b, beta=s, alpha=t))
for n in "det logdet inverse matrix_exp".split(): row(n, "s")
row("matrix_power", "m", 3)
row("pinverse", "b", grad=False)
row("cholesky", "s")
row("cholesky", "s", True)
row("cholesky_inverse", "l")
row("cholesky_solve", "b", "l")
for n in ("tril", "triu"):
    both(n, "x")
    both(n, "x", 1)
    row("torch." + n + "_indices", 3, 4, 1)
row("diag", "m")
row("diag", "v", 1)
row("diagflat", "v", 1)
row("diag_embed", "x")
row("diag_embed", "x", 1, 0, 2)
row("diagonal", "r", 0, 1, 2)
row("diagonal", "m")
row("torch.block_diag", ["m", "b"], call=lambda t: torch.block_diag(*t))
row("t", "x")
row("adjoint", "r")
row("vander", "v3", call=torch.vander, grad=False)
row("vander", "v3", 4, True, call=torch.vander, grad=False)
row("cov", "x")
row("corrcoef", "x")
row("torch.cdist", "x", "y")
row("torch.cdist", "x", "y", F(1.0))

# ---- shapes
row("T.view", "x", [2, 6])
row("reshape", "x", [2, -1])
row("T.view_as", "x", "x43")
row("flatten", "r")
row("flatten", "r", 1)
row("flatten", "r", 0, 1)
row("unflatten", "x", 1, [2, 2], call=lambda x, d, s: torch.nn.Unflatten(d, tuple(s))(x))
row("permute", "r", [2, 0, 1])
for n in "transpose swapaxes swapdims".split(): row(n, "r", 0, 2)
row("T.transpose_", "r", 0, 2, grad=False)
for n in "movedim moveaxis".split():
    row(n, "r", [0, 1], [2, 0])
    row("torch." + n, "r", 0, 2)
both("squeeze", "one")
both("squeeze", "one", 0)
both("unsqueeze", "x", 1)
row("T.expand", "v", [3, 4])
row("T.expand", "o", [2, 3], False, call=lambda o, s, i: o.expand(s))
row("T.expand_as", "v", "x")
row("broadcast_to", "v", [3, 4])
row("torch.broadcast_tensors", ["v", "x"], call=lambda t: torch.broadcast_tensors(*t))
row("flip", "r", [0, 2])
row("fliplr", "x")
row("flipud", "x")
row("roll", "x", 2)
row("roll", "x", 1, 1)
row("roll", "x", [1, 2], [0, 1])
row("roll", "r", [1, 2, 1], [0, 1, 2])
row("roll", "v", [1])
row("rot90", "x")
row("rot90", "x", 2, [1, 0])
for n in ("contiguous", "alias"): row("T." + n, "x", call=lambda x: x.clone())
row("T.unfold", "x", 1, 2, 1)
row("T.as_strided", "x", [2, 2], [1, 2], 1)
for n in "atleast_1d atleast_2d atleast_3d".split(): row("T." + n, "v", call=getattr(torch, n))
row("T.repeat", "x", [2, 1])
row("tile", "x", [2, 1])
row("repeat_interleave", "x", 2, 1)
row("repeat_interleave", "x", "k", 0)
row("repeat_interleave", "v", 2)
for n in "cat concat concatenate".split():
    row("torch." + n, ["x", "y"], call=lambda t: torch.cat(t))
    row("torch." + n, ["x", "y"], 1, call=lambda t, d: torch.cat(t, d))
row("torch.stack", ["x", "y"])
row("torch.stack", ["x", "y"], 1)
for n in "hstack vstack dstack column_stack row_stack".split(): row("torch." + n, ["x", "y"])
row("split", "x", [1, 2])
row("split", "x", [1, 3], 1)
row("T.split", "x", 2)
row("T.split", "x", 3, 1)
row("tensor_split", "x", 2)
row("tensor_split", "x", [1, 2], 1)
row("tensor_split", "x", "cuts", 1)
row("hsplit", "x", 2)
row("hsplit", "x", [1, 3])
row("T.vsplit", "x", 3)
row("vsplit", "x", [1, 2])
row("dsplit", "r", 2)
row("dsplit", "r", [1, 3])
row("chunk", "x", 2)
row("chunk", "x", 2, 1)
row("unbind", "x")
row("unbind", "x", 1)
row("torch.cartesian_prod", ["v", "v3"], call=lambda t: torch.cartesian_prod(*t))
row("torch.combinations", "v")
row("torch.combinations", "v", 3, True)
row("torch.meshgrid", ["v", "v3"], call=lambda t: torch.meshgrid(*t, indexing="ij"))
row("torch.meshgrid", ["v", "v3"], "xy", call=lambda t, i: torch.meshgrid(*t, indexing=i))

# ---- gathering
row("narrow", "x", 1, 1, 2)
row("select", "x", 1, -1)
row("T.slice", "x", 1, 0, 4, 2, call=lambda x, d, a, b, s: x[:, a:b:s])
row("index_select", "x", 0, "k")
row("gather", "x", 0, "at")
row("torch.gather", "x", 0, "at", False, call=lambda x, d, i, s: torch.gather(x, d, i, sparse_grad=s))
for suffix in ("", "_"):
    row("scatter" + suffix, "x", 0, "at", "some")
    row("scatter_add" + suffix, "x", 0, "at", "some")
    row("index_add" + suffix, "x", 0, "k", "y", F(0.5), call=lambda x, d, i, s, a, f="index_add" + suffix: getattr(x, f)(d, i, s, alpha=a))
    row("index_copy" + suffix, "x", 0, "rows", "y")
    row("index_fill" + suffix, "x", 0, "k", F(0.5))
    row("T.masked_fill" + suffix, "x", "t", F(0.5))
    row("T.masked_scatter" + suffix, "x", "t", "y")
row("masked_select", "x", "t")
row("nonzero", "t", call=torch.nonzero)
row("T.nonzero_as_list", "t", call=lambda t: t.nonzero(as_tuple=True))
row("argwhere", "t")
row("take", "x", "i")
row("take_along_dim", "x", "at", 0)
row("T.take_along_dim", "x", "i")
row("T.where", "x", "t", "y", call=lambda x, c, y: torch.where(c, x, y))
row("torch.where", "t", "x", "y")
row("torch.where", "t")
row("select_scatter", "x", "v", 0, 1)
row("diagonal_scatter", "m", "v3")
row("slice_scatter", "x", "wide", 1, 0, 4, 2, call=torch.slice_scatter)

# ---- filling
row("T.fill_", "x", F(1.5))
row("T.zero_", "x")
row("T.copy_", "x", "y")
row("T.copy_", "x", "x32")
row("T.detach", "x")
row("T.detach_", "x", grad=False)
for n, t in (("bool", "Bool"), ("byte", "Byte"), ("char", "Int8"), ("short", "Int16"), ("int", "Int32"), ("long", "Int64"), ("half", "Float16"),
             ("bfloat16", "BFloat16"), ("float", "Float32"), ("double", "Float64"), ("cfloat", "ComplexFloat32"), ("cdouble", "ComplexFloat64")):
    row("T." + n, "p", grad=n in ("float", "double", "half"))
    row("T.to", "p", D(t), call=lambda x, t: x.to(t), grad=n in ("float", "double", "half"))
    row("T.to_type", "p", D(t), call=lambda x, t: x.to(t), grad=False)
    row("T.type", "p", D(t), call=lambda x, t: x.to(t), grad=False)
row("T.type_as", "x", "x32")
for n in "zeros ones".split():
    row("torch." + n, [2, 3], D("Float64"), call=lambda s, t, f=getattr(torch, n): f(s, dtype=t))
    row(n + "_like", "x")
    row(n + "_like", "x", D("Int32"), call=lambda x, t, f=getattr(torch, n + "_like"): f(x, dtype=t))
    if n == "zeros": row("T.new_" + n, "x", [2, 3])
    for sizes in ((2,), (2, 3), (2, 3, 1), (2, 3, 1, 2)):
        row("T.new_" + n, "x", *sizes, call=lambda x, *s, f="new_" + n: getattr(x, f)(s))
        row("torch." + n, *sizes)
row("full_like", "x", F(1.5), call=torch.full_like)
row("T.new_full", "x", [2, 3], F(1.5))
row("torch.full", [2, 3], F(1.5))
for sizes in ((2,), (2, 3), (2, 3, 1), (2, 3, 1, 2)):
    row("T.new_full", "x", *sizes, F(1.5), call=lambda x, *s: x.new_full(s[:-1], s[-1]))
    row("torch.full", *sizes, F(1.5), call=lambda *s: torch.full(s[:-1], s[-1]))
row("torch.eye", 3)
row("torch.eye", 2, 3)
row("torch.arange", 5)
row("torch.arange", F(2.5))
row("torch.arange", 1, 5)
row("torch.arange", F(0.0), F(1.0), F(0.25))
row("torch.arange", 1, 9, 3)
row("torch.linspace", F(-1.0), F(1.0), 5)
row("torch.logspace", F(0.0), F(2.0), 3, F(2.0))

# ---- random numbers
for n in "rand randn".split():
    f = getattr(torch, n)
    row("torch." + n, [3, 7])
    row("torch." + n, [3, 7], D("Float64"), call=lambda s, t, f=f: f(s, dtype=t))
    for sizes in ((2,), (2, 3), (2, 3, 1), (2, 3, 1, 2)): row("torch." + n, *sizes)
    row(n + "_like", "x", call=getattr(torch, n + "_like"))
row("torch.randint", 10, [3, 7])
row("torch.randint", -5, 5, [3, 7])
row("torch.randperm", 9)
row("randint_like", "x", -5, 5, call=torch.randint_like)
row("bernoulli", "w", grad=False)
row("T.bernoulli_", "x", F(0.3), grad=False)
row("T.bernoulli_", "x", "w", grad=False)
row("T.uniform_", "x", F(-2.0), F(3.0), grad=False)
row("T.normal_", "x", F(1.0), F(2.0), grad=False)
row("torch.normal", "x", "p", grad=False)
row("torch.normal", F(1.0), F(2.0), [4, 5])
row("T.exponential_", "x", F(1.5), grad=False)
row("T.geometric_", "x", F(0.3), grad=False)
row("T.cauchy_", "x", F(0.5), F(2.0), grad=False)
row("T.log_normal_", "x", F(0.5), F(0.25), grad=False)
row("T.random_", "x", F(-3.0), F(4.0), call=lambda x, a, b: x.random_(int(a), int(b)), grad=False)
row("multinomial", "w", 3, grad=False)
row("multinomial", "w", 6, True, grad=False)
row("poisson", "p", grad=False)
row("T.rrelu", "x", call=torch.nn.functional.rrelu)
row("T.rrelu", "x", F(0.1), F(0.3), call=torch.nn.functional.rrelu)

# ---- linalg
row("linalg.cholesky", "s")
row("linalg.cholesky_ex", "s")
row("linalg.cholesky_ex", "s", True, call=lambda s, c: torch.linalg.cholesky_ex(s, check_errors=c))
row("linalg.cond", "s")
row("linalg.cond", "s", F(1.0), grad=False)
row("linalg.cond", "s", 1, grad=False)
row("linalg.cond", "s", "fro", grad=False)
row("linalg.cross", "m", "s")
row("linalg.cross", "m", "s", 0, call=lambda a, b, d: torch.linalg.cross(a, b, dim=d))
for n in "det inv matrix_exp svdvals slogdet inv_ex lu_factor lu".split(): row("linalg." + n, "s")
row("linalg.diagonal", "r")
row("linalg.diagonal", "r", 1, 0, 2, call=lambda a, o, d, e: torch.linalg.diagonal(a, offset=o, dim1=d, dim2=e))
row("linalg.eigvals", "m", grad=False)
row("linalg.eig", "m", grad=False)
row("linalg.eigvalsh", "s")
row("linalg.eigvalsh", "s", E("U", "U"))
row("linalg.eigh", "s", grad=False)
row("linalg.eigh", "s", E("U", "U"), grad=False)
row("linalg.lstsq", "x43", "x44", grad=False)
row("linalg.lstsq", "x43", "x44", F(1e-9), grad=False)
for o in (F(1.0), F(2.0)): row("linalg.matrix_norm", "r", o)
row("linalg.matrix_norm", "r")
row("linalg.matrix_norm", "r", "nuc", [0, 1], True)
row("linalg.matrix_norm", "r", F(1.0), [0, 1], True)
row("linalg.matrix_rank", "m", grad=False)
row("linalg.matrix_rank", "m", "small", call=lambda m, a: torch.linalg.matrix_rank(m, atol=a), grad=False)
row("linalg.lu_solve", "lu", "pivots", "b", grad=False)
row("linalg.multi_dot", ["x", "x44", "x45"])
row("linalg.norm", "x")
row("linalg.norm", "x", [1], call=lambda x, d: torch.linalg.norm(x, dim=d))
row("linalg.norm", "x", F(1.0))
row("linalg.norm", "x", 1)
row("linalg.norm", "x", "fro")
row("linalg.norm", "x", F(3.0), [1], True)
row("linalg.norm", "x", 1, [1], True)
row("linalg.pinv", "b", grad=False)
row("linalg.pinv", "b", F(1e-3), F(1e-3), call=lambda b, a, r: torch.linalg.pinv(b, atol=a, rtol=r), grad=False)
row("linalg.pinv", "b", "small", call=lambda b, a: torch.linalg.pinv(b, atol=a), grad=False)
row("linalg.qr", "m")
row("linalg.qr", "x43", E("Complete", "complete"), grad=False)
row("linalg.qr", "x43", E("R", "r"), grad=False, call=lambda a, m: torch.linalg.qr(a, m))
row("linalg.solve", "m", "b")
row("linalg.solve", "m", "m", False, call=lambda a, b, l: torch.linalg.solve(a, b, left=l))
row("linalg.solve_ex", "m", "b", True, True, call=lambda a, b, l, c: torch.linalg.solve_ex(a, b, left=l, check_errors=c))
row("linalg.solve_triangular", "l", "b", False, call=lambda a, b, u: torch.linalg.solve_triangular(a, b, upper=u))
row("linalg.svd", "s", grad=False)
row("linalg.svd", "x43", False, grad=False)
row("linalg.vecdot", "x", "y")
row("linalg.vecdot", "x", "y", 0, call=lambda x, y, d: torch.linalg.vecdot(x, y, dim=d))
row("linalg.vector_norm", "x")
row("linalg.vector_norm", "x", F(1.0))
row("linalg.vector_norm", "x", F(3.0), [1], True)

# ---- special
for n in "digamma entr gammaln psi i0e i1e i1 i0 ndtr erfcx expit exp2 expm1 erf erfc sinc".split(): row("special." + n, "p")
row("special.erfinv", "u")
row("special.ndtri", "w")
row("special.logit", "w", call=lambda w: torch.special.logit(w))
row("special.gammainc", "p", "q", grad=False)
row("special.gammaincc", "p", "q", grad=False)
row("special.multigammaln", "g", 2)
row("special.polygamma", 1, "p")
row("special.softmax", "x", 1)
row("special.log_softmax", "x", 1)
row("special.xlog1py", "x", "p")
row("special.zeta", "g", "p", grad=False)

pool_text = {k: written(t) for k, (t, _) in POOL.items()}
compact = lambda o: json.dumps(o, separators=(",", ":"))
sys.stdout.write('{"torch":' + compact(torch.__version__) + ',\n"pool":{\n' + ",\n".join(compact(k) + ":" + compact(v) for k, v in pool_text.items())
                 + '\n},\n"rows":[\n' + ",\n".join(compact(r) for r in ROWS) + "\n]}\n")
