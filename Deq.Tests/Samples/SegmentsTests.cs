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

    [Theory]
    [InlineData(4, 5)]
    [InlineData(3, 7)]
    [InlineData(1, 100)]
    public void ContiguousRows_GoOnWhereTheyEnded_AndAPassBeginsAnew(int rows, int length)
    {
        var segments = new ContiguousSegments(Text, rows, length, seed: 3);
        int batches = 104 / rows / length;
        for (int pass = 0; pass < 3; pass++)
        {
            long[]? last = null;
            for (int batch = 0; batch < batches; batch++)
            {
                Segment segment = segments.Next();
                Assert.Equal(batch > 0, segment.Continues);
                if (last is not null) Assert.Equal(last, Enumerable.Range(0, rows).Select(row => segment.Inputs[row * length]));
                last = [.. Enumerable.Range(0, rows).Select(row => segment.Targets[row * length + length - 1])];
            }
        }
    }

    [Theory]
    [InlineData(1, 5)]
    [InlineData(4, 5)]
    [InlineData(4, 7)]
    [InlineData(200, 3)]
    [InlineData(2, 500)]
    public void OnceInRows_HasEveryWordButTheFirstAsTargetExactlyOnce_EachRowGoingOn(int rows, int length)
    {
        Segment[] segments = [.. Segments.OnceInRows(Text, rows, length)];

        Assert.Equal(Text.Skip(1).Select(word => (long)word), segments.SelectMany(segment => segment.Targets).Order());
        foreach ((Segment before, Segment after) in segments.Zip(segments.Skip(1)).Where(pair => pair.Second.Continues))
        {
            for (int row = 0; row < after.Rows; row++)
                Assert.Equal(before.Targets[row * before.Length + before.Length - 1], after.Inputs[row * after.Length]);
        }
    }

    [Theory]
    [InlineData(0)]
    [InlineData(5)]
    [InlineData(13)]
    public void SavedPositionInRows_GivesTheSegmentsThatWouldHaveCome(int before)
    {
        var through = new ContiguousSegments(Text, 2, 5, seed: 4);
        for (int i = 0; i < before; i++) through.Next();
        using var saved = new MemoryStream();
        through.Save(new BinaryWriter(saved));
        saved.Position = 0;
        var resumed = new ContiguousSegments(Text, 2, 5, seed: 4);
        resumed.Load(new BinaryReader(saved));

        for (int i = 0; i < 25; i++)
        {
            Segment expected = through.Next(), given = resumed.Next();
            Assert.Equal(expected.Inputs, given.Inputs);
            Assert.Equal(expected.Continues, given.Continues);
        }
    }

    private static Segment[] Shuffled(int rows, int length, int seed, int count)
    {
        var segments = new ShuffledSegments(Text, rows, length, seed);
        return [.. Enumerable.Range(0, count).Select(_ => segments.Next())];
    }
}
