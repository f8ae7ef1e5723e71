namespace Deq.Tests.Package;

/// <summary><c>dotnet new deq</c>, from the template package in a hive of its own.</summary>
[Collection(PackedDeqCollection.Name)]
public class TemplateTests(PackedDeq packed)
{
    [Fact]
    public void Template_IsInstalledInstantiatedTrainedAndTested()
    {
        string hive = packed.FilePath("hive"), folder = packed.Project("new");
        packed.Succeed(folder, "new", "install", packed.Package("Deq.Templates"), "--debug:custom-hive", hive);
        packed.Succeed(folder, "new", "deq", "-n", "Wave", "-o", ".", "--torch", PackedDeq.TorchPackage, "--deq-version", PackedDeq.Version, "--debug:custom-hive", hive);

        Assert.Equal(
            ["Wave.Tests/MixerTests.cs", "Wave.Tests/Wave.Tests.csproj", "Wave.slnx", "Wave/Mixer.cs", "Wave/Program.cs", "Wave/Wave.csproj"],
            Directory.GetFiles(folder, "*", SearchOption.AllDirectories).Select(file => Path.GetRelativePath(folder, file).Replace('\\', '/')).Order(StringComparer.Ordinal));
        Assert.DoesNotContain(Directory.GetFiles(folder, "*", SearchOption.AllDirectories), file => File.ReadAllText(file).Contains("DeqStarter", StringComparison.Ordinal));

        string tests = packed.Succeed(folder, "test", "Wave.slnx", "-nologo", "-m:1", "-warnaserror");
        Assert.Matches(@"Passed:\s+2", tests);

        string training = packed.Succeed(folder, "Wave/bin/Debug/net10.0/Wave.dll");
        string[] losses = training.Split('\n').Single(line => line.StartsWith("loss ", StringComparison.Ordinal))["loss ".Length..].Split(" -> ");
        double Loss(int i) => double.Parse(losses[i], System.Globalization.CultureInfo.InvariantCulture);
        Assert.True(Loss(1) < Loss(0) / 10, training);
    }
}
