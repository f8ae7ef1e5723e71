using TorchSharp;

namespace Deq.Tests.Ground.Signatures;

public class SignatureTests
{
    /// <summary>Whatever compiles against the stand-in must compile, and bind, against the real package.</summary>
    [FactIfReference]
    public void EveryMemberOfTheStandIn_IsTorchSharpsToTheLetter()
    {
        var reference = ReferenceApi.Read();
        var strangers = typeof(torch).Assembly.GetExportedTypes().SelectMany(MemberFormat.Lines).Where(line => !reference.Contains(line)).ToArray();
        Assert.True(strangers.Length == 0, $"{strangers.Length} members that TorchSharp 0.107.0 does not have:\n{string.Join('\n', strangers.Take(40))}");
    }

    [FactIfReference]
    public void TheStandIn_HasTheRealAssemblysIdentity()
    {
        var name = typeof(torch).Assembly.GetName();
        Assert.Equal("TorchSharp", name.Name);
        Assert.Equal(new Version(0, 107, 0, 0), name.Version);
        Assert.Equal("67b0e5e1da516a1c", Convert.ToHexStringLower(name.GetPublicKeyToken()!));
    }
}
