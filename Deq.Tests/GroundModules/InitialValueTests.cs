using System.Reflection;
using Deq.Tests.Ground;
using Deq.Tests.Ground.Signatures;
using TorchSharp;
using static TorchSharp.torch;
using static TorchSharp.torch.nn.init;

namespace Deq.Tests.GroundModules;

public class InitialValueTests
{
    private const string Gains = "gains";
    private const string Modules = "modules";

    private static readonly Dictionary<string, Func<Tensor, Tensor>> _initialisers = new()
    {
        ["uniform_"] = t => uniform_(t, -0.3, 0.7),
        ["normal_"] = t => normal_(t, 0.5, 0.2),
        ["normal_/few"] = t => normal_(t),
        ["trunc_normal_"] = t => trunc_normal_(t, 0.1, 0.5, -0.6, 0.9),
        ["constant_"] = t => constant_(t, 0.25),
        ["ones_"] = ones_,
        ["zeros_"] = zeros_,
        ["xavier_uniform_"] = t => xavier_uniform_(t, 1.3),
        ["xavier_normal_"] = t => xavier_normal_(t, 0.7),
        ["kaiming_uniform_"] = t => kaiming_uniform_(t, 0.1, FanInOut.FanOut),
        ["kaiming_normal_"] = t => kaiming_normal_(t, nonlinearity: NonlinearityType.ReLU),
        ["orthogonal_"] = t => orthogonal_(t, 1.5),
        ["orthogonal_/tall"] = t => orthogonal_(t),
        ["eye_"] = eye_,
        ["dirac_"] = dirac_,
        ["sparse_"] = t => sparse_(t, 0.4, 0.1),
    };

    private static readonly Dictionary<string, Func<nn.Module>> _modules = new()
    {
        ["Linear"] = () => nn.Linear(5, 4),
        ["Embedding"] = () => nn.Embedding(6, 4, 1),
        ["Conv1d"] = () => nn.Conv1d(4, 2, 3),
        ["Conv2d"] = () => nn.Conv2d(4, 2, (3, 2), groups: 2),
        ["LayerNorm"] = () => nn.LayerNorm([3, 2]),
        ["GroupNorm"] = () => nn.GroupNorm(2, 4),
        ["BatchNorm2d"] = () => nn.BatchNorm2d(3),
        ["LSTM"] = () => nn.LSTM(3, 2, 2, bidirectional: true),
        ["GRU"] = () => nn.GRU(3, 2, 1, false),
        ["Sequential"] = () => nn.Sequential(nn.Linear(3, 2), nn.LayerNorm(2), nn.Linear(2, 2)),
    };

    public static TheoryData<string> Names => [.. Reference.Table("initial").Names.Except([Gains, Modules])];

    public static TheoryData<string> ModuleNames => [.. Reference.Table("initial")[Modules].Names];

    [Theory]
    [MemberData(nameof(Names))]
    public void Initialiser_ForASeed_GivesPyTorchsNumbers(string name)
    {
        if (name == "xavier_normal_" && !ReferenceApi.IsStandIn) return; // TorchSharp's is uniform.
        using var scope = NewDisposeScope();
        var expected = Reference.Table("initial")[name].Tensor();
        var parameter = nn.Parameter(empty(expected.shape));
        manual_seed(5);
        Assert.Same(parameter, _initialisers[name](parameter));
        Reference.AssertClose(expected, parameter, name);
        Assert.True(parameter.is_leaf && parameter.requires_grad);
    }

    [Theory]
    [MemberData(nameof(ModuleNames))]
    public void Module_ForASeed_StartsWithPyTorchsNumbers(string name)
    {
        if (name == "GroupNorm" && !ReferenceApi.IsStandIn) return; // TorchSharp leaves its weights uninitialised.
        manual_seed(6);
        using var module = _modules[name]();
        var expected = Reference.Table("initial")[Modules][name].State();
        Assert.Equal(expected.Keys.Order(), module.state_dict().Keys.Order());
        foreach (var (path, value) in expected) Reference.AssertClose(value, module.state_dict()[path], path);
    }

    [FactIfStandIn]
    public void EveryInitialiser_HasARowInTheTable()
    {
        string[] elsewhere = ["glorot_uniform_", "glorot_normal_", "calculate_gain", "CalculateFanInAndFanOut"];
        var offered = typeof(nn.init).GetMethods(BindingFlags.Public | BindingFlags.Static | BindingFlags.DeclaredOnly).Select(m => m.Name);
        Assert.Empty(offered.Except(_initialisers.Keys.Select(name => name.Split('/')[0])).Except(elsewhere));
    }

    [Fact]
    public void Gains_ArePyTorchs()
    {
        var gains = Reference.Table("initial")[Gains];
        Assert.Equal(gains["linear"].Number(), calculate_gain(NonlinearityType.Linear), 12);
        Assert.Equal(gains["conv2d"].Number(), calculate_gain(NonlinearityType.Conv2D), 12);
        Assert.Equal(gains["sigmoid"].Number(), calculate_gain(NonlinearityType.Sigmoid), 12);
        Assert.Equal(gains["tanh"].Number(), calculate_gain(NonlinearityType.Tanh), 12);
        Assert.Equal(gains["relu"].Number(), calculate_gain(NonlinearityType.ReLU), 12);
        Assert.Equal(Math.Sqrt(2 / 1.04), calculate_gain(NonlinearityType.LeakyReLU, 0.2), 12);
    }

    [Fact]
    public void Fans_CountTheReceptiveField()
    {
        using var kernel = empty(6, 4, 3, 2);
        Assert.Equal((24, 36), CalculateFanInAndFanOut(kernel));
        using var vector = empty(6);
        Assert.Throws<ArgumentException>(() => CalculateFanInAndFanOut(vector));
    }

    [Fact]
    public void Orthogonal_HasOrthonormalRowsOrColumns()
    {
        using var scope = NewDisposeScope();
        var wide = orthogonal_(empty(3, 7, dtype: ScalarType.Float64));
        Reference.AssertClose(eye(3, dtype: ScalarType.Float64), wide.matmul(wide.t()), "rows");
        var tall = orthogonal_(empty(7, 3, dtype: ScalarType.Float64), 2);
        Reference.AssertClose(eye(3, dtype: ScalarType.Float64) * 4, tall.t().matmul(tall), "columns");
    }

    [FactIfStandIn]
    public void OwnGenerator_LeavesTheGlobalOneAlone()
    {
        using var scope = NewDisposeScope();
        manual_seed(1);
        var expected = rand(4);
        manual_seed(1);
        using var generator = new Generator(9);
        var drawn = uniform_(empty(8), generator: generator);
        Reference.AssertClose(expected, rand(4), "global sequence");
        using var again = new Generator(9);
        Reference.AssertClose(drawn, uniform_(empty(8), generator: again), "own sequence");
    }
}
