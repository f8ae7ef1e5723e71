using Deq.Samples;
using Deq.Samples.Data;

namespace Deq.Tests.Samples;

public class SegmentsTests
{
    private static readonly int[] Text = [.. Enumerable.Range(0, 103)];

    [Fact]
    public void Targets_AreTheInputsOneWordLater()
    {
        IEnumerable<Segment> segments = Segments.Shuffled(Text, rows: 4, length: 5, seed: 1).Take(20).Concat(Segments.Once(Text, rows: 4, length: 5));

        Assert.All(segments, segment => Assert.Equal(segment.Inputs.Select(word => word + 1), segment.Targets));
    }

    [Fact]
    public void EachPass_HasEverySegmentOnceInAnotherOrder()
    {
        // 103 words are 20 segments of 5 at any shift: a pass of 5 batches of 4.
        Segment[] segments = [.. Segments.Shuffled(Text, rows: 4, length: 5, seed: 3).Take(10)];
        long[][] Starts(int pass) => [.. segments.Skip(5 * pass).Take(5).Select(segment => Enumerable.Range(0, 4).Select(row => segment.Inputs[row * 5]).ToArray())];

        foreach (int pass in new[] { 0, 1 })
        {
            long[] starts = [.. Starts(pass).SelectMany(batch => batch).Order()];
            Assert.Equal(Enumerable.Range(0, 20).Select(i => starts[0] + 5 * i), starts);
        }

        Assert.NotEqual(Starts(0).SelectMany(batch => batch.Select(start => start / 5)), Starts(1).SelectMany(batch => batch.Select(start => start / 5)));
    }

    [Fact]
    public void EachRow_IsAStretchOfTheText()
    {
        foreach (Segment segment in Segments.Shuffled(Text, rows: 4, length: 5, seed: 1).Take(20))
        {
            for (int row = 0; row < 4; row++)
            {
                long[] words = segment.Inputs[(row * 5)..(row * 5 + 5)];
                Assert.Equal(Enumerable.Range((int)words[0], 5).Select(word => (long)word), words);
            }
        }
    }

    [Fact]
    public void Seed_DecidesTheSegments()
    {
        long[] Inputs(int seed) => [.. Segments.Shuffled(Text, 2, 5, seed).Take(60).SelectMany(segment => segment.Inputs)];

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
        var exception = Assert.Throws<SampleException>(() => Segments.Shuffled(Text, 16, 64, 1));
        Assert.Contains("--batch", exception.Message);
        Assert.Contains("103", exception.Message);
    }

    [Fact]
    public void ShortestTextThatFits_IsRead()
    {
        Segment segment = Segments.Shuffled([0, 1, 2, 3, 4, 5, 6], rows: 2, length: 3, seed: 5).First();
        Assert.Equal([0L, 1, 2, 3, 4, 5], segment.Inputs);
    }
}
