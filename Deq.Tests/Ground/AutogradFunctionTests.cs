using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using TorchSharp;
using static TorchSharp.torch;
using static TorchSharp.torch.autograd;

namespace Deq.Tests.Ground;

public class AutogradFunctionTests
{
    /// <summary>x^3, with whatever an argument asks to happen in its backward.</summary>
    private sealed class Cube : SingleTensorFunction<Cube>
    {
        public override string Name => nameof(Cube);

        public override Tensor forward(AutogradContext ctx, params object[] vars)
        {
            var x = (Tensor)vars[0];
            ctx.save_for_backward([x]);
            ctx.save_data("action", vars[1]);
            return x * x * x;
        }

        public override List<Tensor> backward(AutogradContext ctx, Tensor grad_output)
        {
            ((Action?)ctx.get_data("action"))?.Invoke();
            var x = ctx.get_saved_variables()[0];
            return [grad_output * (x * x) * 3, null!];
        }
    }

    /// <summary>tanh by its output: what is saved is the result.</summary>
    private sealed class TanhByOutput : SingleTensorFunction<TanhByOutput>
    {
        public override string Name => nameof(TanhByOutput);

        public override Tensor forward(AutogradContext ctx, params object[] vars)
        {
            var y = ((Tensor)vars[0]).tanh();
            ctx.save_for_backward([y]);
            return y;
        }

        public override List<Tensor> backward(AutogradContext ctx, Tensor grad_output)
        {
            var y = ctx.get_saved_variables()[0];
            return [grad_output * (1 - (y * y))];
        }
    }

    private sealed class SumAndProduct : MultiTensorFunction<SumAndProduct>
    {
        internal static bool SecondWasUndefined;

        public override string Name => nameof(SumAndProduct);

        public override List<Tensor> forward(AutogradContext ctx, params object[] vars)
        {
            Tensor a = (Tensor)vars[0], b = (Tensor)vars[2];
            ctx.save_for_backward([a, b]);
            ctx.set_materialize_grads((bool)vars[1]);
            return [a + b, a * b];
        }

        public override List<Tensor> backward(AutogradContext ctx, List<Tensor> grad_outputs)
        {
            var saved = ctx.get_saved_variables();
            SecondWasUndefined = grad_outputs[1].IsInvalid;
            if (SecondWasUndefined) return [grad_outputs[0], null!, grad_outputs[0]];
            return [grad_outputs[0] + (grad_outputs[1] * saved[1]), null!, grad_outputs[0] + (grad_outputs[1] * saved[0])];
        }
    }

    private sealed class DoubleInPlace : SingleTensorFunction<DoubleInPlace>
    {
        public override string Name => nameof(DoubleInPlace);

        public override Tensor forward(AutogradContext ctx, params object[] vars)
        {
            var x = (Tensor)vars[0];
            ctx.mark_dirty([x]);
            return x.mul_(2);
        }

        public override List<Tensor> backward(AutogradContext ctx, Tensor grad_output) => [grad_output * 2];
    }

    private sealed class WithIndex : MultiTensorFunction<WithIndex>
    {
        public override string Name => nameof(WithIndex);

        public override List<Tensor> forward(AutogradContext ctx, params object[] vars)
        {
            var (values, indices) = ((Tensor)vars[0]).max(0);
            var rank = ((Tensor)vars[0]).argsort().to(float32);
            ctx.save_for_backward([indices, (Tensor)vars[0]]);
            ctx.mark_non_differentiable([rank]);
            return [values, indices, rank];
        }

        public override List<Tensor> backward(AutogradContext ctx, List<Tensor> grad_outputs)
        {
            var saved = ctx.get_saved_variables();
            var g = zeros_like(saved[1]);
            g.index_put_(grad_outputs[0], TensorIndex.Tensor(saved[0].reshape(1)));
            return [g];
        }
    }

    private sealed class Returns : SingleTensorFunction<Returns>
    {
        public override string Name => nameof(Returns);

        public override Tensor forward(AutogradContext ctx, params object[] vars)
        {
            ctx.save_data("gradients", vars[1]);
            return (Tensor)vars[0] * 1;
        }

        public override List<Tensor> backward(AutogradContext ctx, Tensor grad_output) => ((Func<List<Tensor>>)ctx.get_data("gradients"))();
    }

    private sealed class GivesBackItsInput : SingleTensorFunction<GivesBackItsInput>
    {
        public override string Name => nameof(GivesBackItsInput);

        public override Tensor forward(AutogradContext ctx, params object[] vars) => (Tensor)vars[0];

        public override List<Tensor> backward(AutogradContext ctx, Tensor grad_output) => [grad_output * 5];
    }

    private static Tensor Leaf(params float[] values) => tensor(values, requires_grad: true);

    [Fact]
    public void TheBackward_GivesTheGradient()
    {
        using var x = Leaf(2, 3);
        Cube.apply(x, null!).sum().backward();
        x.grad!.AssertEqual([12, 27]);
    }

    [Fact]
    public void TheBackward_CanBeDifferentiatedAgain()
    {
        using var x = Leaf(2);
        var g = grad([Cube.apply(x, null!).sum()], [x], retain_graph: true, create_graph: true)[0];
        g.AssertEqual([12]);
        grad([g.sum()], [x])[0].AssertEqual([12]);
    }

    [Fact]
    public void AnOutputThatIsSaved_CanBeDifferentiatedAgain()
    {
        using var x = Leaf(0.3f);
        double t = Math.Tanh(0.3);
        var g = grad([TanhByOutput.apply(x).sum()], [x], retain_graph: true, create_graph: true)[0];
        g.AssertEqual([1 - (t * t)]);
        grad([g.sum()], [x])[0].AssertEqual([-2 * t * (1 - (t * t))]);
    }

    [Fact]
    public void GradModeInTheBackward_FollowsCreateGraph()
    {
        using var x = Leaf(2);
        bool plain = true, creating = false;
        Cube.apply(x, (Action)(() => plain = is_grad_enabled())).sum().backward();
        Cube.apply(x, (Action)(() => creating = is_grad_enabled())).sum().backward(create_graph: true);
        Assert.False(plain);
        Assert.True(creating);
    }

    [Fact]
    public void SeveralOutputs_GetOneGradientEach()
    {
        using Tensor a = Leaf(2), b = Leaf(5);
        var outs = SumAndProduct.apply(a, true, b);
        (outs[0] + (3 * outs[1])).sum().backward();
        a.grad!.AssertEqual([16]);
        b.grad!.AssertEqual([7]);
    }

    [Fact]
    public void AnOutputThatNothingDependsOn_GetsZerosOrAnInvalidTensor()
    {
        using Tensor a = Leaf(2), b = Leaf(5);
        SumAndProduct.apply(a, true, b)[0].sum().backward();
        Assert.False(SumAndProduct.SecondWasUndefined);
        a.grad!.AssertEqual([1]);
        SumAndProduct.apply(a, false, b)[0].sum().backward();
        Assert.True(SumAndProduct.SecondWasUndefined);
        a.grad!.AssertEqual([2]);
    }

    [Fact]
    public void AnOutputMarkedNonDifferentiable_HasNoGradient()
    {
        using var x = Leaf(1, 5, 2);
        var outs = WithIndex.apply(x);
        Assert.True(outs[0].requires_grad);
        Assert.False(outs[1].requires_grad);
        Assert.False(outs[2].requires_grad);
        outs[0].sum().backward();
        x.grad!.AssertEqual([0, 1, 0]);
    }

    [FactIfStandIn]
    public void AnInputChangedInPlace_CarriesTheNewHistory()
    {
        using var x = Leaf(2, 3);
        var y = x * 1;
        var z = DoubleInPlace.apply(y);
        z.AssertEqual([4, 6]);
        z.sum().backward();
        x.grad!.AssertEqual([2, 2]);
        using var leaf = Leaf(1);
        Assert.Contains("leaf", Assert.Throws<ExternalException>(() => DoubleInPlace.apply(leaf)).Message);
    }

    [Fact]
    public void AnInputGivenBack_BecomesAnotherTensorWithTheFunctionsGradient()
    {
        using var x = Leaf(2);
        var y = GivesBackItsInput.apply(x);
        y.sum().backward();
        x.grad!.AssertEqual([5]);
        Assert.True(x.is_leaf);
    }

    [Fact]
    public void WithoutGradients_NoGraphIsMade()
    {
        using Tensor constant = ones(2), x = Leaf(1, 2);
        Assert.False(Cube.apply(constant, null!).requires_grad);
        using (no_grad()) Assert.False(Cube.apply(x, null!).requires_grad);
        Assert.True(Cube.apply(x, null!).requires_grad);
    }

    [FactIfStandIn]
    public void AnExceptionInTheBackward_ArrivesAsItself()
    {
        using var x = Leaf(2);
        var thrown = new InvalidOperationException("boom");
        var loss = Cube.apply(x, (Action)(() => throw thrown)).sum();
        Assert.Same(thrown, Assert.Throws<InvalidOperationException>(() => loss.backward()));
        var again = Cube.apply(x, (Action)(() => throw thrown)).sum();
        Assert.Same(thrown, Assert.Throws<InvalidOperationException>(() => grad([again], [x])));
    }

    [FactIfStandIn]
    public void AnExceptionThroughNestedBackwards_ArrivesAsItself()
    {
        using var x = Leaf(2);
        var thrown = new FormatException("inner");
        void Nested()
        {
            using var on = enable_grad();
            var inner = Leaf(1);
            Cube.apply(inner, (Action)(() => throw thrown)).sum().backward();
        }

        Assert.Same(thrown, Assert.Throws<FormatException>(() => Cube.apply(x, (Action)Nested).sum().backward()));
    }

    [FactIfStandIn]
    public void ANativeErrorInTheBackward_ArrivesWithItsMessage()
    {
        using var x = Leaf(2);
        var loss = Cube.apply(x, (Action)(() => ones(2, 3).mm(ones(2, 3)))).sum();
        Assert.Contains("mm", Assert.Throws<ExternalException>(() => loss.backward()).Message);
    }

    [FactIfStandIn]
    public void AnExceptionInTheForward_LeavesNothingBehind()
    {
        using var x = Leaf(2);
        ResidentMemory.Bytes();
        int before = AliveApplications();
        Assert.ThrowsAny<Exception>(() => SumAndProduct.apply(x, "no truth value", x));
        Assert.Equal(before, AliveApplications());
        x.sum().backward();
    }

    [FactIfStandIn]
    public void WrongGradients_AreRefusedInWords()
    {
        using var x = Leaf(1, 2);
        void Backward(Func<List<Tensor>> gradients) => Returns.apply(x, gradients).sum().backward();
        Assert.Contains("one entry each", Assert.Throws<InvalidOperationException>(() => Backward(() => [ones(2)])).Message);
        Assert.Contains("no tensor", Assert.Throws<InvalidOperationException>(() => Backward(() => [ones(2), ones(2)])).Message);
        Assert.Contains("returned null", Assert.Throws<InvalidOperationException>(() => Backward(() => null!)).Message);
        Assert.Contains("invalid gradient", Assert.Throws<ExternalException>(() => Backward(() => [ones(7), null!])).Message);
        Assert.Contains("MoveToOuterDisposeScope", Assert.Throws<ObjectDisposedException>(() => Backward(() =>
        {
            using var scope = NewDisposeScope();
            return [ones(2), null!];
        })).Message);
        Assert.Null(x.grad);
    }

    [Fact]
    public void ASavedTensorChangedInPlace_IsNoticed()
    {
        using var x = Leaf(1, 2);
        var y = x * 2;
        var loss = Cube.apply(y, null!).sum();
        using (no_grad()) y.add_(1);
        Assert.Contains("modified by an inplace operation", Assert.ThrowsAny<Exception>(() => loss.backward()).Message);
    }

    [FactIfStandIn]
    public void TheSecondBackwardThroughAFreedGraph_IsNoticed()
    {
        using var x = Leaf(2);
        var loss = Cube.apply(x, null!).sum();
        loss.backward(retain_graph: true);
        loss.backward();
        x.grad!.AssertEqual([24]);
        Assert.Contains("second time", Assert.Throws<ExternalException>(() => loss.backward()).Message);
    }

    [Fact]
    public void ABackwardThatUsesAutogradItself_GivesTheImplicitGradient()
    {
        manual_seed(3);
        Tensor w = (randn(8, 8) * 0.1).detach().requires_grad_(), x = randn(4, 8).requires_grad_();
        FixedPoint.apply(w, x).square().sum().backward();
        Tensor w2 = w.detach().clone().requires_grad_(), x2 = x.detach().clone().requires_grad_();
        var z = zeros(4, 8);
        for (int i = 0; i < 60; i++) z = FixedPoint.Cell(z, w2, x2);
        z.square().sum().backward();
        w.grad!.AssertEqual(w2.grad!.Doubles(), 1e-4);
        x.grad!.AssertEqual(x2.grad!.Doubles(), 1e-4);
    }

    /// <summary>z = tanh(z W' + x), solved without a graph; the backward iterates u = g + J'u on one recorded evaluation.</summary>
    private sealed class FixedPoint : SingleTensorFunction<FixedPoint>
    {
        internal static Tensor Cell(Tensor z, Tensor w, Tensor x) => (z.matmul(w.t()) + x).tanh();

        public override string Name => nameof(FixedPoint);

        public override Tensor forward(AutogradContext ctx, params object[] vars)
        {
            Tensor w = (Tensor)vars[0], x = (Tensor)vars[1], z = zeros_like(x);
            for (int i = 0; i < 60; i++) z = Cell(z, w, x);
            ctx.save_for_backward([w, x, z]);
            return z;
        }

        public override List<Tensor> backward(AutogradContext ctx, Tensor grad_output)
        {
            var saved = ctx.get_saved_variables();
            using var on = enable_grad();
            var z = saved[2].detach().requires_grad_();
            var f = Cell(z, saved[0], saved[1]);
            var u = grad_output;
            for (int i = 0; i < 60; i++) u = grad_output + grad([f], [z], [u], retain_graph: true)[0];
            return [.. grad([f], [saved[0], saved[1]], [u])];
        }
    }

    [Fact]
    public void ConcurrentBackwards_KeepTheirOwnGradientsAndExceptions()
    {
        Parallel.For(0, 200, new ParallelOptions { MaxDegreeOfParallelism = 4 }, i =>
        {
            using var scope = NewDisposeScope();
            var x = Leaf(i);
            Cube.apply(x, null!).sum().backward();
            x.grad!.AssertEqual([3.0 * i * i]);
        });
    }

    [FactIfStandIn]
    public void ConcurrentFailures_KeepTheirOwnExceptions()
    {
        Parallel.For(0, 200, new ParallelOptions { MaxDegreeOfParallelism = 4 }, i =>
        {
            using var scope = NewDisposeScope();
            var loss = Cube.apply(Leaf(2), (Action)(() => throw new InvalidOperationException($"number {i}"))).sum();
            Assert.Equal($"number {i}", Assert.Throws<InvalidOperationException>(() => loss.backward()).Message);
        });
    }

    [FactIfStandIn]
    public void GraphsThatDie_LetGoOfTheirContexts()
    {
        [MethodImpl(MethodImplOptions.NoInlining)]
        static void Make()
        {
            using var scope = NewDisposeScope();
            for (int i = 0; i < 200; i++)
            {
                var y = TanhByOutput.apply(Cube.apply(Leaf(2), null!)).sum();
                if (i % 2 == 0) y.backward();
            }
        }

        // What earlier tests left to their finalizers is gone first.
        ResidentMemory.Bytes();
        int before = AliveApplications();
        Make();
        Assert.Equal(before, AliveApplications());
    }

    [FactIfStandIn]
    public void ALongChain_IsFreedWithoutAStackOverflow()
    {
        using var scope = NewDisposeScope();
        var x = Leaf(1);
        var y = x;
        for (int i = 0; i < 20000; i++) y = GivesBackItsInputScaledByOne.apply(y);
        y.sum().backward();
        x.grad!.AssertEqual([1]);
    }

    private sealed class GivesBackItsInputScaledByOne : SingleTensorFunction<GivesBackItsInputScaledByOne>
    {
        public override string Name => nameof(GivesBackItsInputScaledByOne);

        public override Tensor forward(AutogradContext ctx, params object[] vars) => (Tensor)vars[0] * 1;

        public override List<Tensor> backward(AutogradContext ctx, Tensor grad_output) => [grad_output * 1];
    }

    private static int AliveApplications() => (int)typeof(torch).Assembly.GetType("TorchSharp.FunctionNode")!
        .GetProperty("Alive", System.Reflection.BindingFlags.Static | System.Reflection.BindingFlags.NonPublic)!.GetValue(null)!;
}
