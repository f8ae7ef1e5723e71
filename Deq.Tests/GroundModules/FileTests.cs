using System.Text;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Deq.Tests.GroundModules;

public class FileTests
{
    [Fact]
    public void Module_ReadsAndWritesTorchSharpsFormat_ByteByByte()
    {
        using var scope = NewDisposeScope();
        (string Name, nn.Module Module)[] modules = [("Linear", nn.Linear(200, 2)), ("BatchNorm2d", nn.BatchNorm2d(3))];
        foreach (var (name, module) in modules)
        {
            var row = Reference.Table("files")[name];
            var file = Convert.FromBase64String(row["file"].Text());
            module.load(new MemoryStream(file));
            foreach (var (path, value) in row["state"].State()) Reference.AssertClose(value, module.state_dict()[path], path);
            Assert.Equal(file, Saved(module));
            module.Dispose();
        }
    }

    [Fact]
    public void Optimiser_ReadsAndWritesTorchSharpsFormat_ByteByByte()
    {
        using var scope = NewDisposeScope();
        var row = Reference.Table("files")["Adam"];
        var file = Convert.FromBase64String(row["file"].Text());
        using var adam = optim.Adam([nn.Parameter(zeros(2, 2, dtype: ScalarType.Float64))], amsgrad: true);
        adam.load_state_dict(new BinaryReader(new MemoryStream(file)));
        var state = (Adam.State)adam.state_dict().State.Single();
        Assert.Equal(7, state.step);
        Reference.AssertClose(row["moments"].Tensors(), [state.exp_avg, state.exp_avg_sq, state.max_exp_avg_sq!], "moments");
        Assert.Equal(0.02, adam.ParamGroups.Single().LearningRate);
        Assert.Equal((0.8, 0.9), ((optim.IBetas)adam.ParamGroups.Single()).Betas);

        var written = new MemoryStream();
        adam.save_state_dict(new BinaryWriter(written));
        Assert.Equal(file, written.ToArray());
    }

    [Fact]
    public void File_OfAnotherModel_IsRefusedWithItsName()
    {
        using var scope = NewDisposeScope();
        using var saved = nn.Sequential(("first", nn.Linear(2, 3)), ("second", nn.Linear(3, 2)));
        using var other = nn.Sequential(("first", nn.Linear(2, 3)), ("third", nn.Linear(3, 2)));
        using var wider = nn.Sequential(("first", nn.Linear(2, 4)), ("second", nn.Linear(4, 2)));
        using var exact = nn.Sequential(("first", nn.Linear(2, 3)), ("second", nn.Linear(3, 2))).to(ScalarType.Float64);
        var file = Saved(saved);
        Assert.Contains("second.weight", Assert.Throws<ArgumentException>(() => other.load(new MemoryStream(file))).Message);
        Assert.Throws<ArgumentException>(() => wider.load(new MemoryStream(file)));
        Assert.Throws<ArgumentException>(() => exact.load(new MemoryStream(file)));
        Assert.Throws<ArgumentException>(() => other[..1].load(new MemoryStream(file)));
    }

    [Fact]
    public void LooseLoading_TakesWhatFits_AndSaysWhatItTook()
    {
        using var scope = NewDisposeScope();
        using var saved = nn.Sequential(("first", nn.Linear(2, 3)), ("second", nn.Linear(3, 2)));
        using var other = nn.Sequential(("third", nn.Linear(3, 2)), ("first", nn.Linear(2, 3)));
        var untouched = other.get_parameter("third.weight") ?? other.state_dict()["third.weight"];
        var before = untouched.detach().clone();
        var loaded = new Dictionary<string, bool>();
        other.load(new MemoryStream(Saved(saved)), strict: false, skip: ["first.bias"], loadedParameters: loaded);
        Reference.AssertClose(saved.state_dict()["first.weight"], other.state_dict()["first.weight"], "loaded");
        Reference.AssertClose(before, untouched, "untouched");
        Assert.False(saved.state_dict()["first.bias"].allclose(other.state_dict()["first.bias"]));
        Assert.Equal([true, true, false, false], loaded.Values);
        Assert.True(loaded["first.weight"]);
        Assert.False(loaded["second.weight"]);
    }

    [Theory]
    [InlineData(ScalarType.Float64)]
    [InlineData(ScalarType.BFloat16)]
    public void Module_OfAnyFloatingType_ComesBackBitByBit(ScalarType type)
    {
        using var scope = NewDisposeScope();
        using var layer = nn.Linear(2, 3).to(type);
        using var other = nn.Linear(2, 3).to(type);
        other.load(new MemoryStream(Saved(layer)));
        Assert.Equal(Saved(layer), Saved(other));
        Assert.Equal(type, other.call(ones(1, 2, dtype: type)).dtype);
    }

    [Fact]
    public void TransposedParameter_IsSavedInItsOwnOrder()
    {
        using var scope = NewDisposeScope();
        using var layer = nn.Linear(nn.Parameter(arange(6, dtype: ScalarType.Float32).reshape(2, 3).t()));
        using var other = nn.Linear(nn.Parameter(zeros(2, 3).t()));
        other.load(new MemoryStream(Saved(layer)));
        Reference.AssertClose(layer.weight, other.weight, "weight");
        Assert.Equal(2f, other.weight[2, 0].item<float>());
    }

    [Fact]
    public void SkippedEntries_AreNotWritten()
    {
        using var layer = nn.Linear(2, 3);
        using var plain = nn.Linear(2, 3, false);
        var file = new MemoryStream();
        layer.save(file, ["bias"]);
        plain.load(new MemoryStream(file.ToArray()));
        Reference.AssertClose(layer.weight, plain.weight, "weight");
    }

    [Fact]
    public void Path_SavesAndLoads_AndAMissingFileIsNamed()
    {
        var path = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName());
        using var layer = nn.Linear(2, 3);
        using var other = nn.Linear(2, 3);
        Assert.Contains(path, Assert.Throws<FileNotFoundException>(() => layer.load(path)).Message);
        try
        {
            layer.save(path);
            other.load(path);
            Reference.AssertClose(layer.weight, other.weight, "weight");
        }
        finally
        {
            File.Delete(path);
        }
    }

    [Fact]
    public void DamagedFiles_AreRefused()
    {
        using var layer = nn.Linear(2, 3);
        var file = Saved(layer);
        Assert.Throws<EndOfStreamException>(() => layer.load(new MemoryStream(file[..^3])));
        Assert.ThrowsAny<Exception>(() => layer.load(new MemoryStream(Encoding.UTF8.GetBytes("this is no model"))));
    }

    [Fact]
    public void StateDict_OfAnotherModel_IsRefusedByName()
    {
        using var layer = nn.Linear(2, 3);
        using var plain = nn.Linear(2, 3, false);
        using var wider = nn.Linear(4, 3, false);
        Assert.Throws<InvalidOperationException>(() => plain.load_state_dict(layer.state_dict()));
        var (missing, unexpected) = plain.load_state_dict(layer.state_dict(), strict: false);
        Assert.Empty(missing);
        Assert.Equal(["bias"], unexpected);
        Reference.AssertClose(layer.weight, plain.weight, "weight");
        Assert.ThrowsAny<Exception>(() => wider.load_state_dict(plain.state_dict()));
        Assert.Empty(layer.load_state_dict(plain.state_dict(), skip: ["bias"]).Item1);
    }

    private static byte[] Saved(nn.Module module)
    {
        var stream = new MemoryStream();
        module.save(stream);
        return stream.ToArray();
    }
}
