using TorchSharp;
using static TorchSharp.torch;

namespace Deq.Benchmarks.Binding;

/// <param name="Name">The case's name in loops.py as well.</param>
/// <param name="Title">In the table.</param>
/// <param name="Run">Runs it so many times.</param>
internal sealed record BindingLoop(string Name, string Title, Action<int> Run);

/// <summary>The loops; loops.py has the same in Python, line by line.</summary>
internal static class BindingLoops
{
    private const int FixedPointIterations = 100;

    private static readonly Tensor four = rand(4), otherFour = rand(4), leaf = rand(4).requires_grad_(), ones4 = ones(4);
    private static readonly Tensor left = rand(64, 64), right = rand(64, 64);
    private static readonly Tensor start = zeros(32, 64), weight = randn(64, 64) * 0.05, input = randn(32, 64);

    public static IReadOnlyList<BindingLoop> All { get; } =
    [
        new("add", "add of 4 floats", n =>
        {
            for (int i = 0; i < n; i++) (four + otherFour).Dispose();
        }),
        new("graph_add", "add of 4 floats, recorded", n =>
        {
            for (int i = 0; i < n; i++) (leaf + otherFour).Dispose();
        }),
        new("matmul", "matrix product 64 x 64", n =>
        {
            for (int i = 0; i < n; i++) left.matmul(right).Dispose();
        }),
        new("function", "custom function, forward and backward, in a scope", n =>
        {
            for (int i = 0; i < n; i++)
            {
                using var scope = NewDisposeScope();
                _ = autograd.grad([Doubled.apply(leaf)], [leaf], [ones4]);
            }
        }),
        new("fixed_point", "100 iterations z = tanh(z W + x), 32 x 64, a scope each", n =>
        {
            using var still = no_grad();
            for (int i = 0; i < n; i++) Iterate().Dispose();
        }),
        new("no_grad", "no_grad, opened and closed", n =>
        {
            for (int i = 0; i < n; i++) no_grad().Dispose();
        }),
        new("scope", "dispose scope, opened and closed (Python has none)", n =>
        {
            for (int i = 0; i < n; i++) NewDisposeScope().Dispose();
        }),
    ];

    private static Tensor Iterate()
    {
        Tensor z = start.alias();
        for (int k = 0; k < FixedPointIterations; k++)
        {
            using var scope = NewDisposeScope();
            Tensor next = (z.matmul(weight) + input).tanh().MoveToOuterDisposeScope();
            z.Dispose();
            z = next;
        }

        return z;
    }

    private sealed class Doubled : autograd.SingleTensorFunction<Doubled>
    {
        public override string Name => nameof(Doubled);

        public override Tensor forward(autograd.AutogradContext ctx, params object[] vars) => (Tensor)vars[0] * 2;

        public override List<Tensor> backward(autograd.AutogradContext ctx, Tensor grad_output) => [grad_output * 2];
    }
}
