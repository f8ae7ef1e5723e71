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
        foreach (var expected in Reference.Table("schedules")[name].Items())
        {
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
        var expected = Reference.Table("schedules")[name].Items().ElementAt(4).Items().Select(rate => rate.Number());
        Assert.All(expected.Zip(optimiser.ParamGroups), pair => Assert.Equal(pair.First, pair.Second.LearningRate, 12));
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

    private static Optimizer TwoGroups()
        => SGD([Group(0.1), Group(0.5)], 0.1);

    private static TorchSharp.Modules.SGD.ParamGroup Group(double rate) => new([nn.Parameter(zeros(1))], rate);
}
