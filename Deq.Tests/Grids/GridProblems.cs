using Deq.Tests.Runtime;
using TorchSharp;
using static TorchSharp.torch;

namespace Deq.Tests.Grids;

/// <summary>The problems of the grids: each row names what must fail there and how; whatever is not named must arrive.</summary>
internal static class GridProblems
{
    /// <summary>Evaluations or products within which a solver must arrive.</summary>
    public const int Limit = 400;

    private static readonly SolveOutcome[] Slow = [SolveOutcome.LimitReached, SolveOutcome.Stagnated];
    private static readonly SolveOutcome[] Away = [SolveOutcome.Diverged, SolveOutcome.NotFinite];
    private static readonly SolveOutcome[] Lost = [.. Slow, .. Away];

    public static readonly GridProblem[] All =
    [
        new("golden P1, contraction", t => Golden(GoldenProblem.P1(), t)),
        new("golden P3, no contraction", t => Golden(GoldenProblem.P3(), t), 0.7)
        {
            HasOneRoot = false,
            Forward = { ["picard"] = Slow, ["anderson"] = Slow, ["anderson, damping 0.7"] = Slow },
            Adjoint = { ["picard"] = Away },
        },
        new("linear, complex pairs, radius 0.9", t => Pairs(t, 0.9)),
        new("linear, complex pairs, radius 0.99", t => Pairs(t, 0.99))
        {
            Forward = { ["picard"] = Slow, ["picard, damping 0.7"] = Slow, ["anderson"] = Slow, ["broyden, memory 6"] = Lost },
            Adjoint = { ["picard"] = Slow, ["picard, damping 0.7"] = Slow, ["anderson"] = Slow, ["broyden, memory 6"] = Lost },
        },
        new("linear, rotation of length 2", t => Rotation(t, 2), 0.2)
        {
            Forward = { ["picard"] = Away, ["picard, damping 0.7"] = Away },
            Adjoint = { ["picard"] = Away, ["picard, damping 0.7"] = Away },
        },
        new("stiff, eigenvalues -30 to 0.9", Stiff, 0.05)
        {
            Forward = { ["picard"] = Away, ["picard, damping 0.7"] = Away },
            Adjoint = { ["picard"] = Away, ["picard, damping 0.7"] = Away },
        },
        new("tanh, size 1", t => Tanh(t, 1), Amplification: 10),
        new("tanh, size 10", t => Tanh(t, 10), Amplification: 10),
        new("tanh, size 100", t => Tanh(t, 100), Amplification: 10),
        new("tanh, size 1000", t => Tanh(t, 1000), Amplification: 10),
        new("tanh, size 10000", t => Tanh(t, 10_000), Amplification: 10),
        new("transformer cell", Transformer),
        new("two-scale conv cell", Convolution, 0.4)
        {
            Forward = { ["picard"] = Lost },
            Adjoint = { ["picard"] = Lost },
        },
        new("no fixed point", NoRoot, 0) { Forward = GridSolvers.Forward.Keys.ToDictionary(name => name, _ => Lost) },
    ];

    public static GridProblem Of(string name) => All.Single(p => p.Name == name);

    private static Instance Golden(GoldenProblem p, ScalarType type)
    {
        var w = p.W.to(type);
        return new((z, x) => (z.matmul(w.t()) + x).tanh(), p.Start.to(type), p.X.to(type));
    }

    /// <summary>A normal matrix of known spectrum: five pairs r e^(+-i angle) and two reals, turned by a random orthogonal matrix.</summary>
    private static Instance Pairs(ScalarType type, double radius)
    {
        var a = zeros(12, 12, float64);
        double[] lengths = [1, 0.9, 0.8, 0.6, 0.3], angles = [0.3, 1.1, 1.6, 2.2, 2.9];
        for (var i = 0; i < 5; i++) SetBlock(a, 2 * i, lengths[i] * radius, angles[i]);
        a[10, 10] = radius;
        a[11, 11] = -radius;
        return Linear(a, type);
    }

    private static Instance Rotation(ScalarType type, double length)
    {
        var a = zeros(4, 4, float64);
        SetBlock(a, 0, length, Math.PI / 2);
        SetBlock(a, 2, 0.5, 1);
        return Linear(a, type);
    }

    /// <summary>Slow and fast directions at once: what is stable for the latter hardly moves the former.</summary>
    private static Instance Stiff(ScalarType type)
    {
        var linear = Linear(diag(tensor(new[] { -30, -10, -3, -1, -0.3, 0, 0.3, 0.6, 0.8, 0.85 }, float64)), type);
        return linear with { F = (z, x) => linear.F(z, x) + (z - x).tanh() * 0.05 };
    }

    private static Instance Linear(Tensor spectrum, ScalarType type)
    {
        manual_seed(4);
        var n = spectrum.shape[0];
        var q = linalg.qr(randn(n, n, float64)).Q;
        var a = q.matmul(spectrum).matmul(q.t()).t().to(type);
        var x = randn(4, n, float64).to(type);
        return new((z, given) => z.matmul(a) + given, zeros_like(x), x);
    }

    private static void SetBlock(Tensor a, int at, double length, double angle)
    {
        a[at, at] = length * Math.Cos(angle);
        a[at + 1, at + 1] = length * Math.Cos(angle);
        a[at, at + 1] = -length * Math.Sin(angle);
        a[at + 1, at] = length * Math.Sin(angle);
    }

    /// <summary>tanh of a circulant: its eigenvalues 0.45 (1 + e^it) fill a circle up to 0.9, so ||J|| is below that at every size.</summary>
    private static Instance Tanh(ScalarType type, long n)
    {
        manual_seed(5);
        var x = randn(3, n, float64).to(type);
        return new((z, given) => (z * 0.45 + z.roll(1, 1) * 0.45 + given).tanh(), zeros_like(x), x);
    }

    private static Instance Transformer(ScalarType type)
    {
        manual_seed(2);
        var block = new Block(16, 2);
        block.eval();
        var x = randn(2, 5, 16, float64).to(type);
        block.to(type);
        return new((z, given) => block.Step(z, given), zeros_like(x), x);
    }

    /// <summary>At a fifth of the state, which GroupNorm amplifies: near the edge of what plain iteration can do.</summary>
    private static Instance Convolution(ScalarType type)
    {
        manual_seed(3);
        var pyramid = new Pyramid(2, 4, 6, 2);
        pyramid.eval();
        var image = randn(2, 2, 4, 4, float64).to(type);
        pyramid.to(type);
        return new((z, given) =>
        {
            var (high, low) = pyramid.Step(z.narrow(1, 0, 64).reshape(-1, 4, 4, 4) * 0.2, z.narrow(1, 64, 24).reshape(-1, 6, 2, 2) * 0.2, given);
            return cat([high.flatten(1), low.flatten(1)], 1);
        }, zeros(2, 88, type), image);
    }

    /// <summary>z^2 + z + 1: the residual never falls below two thirds of f.</summary>
    private static Instance NoRoot(ScalarType type)
    {
        var x = ones(2, 3, type);
        return new((z, given) => z.square() + z + given, zeros_like(x), x);
    }
}
