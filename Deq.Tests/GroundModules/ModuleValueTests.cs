using System.Reflection;
using Deq.Tests.Ground;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Deq.Tests.GroundModules;

public class ModuleValueTests
{
    private static readonly Dictionary<string, Func<nn.Module>> _modules = new()
    {
        ["Linear"] = () => nn.Linear(4, 5),
        ["Linear/no bias"] = () => nn.Linear(4, 5, false),
        ["Embedding"] = () => nn.Embedding(5, 3),
        ["Embedding/padding"] = () => nn.Embedding(5, 3, 2),
        ["Embedding/max_norm"] = () => nn.Embedding(5, 3, max_norm: 0.8),
        ["Conv1d"] = () => nn.Conv1d(4, 6, 3, 2, 1, groups: 2),
        ["Conv1d/reflect"] = () => nn.Conv1d(4, 6, 3, padding: 2, padding_mode: PaddingModes.Reflect),
        ["Conv2d"] = () => nn.Conv2d(4, 6, (3, 2), (2, 1), (1, 0)),
        ["Conv2d/same"] = () => nn.Conv2d(4, 6, 3, Padding.Same, bias: false),
        ["Conv2d/same circular"] = () => nn.Conv2d(4, 6, (3, 2), Padding.Same, padding_mode: PaddingModes.Circular),
        ["LayerNorm"] = () => nn.LayerNorm(4),
        ["GroupNorm"] = () => nn.GroupNorm(2, 4),
        ["BatchNorm1d"] = () => nn.BatchNorm1d(4),
        ["BatchNorm2d"] = () => nn.BatchNorm2d(4, momentum: 0.3),
        ["BatchNorm2d/eval"] = () => nn.BatchNorm2d(4),
        ["LSTM"] = () => nn.LSTM(3, 4, 2),
        ["LSTM/bidirectional"] = () => nn.LSTM(3, 2, 1, false, true, bidirectional: true),
        ["GRU"] = () => nn.GRU(3, 4, 2, bidirectional: true),
        ["Softmax"] = () => nn.Softmax(1),
        ["LogSoftmax"] = () => nn.LogSoftmax(1),
        ["ReLU"] = () => nn.ReLU(),
        ["GELU"] = () => nn.GELU(),
        ["GELU/tanh"] = () => nn.GELU(GELU.Approximate.tanh),
        ["SiLU"] = () => nn.SiLU(),
        ["Sigmoid"] = () => nn.Sigmoid(),
        ["Tanh"] = () => nn.Tanh(),
        ["Softplus"] = () => nn.Softplus(2, 1),
        ["LeakyReLU"] = () => nn.LeakyReLU(0.3),
        ["ELU"] = () => nn.ELU(0.6),
        ["MaxPool2d"] = () => nn.MaxPool2d(2),
        ["AvgPool2d"] = () => nn.AvgPool2d(3, 2, 1, count_include_pad: false),
        ["AdaptiveAvgPool2d"] = () => nn.AdaptiveAvgPool2d((2, 3)),
        ["Upsample"] = () => nn.Upsample(scale_factor: [2, 2], mode: UpsampleMode.Bilinear),
        ["Flatten"] = () => nn.Flatten(1, 2),
        ["Identity"] = nn.Identity,
        ["Sequential"] = () => nn.Sequential(nn.Linear(4, 5), nn.Tanh(), nn.Linear(5, 2)),
        ["CrossEntropyLoss"] = () => nn.CrossEntropyLoss(ignore_index: 3),
        ["NLLLoss"] = () => nn.NLLLoss(reduction: nn.Reduction.Sum),
        ["MSELoss"] = () => nn.MSELoss(),
        ["L1Loss"] = () => nn.L1Loss(),
        ["SmoothL1Loss"] = () => nn.SmoothL1Loss(beta: 0.5),
        ["BCEWithLogitsLoss"] = () => nn.BCEWithLogitsLoss(),
        ["BCELoss"] = () => nn.BCELoss(),
    };

    public static TheoryData<string> Modules => Reference.NamesOf("modules");

    [Theory]
    [MemberData(nameof(Modules))]
    public void Module_WithPyTorchsState_GivesItsValuesGradientsAndState(string name)
    {
        using var scope = NewDisposeScope();
        var row = Reference.Table("modules")[name];
        using var module = _modules[name]().to(ScalarType.Float64);
        Assert.Equal(row["state"].Names.Order(), module.state_dict().Keys.Order());
        module.load_state_dict(row["state"].State());
        module.train(!name.EndsWith("/eval"));

        var inputs = row["inputs"].Tensors();
        foreach (var input in inputs) input.requires_grad_(is_floating_point(input.dtype));
        Tensor[] outputs = [];
        for (var step = 0; step < (name is "BatchNorm1d" or "BatchNorm2d" ? 2 : 1); step++) outputs = Call(module, inputs);
        Reference.AssertClose(row["outputs"].Tensors(), outputs, "output");

        var expected = row["gradients"].Tensors();
        var trained = inputs.Where(input => input.requires_grad).Concat(row["state"].Names.Select(module.get_parameter).OfType<Tensor>()).ToList();
        if (expected.Length > 0)
        {
            var gradients = autograd.grad([outputs[0]], trained, [Reference.Cotangent(outputs[0])], allow_unused: true);
            Reference.AssertClose(expected, [.. gradients.Select((g, i) => g.IsInvalid ? zeros_like(trained[i]) : g)], "gradient");
        }

        foreach (var (path, value) in row["after"].State()) Reference.AssertClose(value, module.state_dict()[path], $"{path} afterwards");
    }

    [FactIfStandIn]
    public void EveryModule_HasARowInTheTable()
    {
        string[] elsewhere = ["Dropout", "Dropout1d", "Dropout2d", "Sequential", "ModuleList", "ModuleDict", "ParameterList", "Parameter"];
        var offered = typeof(nn).GetMethods(BindingFlags.Public | BindingFlags.Static | BindingFlags.DeclaredOnly).Select(m => m.Name);
        var rows = _modules.Keys.Select(name => name.Split('/')[0]).Append("Embedding_from_pretrained");
        Assert.Empty(offered.Distinct().Except(rows).Except(elsewhere));
    }

    [Fact]
    public void RecurrentModules_WithStatesGiven_ContinueWhereTheyStopped()
    {
        using var scope = NewDisposeScope();
        using var lstm = nn.LSTM(3, 4, batchFirst: true);
        using var gru = nn.GRU(3, 4, batchFirst: true);
        var x = randn(2, 6, 3);
        var (first, second) = (x.narrow(1, 0, 4), x.narrow(1, 4, 2));

        var (whole, _, _) = lstm.call(x);
        var (_, hidden, cell) = lstm.call(first);
        Reference.AssertClose(whole.narrow(1, 4, 2), lstm.call(second, (hidden, cell)).Item1, "LSTM");

        var (wholeGru, _) = gru.call(x);
        var (_, state) = gru.call(first);
        Reference.AssertClose(wholeGru.narrow(1, 4, 2), gru.call(second, state).Item1, "GRU");
    }

    [Fact]
    public void DropoutModules_DropWhileTrainingOnly()
    {
        using var scope = NewDisposeScope();
        var x = ones(2, 50, 4, 3);
        foreach (var module in new nn.Module<Tensor, Tensor>[] { nn.Dropout(0.5), nn.Dropout2d(0.5), nn.Sequential(nn.Dropout(0.5)) })
        {
            Assert.InRange(module.call(x).eq(0).@float().mean().ToDouble(), 0.3, 0.7);
            module.eval();
            Assert.True(module.call(x).allclose(x, 0, 0));
        }

        using var channels = nn.Dropout1d(0.5);
        var dropped = channels.call(ones(200, 5)).eq(0);
        Assert.True(dropped.all(1).eq(dropped.any(1)).all().ToBoolean());
    }

    [Fact]
    public void EmbeddingFromPretrained_CopiesTheTableAndFreezesIt()
    {
        using var scope = NewDisposeScope();
        var table = randn(4, 3);
        using var embedding = nn.Embedding_from_pretrained(table);
        Assert.False(embedding.weight!.requires_grad);
        Assert.False(table.IsInvalid);
        Reference.AssertClose(table.index_select(0, tensor(new long[] { 2, 0 })), embedding.call(tensor(new long[] { 2, 0 })), "rows");
    }

    [FactIfStandIn]
    public void Modules_WithImpossibleSizes_SaySo()
    {
        Assert.Contains("5 channels", Assert.Throws<ArgumentException>(() => nn.GroupNorm(2, 5)).Message);
        Assert.Contains("groups", Assert.Throws<ArgumentException>(() => nn.Conv1d(4, 6, 3, groups: 3)).Message);
        Assert.Contains("stride", Assert.Throws<ArgumentException>(() => nn.Conv2d(4, 6, 3, Padding.Same, stride: 2)).Message);
        Assert.Throws<ArgumentOutOfRangeException>(() => nn.Embedding(5, 3, 5));
        using var convolution = nn.Conv2d(3, 4, 3);
        using var wrong = ones(2, 5, 8, 8);
        Assert.Contains("3 channels", Assert.Throws<ArgumentException>(() => convolution.call(wrong)).Message);
    }

    private static Tensor[] Call(nn.Module module, Tensor[] inputs) => module switch
    {
        nn.Module<Tensor, Tensor> one => [one.call(inputs[0])],
        nn.Module<Tensor, Tensor, Tensor> two => [two.call(inputs[0], inputs[1])],
        LSTM lstm => lstm.call(inputs[0]) is var (output, hidden, cell) ? [output, hidden, cell] : [],
        GRU gru => gru.call(inputs[0]) is var (output, hidden) ? [output, hidden] : [],
        _ => throw new InvalidOperationException($"{module.GetType()} takes something else."),
    };
}
