using Deq.Samples.Evidence;

namespace Deq.Tests.Samples.Evidence;

public class SpreadTests
{
    [Theory]
    [InlineData("2.0 (1.0 to 9.0)", 9.0, 1.0, 2.0)]
    [InlineData("3.0 (1.0 to 8.0)", 4.0, 1.0, 2.0, 8.0)]
    [InlineData("3.0 (2.0 to 4.0)", 4.0, double.NaN, 2.0)]
    [InlineData("5.0", 5.0)]
    [InlineData("5.0", double.NaN, 5.0)]
    [InlineData("-", double.NaN, double.NaN)]
    [InlineData("-")]
    public void MedianAndRange_AreOfTheSeedsThatDidNotFail(string expected, params double[] values) => Assert.Equal(expected, new Spread(values).Text("0.0"));
}
