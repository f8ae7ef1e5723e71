using Deq.Tests.Ground;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Deq.Tests.GroundModules;

public class OptimiserTests
{
    private static readonly Dictionary<string, Func<Parameter[], OptimizerHelper>> _optimisers = new()
    {
        ["SGD"] = p => optim.SGD(p, 0.1),
        ["SGD/momentum"] = p => optim.SGD(p, 0.1, 0.9, 0.3, 0.05),
        ["SGD/nesterov"] = p => optim.SGD(p, 0.1, 0.8, nesterov: true),
        ["SGD/maximize"] = p => optim.SGD(p, 0.1, 0.8, weight_decay: 0.1, maximize: true),
        ["Adam"] = p => optim.Adam(p, 0.02),
        ["Adam/float32"] = p => optim.Adam(p, 0.02),
        ["Adam/decay"] = p => optim.Adam(p, 0.02, 0.8, 0.95, 1e-4, 0.1),
        ["Adam/amsgrad"] = p => optim.Adam(p, 0.02, 0.8, 0.9, amsgrad: true),
        ["Adam/maximize"] = p => optim.Adam(p, 0.02, weight_decay: 0.1, maximize: true),
        ["AdamW"] = p => optim.AdamW(p, 0.02, weight_decay: 0.1),
        ["AdamW/amsgrad"] = p => optim.AdamW(p, 0.02, weight_decay: 0.1, amsgrad: true, maximize: true),
        ["groups"] = p => optim.Adam([new Adam.ParamGroup([p[0]], new Adam.Options { LearningRate = 0.05 }), new Adam.ParamGroup([p[1]], new Adam.Options { weight_decay = 0.2 })], 0.01),
    };

    public static TheoryData<string> Names => Reference.NamesOf("optimisers");

    public static TheoryData<string> ClippingNames => Reference.NamesOf("clipping");

    [Theory]
    [MemberData(nameof(Names))]
    public void Optimiser_TakesPyTorchsSteps(string name)
    {
        using var scope = NewDisposeScope();
        var table = Reference.Table("optimisers")[name];
        var gradients = Reference.Table("gradients");
        var kind = name.EndsWith("float32") ? ScalarType.Float32 : ScalarType.Float64;
        var parameters = gradients["start"].Tensors().Select(start => nn.Parameter(start.to(kind))).ToArray();
        using var optimiser = _optimisers[name](parameters);
        foreach (var (expected, given) in table.Items().Zip(gradients["steps"].Items()))
        {
            foreach (var (parameter, gradient) in parameters.Zip(given.Items()))
                parameter.grad = gradient.IsNull() ? null : gradient.Tensor().to(kind);
            optimiser.step();
            Reference.AssertClose(expected.Tensors(), parameters, name);
        }
    }

    [Theory]
    [MemberData(nameof(ClippingNames))]
    public void Clipping_GivesPyTorchsNormAndGradients(string name)
    {
        using var scope = NewDisposeScope();
        var row = Reference.Table("clipping")[name];
        var parameters = row["given"].Tensors().Select(gradient =>
        {
            var parameter = nn.Parameter(zeros_like(gradient));
            parameter.grad = gradient;
            return parameter;
        }).ToArray();
        var unused = nn.Parameter(zeros(2));
        Parameter[] all = [.. parameters, unused];
        double? norm = name switch
        {
            "norm" => nn.utils.clip_grad_norm_(all, 0.5),
            "norm/loose" => nn.utils.clip_grad_norm_(all, 50),
            "norm/one" => nn.utils.clip_grad_norm_(all, 0.5, 1),
            "norm/infinity" => nn.utils.clip_grad_norm_(all, 0.5, double.PositiveInfinity),
            _ => null,
        };
        if (norm is null) nn.utils.clip_grad_value_(all, 0.3);
        else Assert.Equal(row["norm"].Number(), norm.Value, 10);
        Reference.AssertClose(row["gradients"].Tensors(), [.. parameters.Select(p => p.grad!)], name);
        Assert.Null(unused.grad);
    }

    [Fact]
    public void Vector_HoldsAllParametersAndGivesThemBack()
    {
        using var scope = NewDisposeScope();
        using var model = nn.Sequential(nn.Linear(3, 2), nn.Linear(2, 1));
        var vector = nn.utils.parameters_to_vector(model.parameters());
        Assert.Equal([11L], vector.shape);
        nn.utils.vector_to_parameters(vector.detach() * 2, model.parameters());
        Reference.AssertClose(vector * 2, nn.utils.parameters_to_vector(model.parameters()), "doubled");
    }

    [FactIfStandIn]
    public void Vector_OfAnotherLength_IsRefused()
    {
        using var scope = NewDisposeScope();
        using var layer = nn.Linear(3, 2);
        Assert.Contains("8 elements", Assert.Throws<ArgumentException>(() => nn.utils.vector_to_parameters(zeros(7), layer.parameters())).Message);
    }

    [Theory]
    [InlineData("SGD/momentum")]
    [InlineData("Adam/amsgrad")]
    [InlineData("AdamW")]
    public void StateDictionary_ContinuesWhereAnotherOptimiserStopped(string name)
    {
        using var scope = NewDisposeScope();
        var gradients = Reference.Table("gradients");
        Parameter[] Start() => [.. gradients["start"].Tensors().Select(start => nn.Parameter(start))];

        var (one, two, three) = (Start(), Start(), Start());
        using var first = _optimisers[name](one);
        Steps(first, one, 0, 3);
        using var second = _optimisers[name](two);
        using var third = _optimisers[name](three);
        using (no_grad())
        {
            foreach (var (source, target) in one.Concat(one).Zip(two.Concat(three))) target.copy_(source);
        }

        second.load_state_dict(first.state_dict());
        var file = new MemoryStream();
        first.save_state_dict(new BinaryWriter(file));
        file.Position = 0;
        third.load_state_dict(new BinaryReader(file));
        foreach (var (state, loaded) in first.state_dict().State.Zip(third.state_dict().State)) Assert.True(state.ApproximatelyEquals(loaded));

        Steps(first, one, 3, 6);
        Steps(second, two, 3, 6);
        Steps(third, three, 3, 6);
        Reference.AssertClose(one, two, "from a dictionary");
        Reference.AssertClose(one, three, "from a file");

        void Steps(OptimizerHelper optimiser, Parameter[] parameters, int from, int to)
        {
            foreach (var given in gradients["steps"].Items().Take(from..to))
            {
                foreach (var (parameter, gradient) in parameters.Zip(given.Items()))
                    parameter.grad = gradient.IsNull() ? null : gradient.Tensor();
                optimiser.step();
            }
        }
    }

    [Fact]
    public void StateDictionary_OfAnotherOptimiser_IsRefused()
    {
        using var layer = nn.Linear(2, 2);
        using var adam = optim.Adam(layer.parameters());
        using var sgd = optim.SGD(layer.parameters(), 0.1);
        using var small = optim.Adam([layer.weight]);
        var file = new MemoryStream();
        adam.save_state_dict(new BinaryWriter(file));
        file.Position = 0;
        Assert.Contains("Adam", Assert.Throws<InvalidDataException>(() => sgd.load_state_dict(new BinaryReader(file))).Message);
        Assert.Throws<ArgumentException>(() => small.load_state_dict(adam.state_dict()));
    }

    [Fact]
    public void ZeroGrad_ClearsGradientsInPlace()
    {
        using var scope = NewDisposeScope();
        using var layer = nn.Linear(2, 2);
        using var optimiser = optim.SGD(layer.parameters(), 0.1);
        layer.call(ones(1, 2)).sum().backward();
        optimiser.zero_grad();
        Assert.Equal(0.0, layer.weight.grad!.abs().max().ToDouble());
    }

    [Fact]
    public void Closure_IsEvaluatedWithAGraphAndItsLossGivenBack()
    {
        using var scope = NewDisposeScope();
        using var layer = nn.Linear(2, 1);
        using var optimiser = optim.SGD(layer.parameters(), 0.1);
        using var ungraphed = no_grad();
        var loss = optimiser.step(() =>
        {
            var value = layer.call(ones(1, 2)).sum();
            value.backward();
            return value;
        });
        Assert.True(loss!.requires_grad);
        Assert.NotNull(layer.weight.grad);
    }

    [Fact]
    public void LearningRate_IsAGroupsOwn()
    {
        using var layer = nn.Linear(2, 1);
        using var optimiser = optim.Adam(layer.named_parameters(), 0.3);
        foreach (var group in optimiser.ParamGroups) group.LearningRate = 0.1;
        Assert.Equal(0.3, optimiser.ParamGroups.Single().InitialLearningRate);
        Assert.Equal(0.1, optimiser.state_dict().Options.Single().LearningRate);
        Assert.Equal(2, optimiser.parameters().Count());
    }

    [Fact]
    public void ImpossibleOptions_AreRefused()
    {
        using var layer = nn.Linear(2, 1);
        Assert.Throws<ArgumentException>(() => optim.SGD(layer.parameters(), -1));
        Assert.Throws<ArgumentException>(() => optim.SGD(layer.parameters(), 0.1, nesterov: true));
        Assert.Throws<ArgumentException>(() => optim.Adam(layer.parameters(), beta1: 1));
        Assert.Throws<ArgumentException>(() => optim.AdamW(layer.parameters(), weight_decay: -0.1));
    }

    [FactIfStandIn]
    public void RepeatedParametersAndNoNumbers_AreRefused()
    {
        using var layer = nn.Linear(2, 1);
        Assert.Throws<ArgumentException>(() => optim.Adam([layer.weight, layer.weight]));
        Assert.Throws<ArgumentException>(() => optim.Adam(layer.parameters(), double.NaN));
    }

    [FactIfStandIn]
    public void Step_AfterTheModelWasConverted_SaysWhatToDo()
    {
        using var layer = nn.Linear(2, 1);
        using var optimiser = optim.Adam(layer.parameters());
        layer.to(ScalarType.Float64);
        Assert.Contains("before", Assert.Throws<InvalidOperationException>(() => optimiser.step()).Message);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Steps_LeaveTheNumberOfTensorsFlat(bool inScope)
    {
        using var layer = nn.Linear(8, 8);
        using var x = randn(4, 8);
        using var adam = optim.Adam(layer.parameters(), amsgrad: true, weight_decay: 0.1);
        using var adamW = optim.AdamW(layer.parameters(), weight_decay: 0.1, maximize: true);
        using var sgd = optim.SGD(layer.parameters(), 0.01, 0.9, nesterov: false, weight_decay: 0.1);
        void Step()
        {
            using var scope = inScope ? NewDisposeScope() : null;
            using (var y = layer.call(x))
            using (var loss = y.sum()) loss.backward();
            nn.utils.clip_grad_norm_(layer.parameters(), 1);
            nn.utils.clip_grad_value_(layer.parameters(), 1);
            adam.step();
            adamW.step();
            sgd.step();
            layer.zero_grad();
        }

        Step();
        LiveTensors.AssertNoneLeftBy(() =>
        {
            for (var step = 0; step < 50; step++) Step();
        });
    }

    [Fact]
    public void Dispose_FreesTheStates()
    {
        using var layer = nn.Linear(2, 1);
        LiveTensors.AssertNoneLeftBy(() => optim.Adam(layer.parameters(), amsgrad: true).Dispose());
    }
}
