using Deq.Tests.Ground;
using TorchSharp;
using static TorchSharp.torch;
using static TorchSharp.torch.optim;

namespace Deq.Tests.GroundModules;

public class ScheduleTests
{
    private static readonly double[] _metric = [5, 4, 4.2, 4.1, 4.3, 3.9, 4, 4, 4, 4, 4, 4, 3, 3.1];

    private static readonly Dictionary<string, Func<Optimizer, lr_scheduler.LRScheduler>> _schedules = new()
    {
        ["LambdaLR"] = o => lr_scheduler.LambdaLR(o, e => 1.0 / (1 + e)),
        ["MultiplicativeLR"] = o => lr_scheduler.MultiplicativeLR(o, e => 1 - 0.01 * e),
        ["StepLR"] = o => lr_scheduler.StepLR(o, 4, 0.3),
        ["MultiStepLR"] = o => lr_scheduler.MultiStepLR(o, [3, 7], 0.2),
        ["ExponentialLR"] = o => lr_scheduler.ExponentialLR(o, 0.9),
        ["ConstantLR"] = o => lr_scheduler.ConstantLR(o, 0.25, 4),
        ["LinearLR"] = o => lr_scheduler.LinearLR(o, 0.2, 0.9, 6),
        ["PolynomialLR"] = o => lr_scheduler.PolynomialLR(o, 10, 2),
        ["CosineAnnealingLR"] = o => lr_scheduler.CosineAnnealingLR(o, 5, 0.01),
        ["ReduceLROnPlateau"] = o => lr_scheduler.ReduceLROnPlateau(o, "min", 0.5, 2, cooldown: 1),
        ["OneCycleLR"] = o => lr_scheduler.OneCycleLR(o, [1, 2], 15, pct_start: 0.4),
        ["OneCycleLR/three phases"] = o => lr_scheduler.OneCycleLR(
            o, 0.8, epochs: 5, steps_per_epoch: 3, anneal_strategy: lr_scheduler.impl.OneCycleLR.AnnealStrategy.Linear, three_phase: true, div_factor: 10),
        ["CyclicLR"] = o => lr_scheduler.CyclicLR(o, 0.1, 0.9, 4, 3),
        ["CyclicLR/halved"] = o => lr_scheduler.CyclicLR(o, [0.1, 0.2], [0.9, 1.0], 3, mode: lr_scheduler.impl.CyclicLR.Mode.Triangular2, cycle_momentum: false),
        ["CyclicLR/range"] = o => lr_scheduler.CyclicLR(o, 0.1, 0.9, 3, mode: lr_scheduler.impl.CyclicLR.Mode.ExpRange, gamma: 0.9),
        ["SequentialLR"] = o => lr_scheduler.SequentialLR(o, [lr_scheduler.LinearLR(o, 0.1, 1, 4), lr_scheduler.CosineAnnealingLR(o, 10)], [4]),
        ["ChainedLR"] = o => lr_scheduler.ChainedLR([lr_scheduler.ConstantLR(o, 0.5, 3), lr_scheduler.ExponentialLR(o, 0.8)]),
    };

    public static TheoryData<string> Names => Reference.NamesOf("schedules");

    [Theory]
    [MemberData(nameof(Names))]
    public void Schedule_GivesPyTorchsRates(string name)
    {
        using var optimiser = TwoGroups();
        var schedule = _schedules[name](optimiser);
        var epoch = 0;
        var table = Reference.Table("schedules")[name];
        foreach (var (expected, momentum) in table["rates"].Items().Zip(table["momenta"].Items()))
        {
            Assert.Equal(momentum.Number(), ((IMomentum)optimiser.ParamGroups.First()).Momentum, 12);
            var rates = optimiser.ParamGroups.Select(group => group.LearningRate).ToArray();
            Assert.All(expected.Items().Zip(rates), pair => Assert.Equal(pair.First.Number(), pair.Second, 12));
            if (name != "ChainedLR" && epoch > 0) Assert.Equal(rates, schedule.get_last_lr());
            if (epoch >= _metric.Length) break;
            if (name == "ReduceLROnPlateau") schedule.step(_metric[epoch]);
            else schedule.step();
            epoch++;
        }
    }

    [Theory]
    [InlineData("LambdaLR")]
    [InlineData("StepLR")]
    [InlineData("MultiStepLR")]
    [InlineData("ExponentialLR")]
    [InlineData("ConstantLR")]
    [InlineData("LinearLR")]
    [InlineData("CosineAnnealingLR")]
    public void Schedule_AtAnEpochGiven_IsWhereItsStepsLead(string name)
    {
        using var optimiser = TwoGroups();
        var schedule = _schedules[name](optimiser);
        schedule.step((int?)4);
        var expected = Reference.Table("schedules")[name]["rates"].Items().ElementAt(4).Items().Select(rate => rate.Number());
        Assert.All(expected.Zip(optimiser.ParamGroups), pair => Assert.Equal(pair.First, pair.Second.LearningRate, 12));
    }

    [Fact]
    public void OneCycle_MovesAdamsFirstBeta()
    {
        using var optimiser = Adam([nn.Parameter(zeros(1))], 0.1);
        var schedule = lr_scheduler.OneCycleLR(optimiser, 1, 10, pct_start: 0.5);
        Assert.Equal((0.95, 0.999), ((IBetas)optimiser.ParamGroups.Single()).Betas);
        for (var step = 0; step < 4; step++) schedule.step();
        Assert.Equal(1.0, optimiser.ParamGroups.Single().LearningRate, 12);
        Assert.Equal(0.85, ((IBetas)optimiser.ParamGroups.Single()).Betas.Item1, 12);
    }

    [Fact]
    public void Schedules_WithWrongArguments_SaySo()
    {
        using var optimiser = TwoGroups();
        using var other = TwoGroups();
        Assert.Throws<ArgumentException>(() => lr_scheduler.SequentialLR(optimiser, [lr_scheduler.LinearLR(optimiser)], [3]));
        Assert.Throws<ArgumentException>(() => lr_scheduler.SequentialLR(optimiser, [lr_scheduler.LinearLR(other), lr_scheduler.LinearLR(optimiser)], [3]));
        Assert.Throws<ArgumentException>(() => lr_scheduler.ReduceLROnPlateau(optimiser, "least"));
        Assert.Throws<ArgumentException>(() => lr_scheduler.ReduceLROnPlateau(optimiser, factor: 1));
        Assert.Throws<InvalidOperationException>(() => lr_scheduler.ReduceLROnPlateau(optimiser).step());
    }

    [FactIfStandIn]
    public void CyclesWithWrongArguments_SaySo()
    {
        using var optimiser = TwoGroups();
        Assert.Throws<ArgumentException>(() => lr_scheduler.OneCycleLR(optimiser, 1));
        Assert.Throws<ArgumentException>(() => lr_scheduler.OneCycleLR(optimiser, [1, 2, 3], 10));
        Assert.Throws<ArgumentOutOfRangeException>(() => lr_scheduler.CyclicLR(optimiser, 0.1, 1, 0));
        var once = lr_scheduler.OneCycleLR(optimiser, 1, 2);
        once.step();
        once.step();
        Assert.Throws<InvalidOperationException>(() => once.step());
    }

    private static Optimizer TwoGroups()
        => SGD([Group(0.1), Group(0.5)], 0.1);

    private static TorchSharp.Modules.SGD.ParamGroup Group(double rate) => new([nn.Parameter(zeros(1))], rate);
}
