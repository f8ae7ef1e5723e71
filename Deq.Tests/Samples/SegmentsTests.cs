using Deq.Samples;
using Deq.Samples.Data;

namespace Deq.Tests.Samples;

public class SegmentsTests
{
    private static readonly int[] Text = [.. Enumerable.Range(0, 105)];

    [Fact]
    public void Targets_AreTheInputsOneWordLater()
    {
        IEnumerable<Segment> segments = Shuffled(4, 5, 1, 20).Concat(Segments.Once(Text, rows: 4, length: 5));

        Assert.All(segments, segment => Assert.Equal(segment.Inputs.Select(word => word + 1), segment.Targets));
    }

    [Fact]
    public void EachPass_HasEverySegmentOnceInAnotherOrder()
    {
        // 105 words are 20 segments of 5 at any shift: a pass of 5 batches of 4.
        Segment[] segments = [.. Shuffled(4, 5, 3, 10)];
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
        foreach (Segment segment in Shuffled(4, 5, 1, 20))
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
        long[] Inputs(int seed) => [.. Shuffled(2, 5, seed, 60).SelectMany(segment => segment.Inputs)];

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
        var exception = Assert.Throws<SampleException>(() => new ShuffledSegments(Text, 16, 64, 1));
        Assert.Contains("--batch", exception.Message);
        Assert.Contains("105", exception.Message);
    }

    [Fact]
    public void ShortestTextThatFits_IsRead()
    {
        Segment segment = new ShuffledSegments([0, 1, 2, 3, 4, 5, 6], rows: 2, length: 3, seed: 5).Next();
        Assert.Equal([0L, 1, 2, 3, 4, 5], segment.Inputs);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(3)]
    [InlineData(10)]
    [InlineData(17)]
    public void SavedPosition_GivesTheSegmentsThatWouldHaveCome(int before)
    {
        var through = new ShuffledSegments(Text, 2, 5, seed: 4);
        for (int i = 0; i < before; i++) through.Next();
        using var saved = new MemoryStream();
        through.Save(new BinaryWriter(saved));
        saved.Position = 0;
        var resumed = new ShuffledSegments(Text, 2, 5, seed: 4);
        resumed.Load(new BinaryReader(saved));

        for (int i = 0; i < 25; i++) Assert.Equal(through.Next().Inputs, resumed.Next().Inputs);
    }

    private static Segment[] Shuffled(int rows, int length, int seed, int count)
    {
        var segments = new ShuffledSegments(Text, rows, length, seed);
        return [.. Enumerable.Range(0, count).Select(_ => segments.Next())];
    }
}
