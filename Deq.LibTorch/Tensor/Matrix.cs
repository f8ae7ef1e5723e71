using TorchSharp.Interop;

namespace TorchSharp;

internal static partial class Aten
{
    internal static readonly Op adjoint = new("adjoint");
    internal static readonly Op block_diag = new("block_diag");
    internal static readonly Op bmm = new("bmm");
    internal static readonly Op cdist = new("cdist");
    internal static readonly Op chain_matmul = new("chain_matmul");
    internal static readonly Op cholesky_inverse = new("cholesky_inverse");
    internal static readonly Op cholesky_solve = new("cholesky_solve");
    internal static readonly Op corrcoef = new("corrcoef");
    internal static readonly Op cov = new("cov");
    internal static readonly Op det = new("det");
    internal static readonly Op diag = new("diag");
    internal static readonly Op diag_embed = new("diag_embed");
    internal static readonly Op diagflat = new("diagflat");
    internal static readonly Op diagonal = new("diagonal");
    internal static readonly Op dot = new("dot");
    internal static readonly Op einsum = new("einsum");
    internal static readonly Op ger = new("ger");
    internal static readonly Op mT = new("mT");
    internal static readonly Op mH = new("mH");
    internal static readonly Op matrix_H = new("matrix_H");
    internal static readonly Op numpy_T = new("numpy_T");
    internal static readonly Op inner = new("inner");
    internal static readonly Op inverse = new("inverse");
    internal static readonly Op kron = new("kron");
    internal static readonly Op logdet = new("logdet");
    internal static readonly Op matmul = new("matmul");
    internal static readonly Op matrix_exp = new("matrix_exp");
    internal static readonly Op matrix_power = new("matrix_power");
    internal static readonly Op mm = new("mm");
    internal static readonly Op mv = new("mv");
    internal static readonly Op outer = new("outer");
    internal static readonly Op linalg_pinv = new("linalg_pinv");
    internal static readonly Op t = new("t");
    internal static readonly Op tensordot = new("tensordot");
    internal static readonly Op tril = new("tril");
    internal static readonly Op tril_ = new("tril_");
    internal static readonly Op tril_indices = new("tril_indices");
    internal static readonly Op triu = new("triu");
    internal static readonly Op triu_ = new("triu_");
    internal static readonly Op triu_indices = new("triu_indices");
    internal static readonly Op vander = new("vander");
    internal static readonly Op vdot = new("vdot");
}

public enum compute_mode
{
    use_mm_for_euclid_dist_if_necessary = 0,
    use_mm_for_euclid_dist = 1,
    donot_use_mm_for_euclid_dist = 2,
}

public static partial class torch
{
    public partial class Tensor
    {
        public Tensor pinverse(double rcond = 1e-15, bool hermitian = false) => torch.pinverse(this, rcond, hermitian);
        public Tensor matmul(Tensor target) => Aten.matmul.Call(this, target);
        public Tensor mm(Tensor target) => Aten.mm.Call(this, target);
        public Tensor bmm(Tensor batch2) => Aten.bmm.Call(this, batch2);
        public Tensor mv(Tensor target) => Aten.mv.Call(this, target);
        public Tensor dot(Tensor target) => Aten.dot.Call(this, target);
        public Tensor vdot(Tensor target) => Aten.vdot.Call(this, target);
        public Tensor inner(Tensor vec2) => Aten.inner.Call(this, vec2);
        public Tensor outer(Tensor vec2) => Aten.outer.Call(this, vec2);
        public Tensor ger(Tensor vec2) => Aten.ger.Call(this, vec2);
        public Tensor kron(Tensor other) => Aten.kron.Call(this, other);
        public Tensor tensordot(Tensor b, long[] dims1, long[] dims2) => Aten.tensordot.Call(this, b, dims1, dims2);
        public Tensor det() => Aten.det.Call(this);
        public Tensor logdet() => Aten.logdet.Call(this);
        public Tensor inverse() => Aten.inverse.Call(this);
        public Tensor matrix_exp() => Aten.matrix_exp.Call(this);
        public Tensor matrix_power(int n) => Aten.matrix_power.Call(this, n);
        public Tensor cholesky(bool upper = false) => Aten.linalg_cholesky.Call(this, upper);
        public Tensor cholesky_inverse(bool upper = false) => Aten.cholesky_inverse.Call(this, upper);
        public Tensor cholesky_solve(Tensor input2, bool upper = false) => Aten.cholesky_solve.Call(this, input2, upper);
        public Tensor tril(long diagonal = 0) => Aten.tril.Call(this, diagonal);
        public Tensor tril_(long diagonal = 0) => Aten.tril_.InPlace(this, diagonal);
        public Tensor triu(long diagonal = 0) => Aten.triu.Call(this, diagonal);
        public Tensor triu_(long diagonal = 0) => Aten.triu_.InPlace(this, diagonal);
        public Tensor diag(long diagonal = 0) => Aten.diag.Call(this, diagonal);
        public Tensor diagflat(long offset = 0) => Aten.diagflat.Call(this, offset);
        public Tensor diag_embed(long offset = 0, long dim1 = -2, long dim2 = -1) => Aten.diag_embed.Call(this, offset, dim1, dim2);
        public Tensor diagonal(long offset = 0, long dim1 = 0, long dim2 = 1) => Aten.diagonal.Call(this, offset, dim1, dim2);
        public Tensor t() => Aten.t.Call(this);
        public Tensor adjoint() => Aten.adjoint.Call(this);
        public Tensor vander(long N = -1, bool increasing = false) => Aten.vander.Call(this, N < 0 ? Arg.None : N, increasing);
        public Tensor cov(long correction = 1, Tensor? fweights = null, Tensor? aweights = null) => Aten.cov.Call(this, correction, fweights, aweights);
        public Tensor corrcoef() => Aten.corrcoef.Call(this);

        public Tensor tensordot(Tensor b, long dims = 2) => torch.tensordot(this, b, dims);

        public Tensor T => Aten.numpy_T.Call(this);
        public Tensor mT => Aten.mT.Call(this);
        public Tensor H => Aten.matrix_H.Call(this);
        public Tensor mH => Aten.mH.Call(this);
    }

    public static Tensor matmul(Tensor input, Tensor target) => Aten.matmul.Call(input, target);
    public static Tensor mm(Tensor input, Tensor target) => Aten.mm.Call(input, target);
    public static Tensor bmm(Tensor input, Tensor batch2) => Aten.bmm.Call(input, batch2);
    public static Tensor mv(Tensor input, Tensor target) => Aten.mv.Call(input, target);
    public static Tensor dot(Tensor input, Tensor other) => Aten.dot.Call(input, other);
    public static Tensor vdot(Tensor input, Tensor target) => Aten.vdot.Call(input, target);
    public static Tensor inner(Tensor input, Tensor vec2) => Aten.inner.Call(input, vec2);
    public static Tensor outer(Tensor input, Tensor vec2) => Aten.outer.Call(input, vec2);
    public static Tensor ger(Tensor input, Tensor vec2) => Aten.ger.Call(input, vec2);
    public static Tensor kron(Tensor input, Tensor other) => Aten.kron.Call(input, other);
    public static Tensor tensordot(Tensor a, Tensor b, long[] dims1, long[] dims2) => Aten.tensordot.Call(a, b, dims1, dims2);
    public static Tensor einsum(string equation, params Tensor[] tensors) => Aten.einsum.Call(equation, tensors);
    public static Tensor chain_matmul(params Tensor[] matrices) => Aten.chain_matmul.Call(matrices);
    public static Tensor det(Tensor input) => Aten.det.Call(input);
    public static Tensor logdet(Tensor input) => Aten.logdet.Call(input);
    public static Tensor inverse(Tensor input) => Aten.inverse.Call(input);
    public static Tensor matrix_exp(Tensor input) => Aten.matrix_exp.Call(input);
    public static Tensor matrix_power(Tensor input, int n) => Aten.matrix_power.Call(input, n);
    public static Tensor cholesky(Tensor input) => Aten.linalg_cholesky.Call(input);
    public static Tensor cholesky(Tensor input, bool upper) => Aten.linalg_cholesky.Call(input, upper);
    public static Tensor cholesky_inverse(Tensor input, bool upper = false) => Aten.cholesky_inverse.Call(input, upper);
    public static Tensor cholesky_solve(Tensor input, Tensor input2, bool upper = false) => Aten.cholesky_solve.Call(input, input2, upper);
    public static Tensor tril(Tensor input, long diagonal = 0) => Aten.tril.Call(input, diagonal);
    public static Tensor tril_(Tensor input, long diagonal = 0) => Aten.tril_.InPlace(input, diagonal);
    public static Tensor triu(Tensor input, long diagonal = 0) => Aten.triu.Call(input, diagonal);
    public static Tensor triu_(Tensor input, long diagonal = 0) => Aten.triu_.InPlace(input, diagonal);
    public static Tensor diag(Tensor input, long diagonal = 0) => Aten.diag.Call(input, diagonal);
    public static Tensor diagflat(Tensor input, long offset = 0) => Aten.diagflat.Call(input, offset);
    public static Tensor diag_embed(Tensor input, long offset = 0, long dim1 = -2, long dim2 = -1) => Aten.diag_embed.Call(input, offset, dim1, dim2);
    public static Tensor diagonal(Tensor input, long offset = 0, long dim1 = 0, long dim2 = 1) => Aten.diagonal.Call(input, offset, dim1, dim2);
    public static Tensor block_diag(params Tensor[] tensors) => Aten.block_diag.Call(tensors);
    public static Tensor t(Tensor input) => Aten.t.Call(input);
    public static Tensor adjoint(Tensor input) => Aten.adjoint.Call(input);
    public static Tensor vander(Tensor x, long N = -1, bool increasing = false) => Aten.vander.Call(x, N < 0 ? Arg.None : N, increasing);
    public static Tensor cov(Tensor input, long correction = 1, Tensor? fweights = null, Tensor? aweights = null) => Aten.cov.Call(input, correction, fweights, aweights);
    public static Tensor corrcoef(Tensor input) => Aten.corrcoef.Call(input);

    /// <summary>Contracts the last <paramref name="dims"/> dimensions of a with the first of b.</summary>
    public static Tensor tensordot(Tensor a, Tensor b, long dims = 2)
    {
        long first = a.dim() - dims;
        var indices = Enumerable.Range(0, (int)dims).Select(i => (long)i).ToArray();
        return Aten.tensordot.Call(a, b, Array.ConvertAll(indices, i => first + i), indices);
    }

    public static Tensor cdist(Tensor x1, Tensor x2, double p = 2, compute_mode compute_mode = compute_mode.use_mm_for_euclid_dist_if_necessary) => Aten.cdist.Call(x1, x2, p, (long)compute_mode);
    public static Tensor pinverse(Tensor input, double rcond = 1e-15, bool hermitian = false) => Aten.linalg_pinv.Call(input, rcond, hermitian);
}
