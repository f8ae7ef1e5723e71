using Deq.Samples.Language;

namespace Deq.Tests.Samples;

public class SamplerTests
{
    [Fact]
    public void RunningText_IsWrittenAsPeopleWriteIt()
    {
        string text = Sampler.RunningText(["We", "(", "the", "people", ")", "owe", "$", "5", ",", "well-being", ";", "not", "more", ".", "<eos>", "Yes", "!"]);
        Assert.Equal("We (the people) owe $5, well-being; not more. Yes!", text);
    }
}
