using System.Runtime.CompilerServices;
using static TorchSharp.torch;

namespace Deq;

/// <summary>The tensors of a layer's value: a tensor, a tuple of them, or an array.</summary>
internal static class StateTensors
{
    /// <summary>The tensors, in the order of the states.</summary>
    public static Tensor[] Of<T>(T value) => value switch
    {
        Tensor tensor => [tensor],
        Tensor[] tensors => tensors,
        ITuple tuple => [.. Enumerable.Range(0, tuple.Length).Select(i => tuple[i]).OfType<Tensor>()],
        _ => [],
    };

    /// <summary>The value with other tensors in it.</summary>
    public static T With<T>(T value, Func<Tensor, Tensor> change) => value switch
    {
        null => value,
        Tensor tensor => (T)(object)change(tensor),
        Tensor[] tensors => (T)(object)Array.ConvertAll(tensors, t => change(t)),
        ITuple => (T)Rebuilt(value, change),
        _ => value,
    };

    // A tuple of eight and more keeps the eighth and the following in a tuple of its own.
    private static object Rebuilt(object tuple, Func<Tensor, Tensor> change)
    {
        foreach (var field in tuple.GetType().GetFields())
        {
            if (field.GetValue(tuple) is Tensor tensor) field.SetValue(tuple, change(tensor));
            else if (field.GetValue(tuple) is ITuple rest) field.SetValue(tuple, Rebuilt(rest, change));
        }
        return tuple;
    }
}
