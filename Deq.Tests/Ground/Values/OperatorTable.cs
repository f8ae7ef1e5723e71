using System.Globalization;
using System.Text.Json;
using static TorchSharp.torch;

namespace Deq.Tests.Ground.Values;

/// <summary>A tensor as the table writes it.</summary>
internal sealed record Written(ScalarType Type, long[] Shape, double[] Values)
{
    internal static Written Read(JsonElement e) => new(
        Enum.Parse<ScalarType>(e[0].GetString()!),
        [.. e[1].EnumerateArray().Select(x => x.GetInt64())],
        [.. e[2].EnumerateArray().Select(x => x.ValueKind == JsonValueKind.String ? Special(x.GetString()!) : x.GetDouble())]);

    internal Tensor Make() => is_complex(Type)
        ? view_as_complex(tensor(Values, [.. Shape])).to(Type)
        : tensor(Values, Shape).to(Type, copy: true);

    /// <summary>What differs from a tensor that was computed, or null.</summary>
    internal string? Difference(Tensor actual)
    {
        if (actual.IsInvalid) return "an undefined tensor";
        if (actual.dtype != Type) return $"type {actual.dtype}, expected {Type}";
        using var real = is_complex(Type) ? view_as_real(actual.resolve_conj()) : actual.detach();
        if (!real.shape.AsSpan().SequenceEqual(Shape)) return $"shape [{string.Join(',', real.shape)}], expected [{string.Join(',', Shape)}]";
        double[] values = real.Doubles();
        // Nine digits are written; narrower types have their own.
        double tolerance = Type switch
        {
            ScalarType.Float32 or ScalarType.ComplexFloat32 => 1e-5,
            ScalarType.Float16 => 2e-3,
            ScalarType.BFloat16 => 2e-2,
            _ => 2e-8,
        };
        for (int i = 0; i < values.Length; i++)
        {
            if (double.IsNaN(values[i]) && double.IsNaN(Values[i])) continue;
            if (values[i] != Values[i] && !(Math.Abs(values[i] - Values[i]) <= tolerance * (1 + Math.Abs(Values[i]))))
                return $"element {i} is {values[i]:r}, expected {Values[i]:r}";
        }

        return null;
    }

    private static double Special(string s) => s switch
    {
        "nan" => double.NaN,
        "inf" => double.PositiveInfinity,
        "-inf" => double.NegativeInfinity,
        _ => double.Parse(s, CultureInfo.InvariantCulture),
    };
}

/// <summary>One row of operators.json: see operators.py.</summary>
internal sealed record OperatorRow(string[] Members, JsonElement[] Arguments, JsonElement[] Outputs, Written?[]? Gradients)
{
    public override string ToString() => $"{string.Join('/', Members)}({string.Join(", ", Arguments.Select(a => a.GetRawText()))})";
}

internal sealed class OperatorTable
{
    private OperatorTable(Dictionary<string, Written> pool, OperatorRow[] rows) => (Pool, Rows) = (pool, rows);

    internal Dictionary<string, Written> Pool { get; }
    internal OperatorRow[] Rows { get; }

    internal static OperatorTable Read()
    {
        using var stream = typeof(OperatorTable).Assembly.GetManifestResourceStream("Deq.Tests.Ground.Values.operators.json")!;
        var root = JsonDocument.Parse(stream).RootElement;
        return new OperatorTable(
            root.GetProperty("pool").EnumerateObject().ToDictionary(p => p.Name, p => Written.Read(p.Value)),
            [.. root.GetProperty("rows").EnumerateArray().Select(r => new OperatorRow(
                r[0].GetString()!.Split(' '),
                [.. r[1].EnumerateArray()],
                [.. r[2].EnumerateArray()],
                r[3].ValueKind == JsonValueKind.Null ? null : [.. r[3].EnumerateArray().Select(g => g.ValueKind == JsonValueKind.Null ? null : Written.Read(g))]))]);
    }
}
