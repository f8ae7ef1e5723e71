using Deq.Samples;
using Deq.Samples.Data;

namespace Deq.Tests.Samples;

public class SegmentsTests
{
    private static readonly int[] Text = [.. Enumerable.Range(0, 103)];

    [Fact]
    public void Targets_AreTheInputsOneWordLater()
    {
        IEnumerable<Segment> segments = Segments.Endless(Text, rows: 4, length: 5, seed: 1).Take(20).Concat(Segments.Once(Text, rows: 4, length: 5));

        Assert.All(segments, segment => Assert.Equal(segment.Inputs.Select(word => word + 1), segment.Targets));
    }

    [Fact]
    public void TrainingRows_ContinueFromSegmentToSegment()
    {
        Segment[] segments = [.. Segments.Endless(Text, rows: 4, length: 5, seed: 1).Take(4)];

        for (int row = 0; row < 4; row++)
        {
            long[] stream = [.. segments.SelectMany(segment => segment.Inputs.Skip(row * 5).Take(5))];
            Assert.Equal(Enumerable.Range((int)stream[0], 20).Select(word => (long)word), stream);
        }
    }

    [Fact]
    public void Training_NeverEnds_AndEachPassReadsNearlyAll()
    {
        Segment[] segments = [.. Segments.Endless(Text, rows: 4, length: 5, seed: 3).Take(50)];

        Assert.Equal(50, segments.Length);
        Assert.True(segments.Take(5).SelectMany(segment => segment.Inputs).Distinct().Count() >= 80);
    }

    [Fact]
    public void Seed_DecidesTheSegments()
    {
        long[] Inputs(int seed) => [.. Segments.Endless(Text, 2, 5, seed).Take(60).SelectMany(segment => segment.Inputs)];

        Assert.Equal(Inputs(7), Inputs(7));
        Assert.NotEqual(Inputs(7), Inputs(8));
    }

    [Theory]
    [InlineData(1, 5)]
    [InlineData(4, 5)]
    [InlineData(4, 7)]
    [InlineData(200, 3)]
    [InlineData(2, 500)]
    public void Once_HasEveryWordButTheFirstAsTargetExactlyOnceInOrder(int rows, int length)
    {
        Segment[] segments = [.. Segments.Once(Text, rows, length)];

        Assert.Equal(Text.Skip(1).Select(word => (long)word), segments.SelectMany(segment => segment.Targets));
        Assert.All(segments, segment => Assert.InRange(segment.Rows, 1, rows));
        Assert.All(segments, segment => Assert.InRange(segment.Length, 1, length));
        Assert.All(segments, segment => Assert.Equal(segment.Rows * segment.Length, segment.Inputs.Length));
    }

    [Fact]
    public void TextTooShortForABatch_IsRefusedWithTheOptionsToChange()
    {
        var exception = Assert.Throws<SampleException>(() => Segments.Endless(Text, 16, 64, 1));
        Assert.Contains("--batch", exception.Message);
        Assert.Contains("103", exception.Message);
    }

    [Fact]
    public void ShortestTextThatFits_IsRead()
    {
        Segment segment = Segments.Endless([0, 1, 2, 3, 4, 5, 6], rows: 2, length: 3, seed: 5).First();
        Assert.Equal([0L, 1, 2, 3, 4, 5], segment.Inputs);
    }
}
