using System.Reflection;
using Deq.Tests.Ground;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace Deq.Tests.GroundModules;

public class FunctionTests
{
    private static readonly Dictionary<string, Func<Tensor[], Tensor[]>> _calls = new()
    {
        ["linear"] = t => [F.linear(t[0], t[1], t[2])],
        ["linear/no bias"] = t => [F.linear(t[0], t[1])],
        ["bilinear"] = t => [F.bilinear(t[0], t[1], t[2], t[3])],
        ["one_hot"] = t => [F.one_hot(t[0], 5)],
        ["conv1d"] = t => [F.conv1d(t[0], t[1], t[2], 2, 1, 2, 2)],
        ["conv1d_padding"] = t => [F.conv1d_padding(t[0], t[1], null, 1, Padding.Same, 2, 2)],
        ["conv2d"] = t => [F.conv2d(t[0], t[1], t[2], [2, 1], [1, 0], [1, 2])],
        ["conv2d_padding"] = t => [F.conv2d_padding(t[0], t[1], null, [1, 1], Padding.Same, [1, 2])],
        ["unfold"] = t => [F.unfold(t[0], (2, 3), (1, 1), (1, 0), (1, 2))],
        ["fold"] = t => [F.fold(t[0], (3, 4), (2, 2))],
        ["layer_norm"] = t => [F.layer_norm(t[0], [4], t[1], t[2], 1e-3)],
        ["layer_norm/float32"] = t => [F.layer_norm(t[0], [4], t[1], t[2])],
        ["group_norm"] = t => [F.group_norm(t[0], 2, t[1], t[2])],
        ["batch_norm"] = t => Detached(t[3], t[4], (mean, variance) => F.batch_norm(t[0], mean, variance, t[1], t[2])),
        ["batch_norm/training"] = t => [F.batch_norm(t[0], null!, null!, t[1], t[2], true)],
        ["instance_norm"] = t => [F.instance_norm(t[0])],
        ["normalize"] = t => [F.normalize(t[0], 3, 1)],
        ["relu"] = t => [F.relu(t[0])],
        ["relu6"] = t => [F.relu6(t[0])],
        ["gelu"] = t => [F.gelu(t[0])],
        ["gelu/tanh"] = t => [F.gelu(t[0], GELU.Approximate.tanh)],
        ["silu"] = t => [F.silu(t[0])],
        ["mish"] = t => [F.mish(t[0])],
        ["sigmoid"] = t => [F.sigmoid(t[0])],
        ["tanh"] = t => [F.tanh(t[0])],
        ["elu"] = t => [F.elu(t[0], 0.7)],
        ["leaky_relu"] = t => [F.leaky_relu(t[0], 0.2)],
        ["hardtanh"] = t => [F.hardtanh(t[0], -0.5, 0.8)],
        ["softplus"] = t => [F.softplus(t[0], 2, 1)],
        ["logsigmoid"] = t => [F.logsigmoid(t[0])],
        ["glu"] = t => [F.glu(t[0], 1)],
        ["softmax"] = t => [F.softmax(t[0], 1)],
        ["softmax/dtype"] = t => [F.softmax(t[0], 0, ScalarType.Float64)],
        ["log_softmax"] = t => [F.log_softmax(t[0], 1)],
        ["mse_loss"] = t => [F.mse_loss(t[0], t[1])],
        ["mse_loss/none"] = t => [F.mse_loss(t[0], t[1], nn.Reduction.None)],
        ["l1_loss"] = t => [F.l1_loss(t[0], t[1], nn.Reduction.Sum)],
        ["smooth_l1_loss"] = t => [F.smooth_l1_loss(t[0], t[1], beta: 0.4)],
        ["huber_loss"] = t => [F.huber_loss(t[0], t[1], 0.4)],
        ["nll_loss"] = t => Detached(t[2], t[2], (weight, _) => F.nll_loss(t[0], t[1], weight)),
        ["cross_entropy"] = t => [F.cross_entropy(t[0], t[1])],
        ["cross_entropy/float32"] = t => [F.cross_entropy(t[0], t[1])],
        ["cross_entropy/options"] = t => Detached(t[2], t[2], (weight, _) => F.cross_entropy(t[0], t[1], weight, 0, nn.Reduction.Sum, 0.1)),
        ["cross_entropy/probabilities"] = t => [F.cross_entropy(t[0], t[1])],
        ["binary_cross_entropy"] = t => Detached(t[1], t[1], (target, _) => F.binary_cross_entropy(t[0], target)),
        ["binary_cross_entropy_with_logits"] = t => Detached(t[1], t[2], (target, weight) => F.binary_cross_entropy_with_logits(t[0], target, pos_weights: weight)),
        ["kl_div"] = t => [F.kl_div(t[0], t[1])],
        ["max_pool2d"] = t => [F.max_pool2d(t[0], (2, 3), (1, 2), (1, 1))],
        ["max_pool2d_with_indices"] = t => Both(F.max_pool2d_with_indices(t[0], [2, 2])),
        ["avg_pool2d"] = t => [F.avg_pool2d(t[0], (3, 2), (2, 1), (1, 0), true, false)],
        ["adaptive_avg_pool2d"] = t => [F.adaptive_avg_pool2d(t[0], (3, 2))],
        ["pad"] = t => [F.pad(t[0], (1, 2, 0, 3), value: 0.5)],
        ["pad/reflect"] = t => [F.pad(t[0], (1, 2, 2, 0), PaddingModes.Reflect)],
        ["pad/replicate"] = t => [F.pad(t[0], (1, 2, 2, 0), PaddingModes.Replicate)],
        ["pad/circular"] = t => [F.pad(t[0], (1, 2, 2, 0), PaddingModes.Circular)],
        ["pad/cut"] = t => [F.pad(t[0], (-1, 0))],
        ["scaled_dot_product_attention"] = t => [F.scaled_dot_product_attention(t[0], t[1], t[2])],
        ["scaled_dot_product_attention/mask"] = t => [F.scaled_dot_product_attention(t[0], t[1], t[2], t[3])],
        ["scaled_dot_product_attention/boolean"] = t => [F.scaled_dot_product_attention(t[0], t[1], t[2], t[3])],
        ["scaled_dot_product_attention/causal"] = t => [F.scaled_dot_product_attention(t[0], t[1], t[2], is_casual: true)],
        ["interpolate"] = t => [F.interpolate(t[0], [5, 6])],
        ["interpolate/factor"] = t => [F.interpolate(t[0], scale_factor: [2, 1.5])],
        ["interpolate/exact"] = t => [F.interpolate(t[0], scale_factor: [1.7, 1.7], mode: InterpolationMode.NearestExact)],
        ["interpolate/bilinear"] = t => [F.interpolate(t[0], [5, 7], mode: InterpolationMode.Bilinear, align_corners: false)],
        ["interpolate/corners"] = t => [F.interpolate(t[0], scale_factor: [2, 2], mode: InterpolationMode.Bilinear, align_corners: true)],
        ["interpolate/recomputed"] = t => [F.interpolate(t[0], scale_factor: [1.7, 2.4], mode: InterpolationMode.Bilinear, recompute_scale_factor: true)],
        ["interpolate/bicubic"] = t => [F.interpolate(t[0], [4, 6], mode: InterpolationMode.Bicubic)],
        ["interpolate/antialias"] = t => [F.interpolate(t[0], [2, 2], mode: InterpolationMode.Bilinear, antialias: true)],
        ["interpolate/area"] = t => [F.interpolate(t[0], [2, 2], mode: InterpolationMode.Area)],
        ["interpolate/linear"] = t => [F.interpolate(t[0], [10], mode: InterpolationMode.Linear)],
        ["upsample"] = t => [F.upsample(t[0], [5, 7], mode: UpsampleMode.Bilinear, align_corners: true)],
        ["upsample_nearest"] = t => [F.upsample_nearest(t[0], scale_factor: [2, 2])],
        ["upsample_bilinear"] = t => [F.upsample_bilinear(t[0], [5, 7], align_corners: true)],
        ["upsample_nearest1d"] = t => [F.upsample_nearest1d(t[0], 9, null)],
        ["upsample_nearest2d"] = t => [F.upsample_nearest2d(t[0], [4, 5])],
    };

    private static readonly Dictionary<string, Func<Tensor, Tensor>> _randomCalls = new()
    {
        ["dropout"] = x => F.dropout(x, 0.3),
        ["dropout/float32"] = x => F.dropout(x, 0.3),
        ["dropout1d"] = x => F.dropout1d(x, 0.4),
        ["dropout1d/unbatched"] = x => F.dropout1d(x, 0.4),
        ["dropout2d"] = x => F.dropout2d(x, 0.4),
    };

    public static TheoryData<string> Functions => Reference.NamesOf("functions");

    public static TheoryData<string> RandomFunctions => Reference.NamesOf("random");

    [Theory]
    [MemberData(nameof(Functions))]
    public void Function_GivesPyTorchsValuesAndGradients(string name) => Check(Reference.Table("functions")[name], _calls[name]);

    [Theory]
    [MemberData(nameof(RandomFunctions))]
    public void RandomFunction_ForASeed_GivesPyTorchsValuesAndGradients(string name)
        => Check(Reference.Table("random")[name], inputs =>
        {
            manual_seed(11);
            return [_randomCalls[name](inputs[0])];
        });

    [Theory]
    [MemberData(nameof(Functions))]
    public void Function_LeavesNoTensorBehind_WithoutAnyScope(string name)
    {
        var inputs = Reference.Table("functions")[name]["inputs"].Tensors();
        foreach (var input in inputs) input.requires_grad_(is_floating_point(input.dtype));
        LiveTensors.AssertNoneLeftBy(() =>
        {
            for (var call = 0; call < 5; call++)
            {
                foreach (var output in _calls[name](inputs)) output.Dispose();
            }
        });
        foreach (var input in inputs) input.Dispose();
    }

    [FactIfStandIn]
    public void EveryFunction_HasARowInTheTable()
    {
        var offered = typeof(nn.functional).GetMethods(BindingFlags.Public | BindingFlags.Static | BindingFlags.DeclaredOnly).Select(m => m.Name);
        var rows = _calls.Keys.Concat(_randomCalls.Keys).Select(name => name.Split('/')[0]);
        Assert.Empty(offered.Distinct().Except(rows));
    }

    [Fact]
    public void InPlaceActivations_ChangeTheirInputAndGiveItBackUnderAnotherHandle()
    {
        using var scope = NewDisposeScope();
        (Func<Tensor, bool, Tensor> Function, string Name)[] activations =
        [
            (F.relu, "relu"), (F.relu6, "relu6"), (F.silu, "silu"), (F.mish, "mish"), (F.tanh, "tanh"), (F.gelu, "gelu"),
            (F.sigmoid, "sigmoid"), ((x, i) => F.elu(x, 0.5, i), "elu"), ((x, i) => F.leaky_relu(x, 0.5, i), "leaky_relu"),
            ((x, i) => F.hardtanh(x, -0.2, 0.2, i), "hardtanh"), ((x, i) => F.gelu(x, GELU.Approximate.tanh, i), "gelu tanh"),
        ];
        foreach (var (function, name) in activations)
        {
            var x = linspace(-2, 2, 9, ScalarType.Float64);
            var expected = function(x, false);
            var result = function(x, true);
            Reference.AssertClose(expected, x, name);
            result.Dispose();
            Assert.False(x.IsInvalid, name);
        }
    }

    [Fact]
    public void Dropout_InPlace_DrawsTheSameMask()
    {
        using var scope = NewDisposeScope();
        var x = ones(4, 25, dtype: ScalarType.Float64);
        manual_seed(3);
        var expected = F.dropout(x, 0.4);
        manual_seed(3);
        F.dropout(x, 0.4, inplace: true);
        Reference.AssertClose(expected, x, "dropout");
    }

    [Fact]
    public void Dropout_OutsideTraining_ChangesNothing()
    {
        using var scope = NewDisposeScope();
        var x = randn(3, 4, 5);
        foreach (var result in new[] { F.dropout(x, 0.5, false), F.dropout1d(x, 0.5, false), F.dropout2d(x.unsqueeze(0), 0.5, false).squeeze(0) })
            Assert.True(result.allclose(x, 0, 0));
    }

    [FactIfStandIn]
    public void Interpolate_WithSizeAndFactor_SaysWhichToGive()
    {
        using var x = ones(1, 1, 2, 2);
        var error = Assert.Throws<ArgumentException>(() => F.interpolate(x, [2, 2], [2, 2]));
        Assert.Contains("one of the two", error.Message);
        Assert.Throws<ArgumentException>(() => F.interpolate(x, [2, 2], mode: InterpolationMode.Linear));
        Assert.Throws<ArgumentException>(() => F.interpolate(x, [2, 2], align_corners: true));
    }

    [FactIfStandIn]
    public void WrongArguments_GiveExceptionsThatNameTheFunction()
    {
        using var scope = NewDisposeScope();
        var (x, weight, gone) = (ones(2, 3), ones(4, 5), ones(2, 3));
        gone.Dispose();
        Assert.Contains("linear", Assert.ThrowsAny<Exception>(() => F.linear(x, weight)).Message);
        Assert.Contains("linear", Assert.Throws<ObjectDisposedException>(() => F.linear(gone, weight)).Message);
        Assert.Contains("linear", Assert.ThrowsAny<Exception>(() => F.linear(null!, weight)).Message);
        Assert.Contains("cross_entropy", Assert.ThrowsAny<Exception>(() => F.cross_entropy(x, x.to(ScalarType.Int32))).Message);
        Assert.Contains("conv2d", Assert.ThrowsAny<Exception>(() => F.conv2d(x, weight)).Message);
        Assert.Contains("probability", Assert.Throws<ArgumentOutOfRangeException>(() => F.dropout(x, 1.5)).Message);
        Assert.Contains("dropout2d", Assert.Throws<ArgumentException>(() => F.dropout2d(x)).Message);
        Assert.Throws<ArgumentException>(() => F.scaled_dot_product_attention(x, x, x, ones(2, 2), is_casual: true));
    }

    private static Tensor[] Both((Tensor, Tensor) pair) => [pair.Item1, pair.Item2];

    /// <summary>A call whose constants must not require a gradient.</summary>
    private static Tensor[] Detached(Tensor first, Tensor second, Func<Tensor, Tensor, Tensor> call)
    {
        using var one = first.detach();
        using var two = second.detach();
        return [call(one, two)];
    }

    private static void Check(Reference row, Func<Tensor[], Tensor[]> call)
    {
        using var scope = NewDisposeScope();
        var inputs = row["inputs"].Tensors();
        foreach (var input in inputs) input.requires_grad_(is_floating_point(input.dtype));

        var outputs = call(inputs);
        Reference.AssertClose(row["outputs"].Tensors(), outputs, "output");

        var expected = row["gradients"].Tensors();
        if (expected.Length == 0) return;
        var trained = inputs.Where(input => input.requires_grad).ToList();
        var gradients = autograd.grad([outputs[0]], trained, [Reference.Cotangent(outputs[0])], allow_unused: true);
        Reference.AssertClose(expected, [.. gradients.Select((g, i) => g.IsInvalid ? zeros_like(trained[i]) : g)], "gradient");
    }
}
