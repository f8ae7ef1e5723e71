using System.Reflection;
using System.Reflection.Emit;
using System.Text.Json;
using TorchSharp;
using static TorchSharp.torch;

namespace Deq.Tests.Ground.Values;

/// <summary>Fits a row's arguments to an overload's parameters, and calls it.</summary>
internal static class OverloadCall
{
    /// <summary>The overloads that a row's member stands for.</summary>
    internal static IEnumerable<MethodInfo> Overloads(string member)
    {
        int dot = member.IndexOf('.');
        string name = member[(dot + 1)..];
        const BindingFlags Static = BindingFlags.Public | BindingFlags.Static | BindingFlags.DeclaredOnly, Instance = BindingFlags.Public | BindingFlags.Instance | BindingFlags.DeclaredOnly;
        var found = (dot < 0 ? "" : member[..dot]) switch
        {
            "T" => typeof(Tensor).GetMethods(Instance),
            "torch" => typeof(torch).GetMethods(Static),
            "linalg" => typeof(linalg).GetMethods(Static),
            "special" => typeof(special).GetMethods(Static),
            _ => [.. typeof(Tensor).GetMethods(Instance), .. typeof(torch).GetMethods(Static)],
        };
        return found.Where(m => m.Name == name && !m.IsGenericMethod);
    }

    /// <summary>The values for this overload, or null where the arguments do not fit. A tensor comes from <paramref name="tensors"/>, by its place.</summary>
    internal static object?[]? Fit(MethodInfo method, JsonElement[] arguments, IReadOnlyList<Tensor> tensors)
    {
        int next = 0;
        var types = method.GetParameters().Select(p => p.ParameterType).ToList();
        if (types.Any(t => t.IsByRef)) return null;
        if (!method.IsStatic) types.Insert(0, typeof(Tensor));
        if (arguments.Length > types.Count) return null;
        var values = new object?[types.Count];
        for (int i = 0; i < types.Count; i++)
        {
            if (i < arguments.Length)
            {
                if (!TryConvert(arguments[i], types[i], tensors, ref next, out values[i])) return null;
                continue;
            }

            var parameter = method.GetParameters()[i - (method.IsStatic ? 0 : 1)];
            if (!parameter.HasDefaultValue) return null;
            var type = Nullable.GetUnderlyingType(types[i]) ?? types[i];
            values[i] = parameter.RawDefaultValue is { } d && type.IsEnum ? Enum.ToObject(type, d) : parameter.RawDefaultValue;
        }

        return values;
    }

    private static bool TryConvert(JsonElement a, Type type, IReadOnlyList<Tensor> tensors, ref int next, out object? value)
    {
        value = null;
        if (a.ValueKind == JsonValueKind.Null) return !type.IsValueType || Nullable.GetUnderlyingType(type) is not null;
        var kind = a.EnumerateObject().Single();
        var bare = Nullable.GetUnderlyingType(type) ?? type;
        switch (kind.Name)
        {
            case "t":
                if (type != typeof(Tensor)) return false;
                value = tensors[next++];
                return true;
            case "ts":
                var list = tensors.Skip(next).Take(kind.Value.GetArrayLength()).ToArray();
                next += list.Length;
                value = list;
                return type == typeof(Tensor[]) || type == typeof(IList<Tensor>) || type == typeof(IEnumerable<Tensor>) || type == typeof(ReadOnlySpan<Tensor>);
            case "i":
                long i = kind.Value.GetInt64();
                value = bare == typeof(long) ? (object)i : bare == typeof(int) ? (object)(int)i : bare == typeof(Scalar) ? (object)(Scalar)i : null;
                return value is not null;
            case "f":
                double f = kind.Value.GetDouble();
                value = bare == typeof(double) ? (object)f : bare == typeof(float) ? (object)(float)f : bare == typeof(Scalar) ? (object)(Scalar)f : null;
                return value is not null;
            case "b":
                value = kind.Value.GetBoolean();
                return bare == typeof(bool);
            case "s":
                value = kind.Value.GetString();
                return type == typeof(string);
            case "d":
                value = Enum.Parse<ScalarType>(kind.Value.GetString()!);
                return bare == typeof(ScalarType);
            case "e":
                string text = kind.Value.GetString()!;
                value = bare == typeof(char) ? (object)text[0] : bare.IsEnum ? Enum.Parse(bare, text) : null;
                return value is not null;
            default:
                long[] numbers = [.. kind.Value.EnumerateArray().Select(x => x.GetInt64())];
                value = bare == typeof((long, long)) && numbers.Length == 2 ? (object)(numbers[0], numbers[1])
                    : bare == typeof((long, long, long)) && numbers.Length == 3 ? (numbers[0], numbers[1], numbers[2])
                    : bare == typeof(int[]) ? Array.ConvertAll(numbers, n => (int)n)
                    : bare == typeof(long[]) || bare == typeof(ReadOnlySpan<long>) || bare == typeof(IEnumerable<long>) ? numbers
                    : null;
                return value is not null;
        }
    }

    /// <summary>Reflection cannot pass a span; a few instructions can.</summary>
    internal static Func<object?[], object?> Compile(MethodInfo method) => Compiled.GetOrAdd(method, Emit);

    private static readonly System.Collections.Concurrent.ConcurrentDictionary<MethodInfo, Func<object?[], object?>> Compiled = [];

    private static Func<object?[], object?> Emit(MethodInfo method)
    {
        var dynamic = new DynamicMethod(method.Name, typeof(object), [typeof(object?[])], typeof(OverloadCall).Module, skipVisibility: true);
        var il = dynamic.GetILGenerator();
        var types = method.GetParameters().Select(p => p.ParameterType).ToList();
        if (!method.IsStatic) types.Insert(0, typeof(Tensor));
        for (int i = 0; i < types.Count; i++)
        {
            il.Emit(OpCodes.Ldarg_0);
            il.Emit(OpCodes.Ldc_I4, i);
            il.Emit(OpCodes.Ldelem_Ref);
            if (types[i].IsByRefLike)
            {
                var array = types[i].GetGenericArguments()[0].MakeArrayType();
                il.Emit(OpCodes.Castclass, array);
                il.Emit(OpCodes.Call, types[i].GetMethod("op_Implicit", [array])!);
            }
            else
            {
                il.Emit(OpCodes.Unbox_Any, types[i]);
            }
        }

        il.Emit(method.IsStatic ? OpCodes.Call : OpCodes.Callvirt, method);
        if (method.ReturnType == typeof(void)) il.Emit(OpCodes.Ldnull);
        else if (method.ReturnType.IsValueType) il.Emit(OpCodes.Box, method.ReturnType);
        il.Emit(OpCodes.Ret);
        return dynamic.CreateDelegate<Func<object?[], object?>>();
    }
}
