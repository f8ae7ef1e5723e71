using Deq.Solvers;
using Deq.Tests.Runtime;
using TorchSharp;
using static TorchSharp.torch;

namespace Deq.Tests.Grids;

/// <summary>
/// What a call of the combination grid is by definition, in float64: its cell written out, with weights, mask and probes as they were drawn, and its
/// gradient by dense algebra and plain loops. Nothing here goes through the library but the values of solves that take mixed steps.
/// </summary>
internal sealed class CombinationReference
{
    private readonly CombinationCall call;
    private readonly Tensor x;
    private readonly Dictionary<string, Tensor> parameters;
    private readonly Tensor? mask;
    private readonly Tensor[] probes;
    private readonly double gamma, weight;
    private readonly bool through;

    public CombinationReference(CombinationCall call)
    {
        this.call = call;
        x = call.X.detach().clone().requires_grad_();
        parameters = call.Parameters.ToDictionary(p => p.Name, p => p.Value.detach().clone().requires_grad_());
        var settings = call.Settings;
        (gamma, through) = (settings.JacobianGamma ?? 0, settings.JacobianThroughState == true);
        weight = settings.JacobianAttach == true ? settings.PenaltyWeight ?? 1 : 1;
        // In the order in which a call draws: the mask at its first evaluation, the probes after its solve.
        manual_seed(CombinationCall.DrawSeed);
        if (call.Regulariser is "dropout" or "all") mask = empty(x.shape, float64).bernoulli_(1 - CombinationCall.DropoutRate).div_(1 - CombinationCall.DropoutRate);
        probes = [.. Enumerable.Range(0, gamma == 0 ? 0 : settings.JacobianProbes ?? 1).Select(_ => randn_like(x))];
    }

    private Tensor[] Leaves => [x, .. call.Parameters.Select(p => parameters[p.Name])];

    private static Tensor Start => zeros(CombinationCall.Batch, CombinationCall.Size, float64);

    /// <summary>Compares a call with its definition.</summary>
    public static void Check(CombinationCall call, string gradient)
    {
        using var scope = NewDisposeScope();
        new CombinationReference(call).Compare(gradient);
    }

    private void Compare(string gradient)
    {
        var steps = call.Settings.GradientSteps ?? EquilibriumDefaults.GradientSteps;
        const double t = EquilibriumDefaults.GradientDamping;
        switch (gradient)
        {
            case "phantom":
                CompareAtTheRoot(root => v => Back(Iterated(root, steps, t), v));
                break;
            case "neumann":
                CompareAtTheRoot(root => v => Back(F(root), Neumann(root, v, steps, t)));
                break;
            case "jacobian_free":
                CompareAtTheRoot(root => v => Back(F(root), v));
                break;
            case "shine":
                Compare(F(call.At), call.At, v => Back(F(call.At), Shine(v)));
                break;
            case "shine, refined":
                Compare(F(call.At), call.At, v => Back(F(call.At), ExactGradients.RefinedByGmres(u => TransposedProduct(call.At, u), v, Shine(v), call.Settings.GradientRefinement!.Value)));
                break;
            case "unrolled" when call.Settings.Solver is Picard:
                var last = F(Iterated(Start, call.Settings.MaxEvaluations!.Value - 1, 1));
                Compare(last, last.detach(), v => Back(last, v));
                break;
            case "unrolled":
                CompareMixedSteps();
                break;
            case "reversible":
                var end = Reversible(call.Settings.Beta!.Value, call.Settings.Steps!.Value);
                Compare(end, end.detach(), v => Back(end, v));
                break;
            default:
                CompareAtTheRoot(root => v => Back(F(root), linalg.solve((Identity - Jacobian(root)).t(), v.reshape(-1, 1)).view(v.shape)));
                break;
        }
    }

    private void CompareAtTheRoot(Func<Tensor, Func<Tensor, Tensor[]>> gradient)
    {
        var root = Root();
        Compare(root, root, gradient(root));
    }

    /// <param name="value">The layer's value.</param>
    /// <param name="at">Where the penalty is taken.</param>
    /// <param name="gradient">What dL/dz becomes in the leaves.</param>
    private void Compare(Tensor value, Tensor at, Func<Tensor, Tensor[]> gradient)
    {
        Assert.InRange(Dense.Distance(call.Value, value), 0, 1e-9);
        var (right, penalty) = RightHandSide(at);
        Assert.InRange(Dense.Distance(call.Gradient, Flat(gradient(right).Zip(penalty, (g, p) => g + p))), 0, 1e-8);
    }

    /// <summary>The steps of Anderson and Broyden: the derivative of the untaped solve's value, by differences along two directions.</summary>
    private void CompareMixedSteps()
    {
        Tensor Value()
        {
            using var untaped = no_grad();
            return Equilibrium.Solve(F, Start, new() { Solver = call.Settings.Solver, MaxEvaluations = call.Settings.MaxEvaluations, Tolerance = call.Settings.Tolerance, OnFailure = OnFailure.Report }).Value;
        }
        var value = Value();
        Assert.InRange(Dense.Distance(call.Value, value), 0, 1e-9);
        var (right, penalty) = RightHandSide(value);
        var constant = Flat(penalty);
        var leaves = Leaves;
        for (var direction = 0; direction < 2; direction++)
        {
            const double h = 1e-6;
            var along = leaves.Select(leaf => randn_like(leaf)).ToArray();
            double At(double step)
            {
                using (no_grad()) foreach (var (leaf, d) in leaves.Zip(along)) leaf.add_(d, step);
                var result = (Value() * right).sum().item<double>();
                using (no_grad()) foreach (var (leaf, d) in leaves.Zip(along)) leaf.add_(d, -step);
                return result;
            }
            var d = Flat(along);
            var expected = (At(h) - At(-h)) / (2 * h) + constant.dot(d).item<double>();
            Assert.Equal(expected, call.Gradient.dot(d).item<double>(), 1e-6 * (call.Gradient.norm() * d.norm()).item<double>());
        }
    }

    /// <summary>dL/dz, and what the penalty adds to the leaves' gradients where z is a constant; the penalty itself is compared.</summary>
    private (Tensor Right, Tensor[] Penalty) RightHandSide(Tensor at)
    {
        var leaves = Leaves;
        if (gamma == 0)
        {
            Assert.Null(call.Penalty);
            return (call.Weights, [.. leaves.Select(leaf => zeros_like(leaf))]);
        }
        var z = at.detach().requires_grad_();
        var image = F(z);
        var sum = zeros([], float64);
        foreach (var probe in probes)
            sum = sum + autograd.grad([image], [z], [probe], retain_graph: true, create_graph: true)[0].square().mean() * (gamma / probes.Length);
        Assert.Equal(1, call.Penalty!.Value / sum.item<double>(), 1e-8);
        var all = autograd.grad([sum], [z, .. leaves], allow_unused: true).ToArray();
        Tensor[] ofLeaves = [.. leaves.Zip(all.Skip(1), (leaf, g) => g is null || g.IsInvalid ? zeros_like(leaf) : g * weight)];
        return (through ? call.Weights + all[0] : call.Weights, ofLeaves);
    }

    private Tensor F(Tensor z)
    {
        Tensor first = Weight("first"), second = Weight("second");
        Tensor Second(Tensor v) => v.matmul(second.t()) + parameters["second.bias"];
        return (((mask is null ? z : z * mask).matmul(first.t()) + parameters["first.bias"]) * 0.6 + Second(x.tanh()) + Second(z) * 0.3).tanh();
    }

    private Tensor Weight(string name)
    {
        if (parameters.TryGetValue($"{name}.weight", out var plain)) return plain;
        if (parameters.TryGetValue($"{name}.weight_g", out var g))
        {
            var v = parameters[$"{name}.weight_v"];
            return g * v / v.square().sum(1, keepdim: true).sqrt();
        }
        var raw = parameters[$"{name}.weight_orig"];
        return raw / call.Buffers[$"{name}.weight_u"].dot(raw.mv(call.Buffers[$"{name}.weight_v"]));
    }

    private static Tensor Identity => eye(CombinationCall.Batch * CombinationCall.Size, dtype: float64);

    private Tensor Jacobian(Tensor at) => Dense.Jacobian(F, at).detach();

    /// <summary>By Newton's method on the dense system.</summary>
    private Tensor Root()
    {
        var z = Start;
        for (var k = 0; k < 30; k++)
        {
            var residual = (F(z) - z).detach();
            if (residual.abs().max().item<double>() < 1e-15) break;
            z = z + linalg.solve(Identity - Jacobian(z), residual.reshape(-1, 1)).view(z.shape);
        }
        return z;
    }

    private Tensor Iterated(Tensor z, int steps, double t)
    {
        for (var k = 0; k < steps; k++) z = F(z) * t + z * (1 - t);
        return z;
    }

    private Tensor Reversible(double beta, int steps)
    {
        Tensor y = Start, z = y;
        for (var n = 0; n < steps; n++)
        {
            y = y * (1 - beta) + F(z) * beta;
            z = z * (1 - beta) + F(y) * beta;
        }
        return z;
    }

    private Tensor Neumann(Tensor root, Tensor v, int steps, double t)
    {
        var damped = Jacobian(root).t() * t + Identity * (1 - t);
        Tensor term = v.reshape(-1, 1), sum = term;
        for (var i = 1; i < steps; i++) sum += term = damped.matmul(term);
        return (sum * t).view(v.shape);
    }

    /// <summary>u = -H^T v with the inverse of textbook Broyden steps, every sample for itself.</summary>
    private Tensor Shine(Tensor v)
    {
        using var untaped = no_grad();
        return stack([.. Enumerable.Range(0, CombinationCall.Batch).Select(b =>
        {
            Tensor At(Tensor z)
            {
                var all = Start;
                all[b] = z;
                return F(all)[b];
            }
            return -TextbookBroyden.Inverse(At, Start[b], call.Settings.MaxEvaluations!.Value, damping: call.Settings.Solver is Broyden solver ? solver.Damping : 1).t().mv(v[b]);
        })]);
    }

    private Tensor TransposedProduct(Tensor at, Tensor u)
    {
        var z = at.detach().requires_grad_();
        return autograd.grad([F(z)], [z], [u])[0];
    }

    private Tensor[] Back(Tensor value, Tensor u)
    {
        var leaves = Leaves;
        return [.. leaves.Zip(autograd.grad([value], leaves, [u.detach()], retain_graph: true, allow_unused: true), (leaf, g) => g is null || g.IsInvalid ? zeros_like(leaf) : g)];
    }

    private static Tensor Flat(IEnumerable<Tensor> tensors) => cat([.. tensors.Select(t => t.detach().flatten())]);
}
