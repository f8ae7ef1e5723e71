using Deq.Tests.Samples;

namespace Deq.Tests.Ground.AnyLibtorch;

/// <summary>Running programs on another libtorch than the build's, on none, and on a wrong one: each in a process of its own.</summary>
public class LoaderTests
{
    [FactIfStandIn]
    public void LibtorchVariableOnAFolderWithoutOne_IsOneMessageThatNamesTheFolder()
    {
        using var empty = new TemporaryFolder();
        var (code, output) = ProgramCopy.Run(Path.Combine(AppContext.BaseDirectory, "deq-samples.dll"), empty.Path, [("LIBTORCH", empty.Path)]);
        AssertOneMessage(code, output, $"LIBTORCH={empty.Path}, but there is no {empty.File("lib/libtorch.so")}");
    }

    [FactIfStandIn]
    public void PythonWithoutTorch_IsOneMessageThatSaysWhatToDo()
    {
        using var empty = new TemporaryFolder();
        var (code, output) = ProgramCopy.Run(
            Path.Combine(AppContext.BaseDirectory, "deq-samples.dll"), empty.Path, [("LIBTORCH_USE_PYTORCH", "1"), ("PYTHON", empty.File("python3"))]);
        AssertOneMessage(code, output, "pip install torch");
    }

    [FactIfStandIn]
    public void LibtorchThatNothingWasBuiltFor_IsOneMessageThatSaysHowToBuild()
    {
        using var other = new TemporaryFolder();
        Directory.CreateDirectory(other.File("lib"));
        File.WriteAllText(other.File("lib/libtorch.so"), "");
        var (code, output) = ProgramCopy.Run(Path.Combine(AppContext.BaseDirectory, "deq-samples.dll"), other.Path, [("LIBTORCH", other.Path)]);
        AssertOneMessage(code, output, "./deq shim");
    }

    [FactIfStandIn]
    public void NamedLibraryThatIsMissing_IsOneMessage()
    {
        using var empty = new TemporaryFolder();
        var (code, output) = ProgramCopy.Run(
            Path.Combine(AppContext.BaseDirectory, "deq-samples.dll"), empty.Path, [("DEQ_LIBTORCH_NATIVE", empty.File("none.so"))]);
        AssertOneMessage(code, output, $"DEQ_LIBTORCH_NATIVE={empty.File("none.so")}");
    }

    [FactIfStandIn]
    public void ProgramBuiltElsewhere_RunsOnALibraryOfTheCache()
    {
        using var program = new ProgramCopy();
        var (without, message) = program.Doctor();
        AssertOneMessage(without, message, program.Cache);

        program.FillCache(key => key);
        var (code, output) = program.Doctor();
        Assert.Equal(0, code);
        Assert.Matches(@"(?m)^libtorch +\d+\.\d+\.\d+, ", output);
    }

    [FactIfStandIn]
    public void LibraryOfAnotherSource_IsRefused()
    {
        using var program = new ProgramCopy();
        program.FillCache(key => key.Replace("\nsource=", "\nsource=0"));
        var (code, output) = program.Doctor();
        AssertOneMessage(code, output, "another version of deqtorch.cpp");
    }

    [FactIfStandIn]
    public void LibraryWhoseLibtorchChanged_IsRefused()
    {
        using var program = new ProgramCopy();
        program.FillCache(key => key.Replace("\nversion=", "\nversion=0."));
        var (code, output) = program.Doctor();
        AssertOneMessage(code, output, "was built for libtorch 0.");
    }

    private static void AssertOneMessage(int code, string output, string expected)
    {
        Assert.Equal(1, code);
        var line = Assert.Single(output.Split('\n'), line => line.StartsWith("error: ", StringComparison.Ordinal));
        Assert.Contains("Deq.LibTorch: ", line);
        Assert.Contains(expected, line);
        Assert.DoesNotContain("   at ", output);
    }
}
