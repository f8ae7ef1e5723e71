using Deq.Samples.Commands;
using Deq.Samples.GpuChecks;
using TorchSharp;
using static TorchSharp.torch;

namespace Deq.Tests.Samples;

public class GpuCheckTests
{
    [Fact]
    public void EveryCheck_PassesOnTheCpuAgainstItself()
    {
        var output = new StringWriter();

        int code = SampleProgram.Run(["gpu-check", "--device", "cpu"], output, TextWriter.Null);

        Assert.DoesNotContain("FAIL", output.ToString());
        Assert.Contains($"{DeviceCheck.All.Count} passed, 0 failed", output.ToString());
        Assert.Equal(0, code);
    }

    [Fact]
    public void WrongResults_Fail()
    {
        int call = 0;
        var output = new StringWriter();
        DeviceCheck[] checks =
        [
            new("off by a thousandth", 1e-4, _ => [ones(3) * (1 + call++ * 1e-3)]),
            new("not finite", 1, _ => [call++ == 2 ? ones(2) : full(2, double.NaN)]),
            new("another shape", 1, _ => [ones(call++)]),
            new("another type", 1, _ => [call++ % 2 == 0 ? ones(2) : ones(2, dtype: float64)]),
            new("throws", 1, _ => throw new InvalidOperationException("by\nintent")),
            new("the same", 0, _ => [ones(2)]),
        ];

        Assert.Equal(5, CheckRun.Of(checks, CPU, output));

        Assert.Equal(5, output.ToString().Split('\n').Count(line => line.StartsWith("FAIL ", StringComparison.Ordinal)));
        Assert.Contains("InvalidOperationException: by intent", output.ToString());
        Assert.Contains("1 passed, 5 failed", output.ToString());
    }

    [Theory]
    [InlineData("tpu")]
    [InlineData("cuda:x")]
    [InlineData("cuda:-1")]
    public void UnknownDevice_IsOneLine(string device)
    {
        var error = new StringWriter();

        Assert.Equal(1, SampleProgram.Run(["gpu-check", "--device", device], TextWriter.Null, error));

        Assert.Contains($"--device got '{device}', allowed is", Assert.Single(error.ToString().TrimEnd().Split('\n')));
    }

    [Fact]
    public void WithoutCuda_TheChecksAreSkippedInOneLine()
    {
        if (cuda.is_available()) return;
        var output = new StringWriter();

        Assert.Equal(0, SampleProgram.Run(["gpu-check"], output, TextWriter.Null));

        Assert.StartsWith("skipped: ", Assert.Single(output.ToString().TrimEnd().Split('\n')));
    }
}
