using TorchSharp;
using static TorchSharp.torch;

namespace Deq.Tests.Ground;

/// <summary>C#'s own operators; what they call is in the table of values.</summary>
public class OperatorOverloadTests
{
    private readonly Tensor _a = tensor(new[] { 7.0, -3.0 });
    private readonly Tensor _b = tensor(new[] { 2.0, 4.0 });

    [Fact]
    public void Arithmetic_BetweenTensors()
    {
        (_a + _b).AssertEqual([9, 1]);
        (_a - _b).AssertEqual([5, -7]);
        (_a * _b).AssertEqual([14, -12]);
        (_a / _b).AssertEqual([3.5, -0.75]);
        (_a % _b).AssertEqual([1, 1]);
        (-_a).AssertEqual([-7, 3]);
    }

    [Fact]
    public void Arithmetic_WithNumbersOnTheRight()
    {
        (_a + 2).AssertEqual([9, -1]);
        (_a - 2L).AssertEqual([5, -5]);
        (_a * 2f).AssertEqual([14, -6]);
        (_a / 2.0).AssertEqual([3.5, -1.5]);
        (_a % 4).AssertEqual([3, 1]);
        (_a + 2.ToScalar()).AssertEqual([9, -1]);
    }

    [Fact]
    public void Arithmetic_WithNumbersOnTheLeft()
    {
        (2 + _a).AssertEqual([9, -1]);
        (2L - _a).AssertEqual([-5, 5]);
        (2f * _a).AssertEqual([14, -6]);
        (21.0 / _a).AssertEqual([3, -7]);
        (1.5.ToScalar() - _b).AssertEqual([-0.5, -2.5]);
    }

    [Fact]
    public void Comparisons_AreElementwise()
    {
        (_a > _b).AssertEqual([1, 0]);
        (_a < _b).AssertEqual([0, 1]);
        (_a >= 7).AssertEqual([1, 0]);
        (_a <= 7).AssertEqual([1, 1]);
        (_a == 7).AssertEqual([1, 0]);
        (_a != _b).AssertEqual([1, 1]);
        (0.ToScalar() < _a).AssertEqual([1, 0]);
        (0.ToScalar() >= _a).AssertEqual([0, 1]);
    }

    [Fact]
    public void Bits_CombineTruthValues()
    {
        Tensor p = tensor(new[] { true, true, false }), q = tensor(new[] { true, false, false });
        (p & q).AssertEqual([1, 0, 0]);
        (p | q).AssertEqual([1, 1, 0]);
        (p ^ q).AssertEqual([0, 1, 0]);
        (~p).AssertEqual([0, 0, 1]);
    }

    [Fact]
    public void Equals_ComparesWholeTensors()
    {
        Assert.True(_a.Equals(_a.clone()));
        Assert.False(_a.Equals(_b));
        Assert.False(_a.Equals((object)"a string"));
    }
}
