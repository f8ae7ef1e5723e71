using System.Text.Json;
using Deq.Modules;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Deq.Tests.Runtime;

/// <summary>Weight-normalised and spectrally normalised modules against PyTorch's, in every type, and once per solve.</summary>
public class NormalisedModuleTests
{
    private static readonly JsonElement Golden = JsonDocument.Parse(File.ReadAllText(
        Path.Combine(AppContext.BaseDirectory, "Runtime", "Golden", "normalised-modules.json"))).RootElement.GetProperty("cases");

    public static TheoryData<string> Kinds => [.. Golden.EnumerateArray().Select(c => c.GetProperty("kind").GetString()!)];

    private static nn.Module<Tensor, Tensor> Make(string kind, ScalarType type = ScalarType.Float64) => kind switch
    {
        "weight_norm linear" => new WeightNormLinear(4, 3, dtype: type),
        "weight_norm conv1d" => new WeightNormConv1d(4, 6, 3, stride: 2, padding: 1, groups: 2, dtype: type),
        "weight_norm conv2d" => new WeightNormConv2d(2, 4, 3, padding: 1, hasBias: false, dtype: type),
        "spectral_norm linear" => new SpectralNormLinear(4, 3, dtype: type),
        "spectral_norm conv1d" => new SpectralNormConv1d(4, 6, 3, stride: 2, padding: 1, groups: 2, dtype: type),
        "spectral_norm conv2d" => new SpectralNormConv2d(2, 4, 3, padding: 1, hasBias: false, dtype: type),
        _ => throw new ArgumentException(kind, nameof(kind)),
    };

    private static JsonElement Case(string kind) => Golden.EnumerateArray().Single(c => c.GetProperty("kind").GetString() == kind);

    private static Tensor Read(JsonElement entry) => tensor(
        entry.GetProperty("values").EnumerateArray().Select(v => v.GetDouble()).ToArray(),
        entry.GetProperty("shape").EnumerateArray().Select(n => n.GetInt64()).ToArray(), float64);

    /// <summary>The module with PyTorch's values, by the names of PyTorch's state_dict.</summary>
    private static nn.Module<Tensor, Tensor> Loaded(string kind)
    {
        var module = Make(kind);
        var state = Case(kind).GetProperty("state").EnumerateObject().ToDictionary(p => p.Name, p => Read(p.Value));
        Assert.Equal(state.Keys.Order(StringComparer.Ordinal), module.state_dict().Keys.Order(StringComparer.Ordinal));
        module.load_state_dict(state);
        module.train(kind.StartsWith("weight", StringComparison.Ordinal));
        return module;
    }

    [Theory, MemberData(nameof(Kinds))]
    public void WithPyTorchsStateDict_ValueAndFirstAndSecondGradient_ArePyTorchs(string kind)
    {
        using var scope = NewDisposeScope();
        using var module = Loaded(kind);
        var golden = Case(kind);
        var x = Read(golden.GetProperty("input")).requires_grad_();
        var y = module.call(x);
        Assert.InRange(Dense.Distance(y, Read(golden.GetProperty("output"))), 0, 1e-14);

        var parameters = module.named_parameters().ToDictionary(p => p.name, p => (Tensor)p.parameter);
        var c = (arange(y.numel(), float64) * 0.37 + 0.5).sin().view(y.shape);
        string[] names = ["input", .. parameters.Keys];
        var gradients = autograd.grad([(y * c).sum()], [x, .. parameters.Values], create_graph: true, retain_graph: true);
        var first = golden.GetProperty("gradients");
        Assert.Equal(first.EnumerateObject().Count(), names.Length);
        foreach (var (name, gradient) in names.Zip(gradients)) Assert.InRange(Dense.Distance(gradient, Read(first.GetProperty(name))), 0, 1e-13);

        var squares = gradients.Select(g => g.square().sum()).Aggregate((a, b) => a + b);
        foreach (var expected in golden.GetProperty("second").EnumerateObject())
            Assert.InRange(Dense.Distance(autograd.grad([squares], [parameters[expected.Name]], retain_graph: true)[0], Read(expected.Value)), 0, 1e-12);
    }

    [Theory, MemberData(nameof(Kinds))]
    public void InAnotherType_ItComputesTheSameToThatTypesDigits(string kind)
    {
        using var scope = NewDisposeScope();
        var golden = Case(kind);
        Tensor x = Read(golden.GetProperty("input")), expected = Read(golden.GetProperty("output"));
        foreach (var (type, agreement) in new[] { (ScalarType.Float32, 1e-6), (ScalarType.BFloat16, 3e-2), (ScalarType.Float64, 3e-2) })
        {
            // The last goes by way of bfloat16 and back, as mixed precision does.
            using var module = Loaded(kind);
            if (type == ScalarType.Float64) module.to(ScalarType.BFloat16);
            module.to(type);
            Assert.All(module.parameters(), p => Assert.Equal(type, p.dtype));
            Assert.All(module.buffers(), b => Assert.Equal(type, b.dtype));
            var value = module.call(x.to(type));
            Assert.Equal(type, value.dtype);
            Assert.InRange(Dense.Distance(value, expected), 0, agreement);
            value.sum().backward();
            Assert.All(module.parameters(), p => Assert.True(p.grad is { } g && g.dtype == type && g.isfinite().all().item<bool>()));
        }
    }

    [Theory, MemberData(nameof(Kinds))]
    public void OnAnotherDevice_EverythingItComputesWithIsThere(string kind)
    {
        using var scope = NewDisposeScope();
        using var module = Loaded(kind);
        // The device without numbers, which every machine has.
        var meta = new Device(DeviceType.META);
        module.to(meta);
        Assert.All(module.parameters(), p => Assert.Equal(DeviceType.META, p.device_type));
        Assert.All(module.buffers(), b => Assert.Equal(DeviceType.META, b.device_type));
        // libtorch has neither convolutions nor dot products there before version 2.
        if (kind != "weight_norm linear") return;
        var golden = Case(kind);
        var value = module.call(Read(golden.GetProperty("input")).to(meta));
        Assert.Equal(DeviceType.META, value.device_type);
        Assert.Equal(Read(golden.GetProperty("output")).shape, value.shape);
    }

    [Theory, MemberData(nameof(Kinds))]
    public void InASolve_TheWeightIsComputedOnceUntapedAndOnceOnTheTape(string kind)
    {
        using var scope = NewDisposeScope();
        using var module = Loaded(kind);
        Tensor Weight() => module is WeightNorm normalised ? normalised.Weight : ((SpectralNorm)module).Weight;
        var x = Read(Case(kind).GetProperty("input"));
        HashSet<Tensor> untaped = new(ReferenceEqualityComparer.Instance), taped = new(ReferenceEqualityComparer.Instance);
        var evaluations = 0;
        var result = Equilibrium.Solve(z =>
        {
            evaluations++;
            (is_grad_enabled() ? taped : untaped).Add(Weight());
            return z * 0.5 + module.call(x).sum() * 0.01;
        }, zeros(2, 3, float64), new() { Solver = new Solvers.Picard(), Tolerance = 1e-8, MaxEvaluations = 60 }, module);
        Assert.True(evaluations > 5);
        Assert.Single(untaped);
        Assert.Single(taped);
        result.Value.sum().BackwardOrThrow();
        Assert.All(module.parameters(), p => Assert.True(p.grad is not null));
        // What was kept for the solve is gone with it.
        Assert.True(untaped.Single().IsInvalid && taped.Single().IsInvalid);
        Assert.NotSame(Weight(), Weight());
    }

    [Theory, MemberData(nameof(Kinds))]
    public void ThePenalty_HasItsSecondGradientThroughIt(string kind)
    {
        if (!kind.EndsWith("linear", StringComparison.Ordinal)) return;
        using var scope = NewDisposeScope();
        manual_seed(7);
        nn.Module<Tensor, Tensor> module = kind.StartsWith("weight", StringComparison.Ordinal)
            ? new WeightNormLinear(3, 3, dtype: float64)
            : new SpectralNormLinear(3, 3, dtype: float64);
        module.eval();
        module.train(module is WeightNorm);
        var x = randn(2, 3, float64);
        var names = module.named_parameters().Where(p => p.name != "bias").ToArray();
        // J does not depend on z where f is linear: the penalty is a function of the weight alone.
        Tensor Penalty() => Equilibrium.Solve(z => module.call(z) * 0.5 + x, zeros(2, 3, float64),
            new() { JacobianGamma = 2, JacobianSeed = 3, MaxEvaluations = 2, OnFailure = OnFailure.Report }, module.training ? module : null).JacobianPenalty!;
        foreach (var (name, parameter) in names)
        {
            var gradient = autograd.grad([Penalty()], [parameter])[0];
            var numbers = Dense.Numbers(parameter);
            var differences = new double[numbers.Length];
            for (var i = 0; i < numbers.Length; i++)
            {
                double At(double h)
                {
                    double[] moved = [.. numbers];
                    moved[i] += h;
                    using (no_grad()) parameter.copy_(tensor(moved, float64).view(parameter.shape));
                    return Penalty().item<double>();
                }
                differences[i] = (At(1e-5) - At(-1e-5)) / 2e-5;
            }
            using (no_grad()) parameter.copy_(tensor(numbers, float64).view(parameter.shape));
            Assert.InRange((gradient.flatten() - tensor(differences)).norm().item<double>(), 0, 1e-8 * (1 + gradient.norm().item<double>()));
        }
        module.Dispose();
    }
}
