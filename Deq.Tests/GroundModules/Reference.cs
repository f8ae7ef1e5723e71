using System.Text.Json;
using TorchSharp;
using static TorchSharp.torch;

namespace Deq.Tests.GroundModules;

/// <summary>What PyTorch computed (Reference/reference.py), by table and name.</summary>
internal sealed class Reference
{
    private readonly JsonElement _content;

    private Reference(JsonElement content) => _content = content;

    public IEnumerable<string> Names => _content.EnumerateObject().Select(entry => entry.Name);

    public Reference this[string name] => new(_content.GetProperty(name));

    public static Reference Table(string name)
    {
        using var stream = typeof(Reference).Assembly.GetManifestResourceStream($"Deq.Tests.GroundModules.Reference.{name}.json")
            ?? throw new FileNotFoundException($"There is no table {name}.json in the test assembly: run Reference/reference.py.");
        return new(JsonDocument.Parse(stream).RootElement.Clone());
    }

    public static TheoryData<string> NamesOf(string table) => [.. Table(table).Names];

    public string Text() => _content.GetString()!;

    public double Number() => _content.GetDouble();

    public bool IsNull() => _content.ValueKind == JsonValueKind.Null;

    public IEnumerable<Reference> Items() => _content.EnumerateArray().Select(item => new Reference(item));

    public Tensor[] Tensors() => [.. Items().Select(item => item.Tensor())];

    /// <summary>A tensor stands as [dtype, shape, elements].</summary>
    public Tensor Tensor()
    {
        long[] shape = [.. _content[1].EnumerateArray().Select(size => size.GetInt64())];
        var elements = _content[2].EnumerateArray();
        return _content[0].GetString() switch
        {
            "float64" => tensor(elements.Select(e => e.GetDouble()).ToArray(), shape),
            "float32" => tensor(elements.Select(e => e.GetSingle()).ToArray(), shape),
            "int64" => tensor(elements.Select(e => e.GetInt64()).ToArray(), shape),
            "bool" => tensor(elements.Select(e => e.GetBoolean()).ToArray(), shape),
            var other => throw new InvalidDataException($"The table has a tensor of type {other}."),
        };
    }

    public Dictionary<string, Tensor> State() => _content.EnumerateObject().ToDictionary(entry => entry.Name, entry => new Reference(entry.Value).Tensor());

    /// <summary>cos(0), cos(1), ...: what the table's gradients are taken with.</summary>
    public static Tensor Cotangent(Tensor output)
        => cos(arange(output.numel(), dtype: ScalarType.Float64)).reshape(output.shape).to(output.dtype);

    public static void AssertClose(Tensor expected, Tensor actual, string what)
    {
        Assert.True(expected.dtype == actual.dtype, $"{what}: {actual.dtype}, not {expected.dtype}.");
        Assert.True(
            expected.shape.SequenceEqual(actual.shape),
            $"{what}: [{string.Join(", ", actual.shape)}], not [{string.Join(", ", expected.shape)}].");
        if (expected.numel() == 0) return;

        // Rounding alone: another BLAS or vector width sums in another order.
        var tolerance = expected.dtype == ScalarType.Float32 ? 2e-6 : 1e-11;
        var (e, a) = (expected.detach().to(ScalarType.Float64), actual.detach().to(ScalarType.Float64));
        var scale = Math.Max(1, e.abs().max().ToDouble());
        var difference = (e - a).abs().max().ToDouble();
        Assert.True(difference <= tolerance * scale, $"{what}: off by {difference:g3}.");
    }

    public static void AssertClose(IReadOnlyList<Tensor> expected, IReadOnlyList<Tensor> actual, string what)
    {
        Assert.Equal(expected.Count, actual.Count);
        for (var index = 0; index < expected.Count; index++) AssertClose(expected[index], actual[index], $"{what} {index}");
    }
}
