using System.Reflection;
using System.Runtime.CompilerServices;
using System.Text.Json;
using TorchSharp;
using static TorchSharp.torch;

namespace Deq.Tests.Ground.Values;

/// <summary>Every operator against PyTorch, forward and backward: operators.py has written down what that gives.</summary>
public class OperatorValueTests
{
    private static readonly Lazy<OperatorTable> Table = new(OperatorTable.Read);
    private static readonly Lazy<(List<string> Failures, HashSet<MethodInfo> Called)> Run = new(CallEveryRow);

    [Fact]
    public void EveryOverload_GivesPyTorchsValuesAndGradients()
        => Assert.True(Run.Value.Failures.Count == 0, $"{Run.Value.Failures.Count} differ:\n{string.Join('\n', Run.Value.Failures.Take(60))}");

    /// <summary>No operator is offered that is not held against PyTorch.</summary>
    [FactIfStandIn]
    public void EveryOperatorOffered_HasARow()
    {
        const BindingFlags Declared = BindingFlags.Public | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly;
        var without = new[] { typeof(Tensor), typeof(torch), typeof(linalg), typeof(special) }
            .SelectMany(t => t.GetMethods(Declared))
            .Where(m => !m.IsSpecialName && !Run.Value.Called.Contains(m) && !NotInTheTable.Contains(m.Name))
            .Select(m => m.ToString())
            .ToArray();
        Assert.True(without.Length == 0, $"{without.Length} members have no row in operators.py:\n{string.Join('\n', without)}");
    }

    /// <summary>Forward, backward and all that stands between, over and over.</summary>
    [Fact]
    public void EveryOverload_CalledOverAndOver_LeavesResidentMemoryFlat()
    {
        for (int i = 0; i < 6; i++) CallEveryRow();
        long before = ResidentMemory.Bytes(), live = Tensor.TotalCount;
        for (int i = 0; i < 70; i++) CallEveryRow();
        // 70 x 1,500 calls: a tensor lost in each would be 65 MB.
        Assert.InRange(ResidentMemory.Bytes() - before, long.MinValue, 16L << 20);
        Assert.Equal(live, Tensor.TotalCount);
    }

    /// <summary>What is no operator, and is tested beside the table: settings, memory, autograd, files, indexing, conversion of arrays.</summary>
    private static readonly HashSet<string> NotInTheTable =
    [
        "tensor", "as_tensor", "from_array", "empty", "empty_like", "new_empty", "item", "data", "ToScalar", "to", "cpu", "cuda", "is_tensor",
        "manual_seed", "seed", "initial_seed", "get_rng_state", "set_rng_state", "get_num_threads", "set_num_threads", "get_num_interop_threads", "set_num_interop_threads",
        "get_default_dtype", "set_default_dtype", "get_default_device", "set_default_device", "device", "InitializeDevice", "InitializeDeviceType", "TryInitializeDeviceType",
        "cuda_is_available", "finfo", "max_int_value", "is_floating_point", "is_complex", "is_integral", "is_nonzero", "result_type", "promote_types", "can_cast", "numel",
        "no_grad", "enable_grad", "set_grad_enabled", "is_grad_enabled", "inference_mode", "is_inference_mode_enabled",
        "NewDisposeScope", "WrappedTensorDisposeScope", "Dispose", "DecoupleFromNativeHandle", "UnsafeCreateTensor", "MoveToOuterDisposeScope", "MoveToOtherDisposeScope", "DetachFromDisposeScope",
        "backward", "retain_grad", "requires_grad_", "with_requires_grad", "save", "load", "Load", "WriteBytesToStream", "ReadBytesFromStream",
        "index", "index_put_", "Equals", "GetHashCode", "ToString", "size", "stride", "dim", "element_size", "is_cpu", "is_contiguous",
        "ReadCpuBool", "ReadCpuByte", "ReadCpuSByte", "ReadCpuInt16", "ReadCpuInt32", "ReadCpuInt64", "ReadCpuSingle", "ReadCpuDouble",
    ];

    private static (List<string>, HashSet<MethodInfo>) CallEveryRow()
    {
        var table = Table.Value;
        List<string> failures = [];
        HashSet<MethodInfo> called = [];
        foreach (var row in table.Rows)
        {
            foreach (string member in row.Members)
            {
                int fitting = 0;
                foreach (var method in OverloadCall.Overloads(member))
                {
                    using var scope = NewDisposeScope();
                    try
                    {
                        if (!TryCall(table, row, method, out string? difference)) continue;
                        fitting++;
                        called.Add(method);
                        if (difference is not null) failures.Add($"{row} by {method}: {difference}");
                    }
                    catch (Exception e)
                    {
                        fitting++;
                        failures.Add($"{row} by {method}: {e.GetType().Name}: {e.Message.Split('\n')[0]}");
                    }
                }

                if (fitting == 0) failures.Add($"{row}: no overload of {member} takes these arguments");
            }
        }

        return (failures, called);
    }

    private static bool TryCall(OperatorTable table, OperatorRow row, MethodInfo method, out string? difference)
    {
        difference = null;
        var leaves = row.Arguments.SelectMany(Names).Select(n => table.Pool[n].Make()).ToArray();
        if (row.Gradients is not null)
            foreach (var leaf in leaves.Where(l => l.is_floating_point())) leaf.requires_grad = true;
        var given = leaves.ToArray();
        bool inPlace = method.Name.EndsWith('_');
        if (inPlace && row.Gradients is not null && given[0].requires_grad) given[0] = given[0].clone();
        if (OverloadCall.Fit(method, row.Arguments, given) is not { } values) return false;

        manual_seed(7);
        object? result = OverloadCall.Compile(method)(values);
        if (inPlace && !ReferenceEquals(result, given[0])) difference = "the result is not the tensor that was changed";
        var outputs = Flatten(result).ToArray();
        if (outputs.Length != row.Outputs.Length) difference = $"{outputs.Length} results, expected {row.Outputs.Length}";
        for (int i = 0; i < outputs.Length && difference is null; i++)
        {
            difference = outputs[i] is Tensor t
                ? Written.Read(row.Outputs[i]).Difference(t)
                : Equals(outputs[i], row.Outputs[i].GetBoolean()) ? null : $"{outputs[i]}, expected {row.Outputs[i]}";
        }

        if (difference is null && row.Gradients is not null) difference = CompareGradients(row.Gradients, leaves, outputs.OfType<Tensor>());
        return true;
    }

    private static string? CompareGradients(Written?[] expected, Tensor[] leaves, IEnumerable<Tensor> outputs)
    {
        var loss = zeros([], float64);
        foreach (var output in outputs.Where(o => o.requires_grad))
        {
            var flat = output.is_complex() ? view_as_real(output.resolve_conj()) : output;
            loss = loss + (flat.flatten() * (arange(flat.numel()).remainder(7).to(flat.dtype) - 2.5)).sum();
        }

        var wanted = leaves.Where(l => l.requires_grad).ToArray();
        var gradients = autograd.grad([loss], wanted, allow_unused: true);
        for (int i = 0, k = 0; i < leaves.Length; i++)
        {
            if (!leaves[i].requires_grad) continue;
            var gradient = gradients[k++];
            string? difference = expected[i] is { } e ? e.Difference(gradient) : gradient.IsInvalid ? null : "a gradient where there is none";
            if (difference is not null) return $"gradient of tensor {i}: {difference}";
        }

        return null;
    }

    private static IEnumerable<string> Names(JsonElement argument)
    {
        if (argument.ValueKind != JsonValueKind.Object) return [];
        if (argument.TryGetProperty("t", out var one)) return [one.GetString()!];
        return argument.TryGetProperty("ts", out var several) ? several.EnumerateArray().Select(e => e.GetString()!) : [];
    }

    private static IEnumerable<object> Flatten(object? result) => result switch
    {
        null => [],
        ITuple tuple => Enumerable.Range(0, tuple.Length).SelectMany(i => Flatten(tuple[i])),
        IEnumerable<Tensor> list => list,
        _ => [result],
    };
}
