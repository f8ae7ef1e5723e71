using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using static TorchSharp.torch;

namespace Deq;

/// <summary>
/// The tensors of a layer's input: a tensor, an array, list or immutable array of them, a dictionary of them by name, or a tuple of such. An input of
/// any other type holds none that is known here.
/// </summary>
public static class InputTensors
{
    /// <summary>The tensors, in their order; those that are absent are left out.</summary>
    /// <typeparam name="T">The input's type.</typeparam>
    /// <param name="input">The input; null for none.</param>
    public static IReadOnlyList<Tensor> Of<T>(T input)
    {
        var tensors = new List<Tensor>();
        Visit(input, tensors);
        return tensors;
    }

    /// <summary>The input with other tensors in the places of its own; what is absent stays absent.</summary>
    /// <typeparam name="T">The input's type.</typeparam>
    /// <param name="input">The input; null for none.</param>
    /// <param name="tensors">As many as <see cref="Of"/> gives, in its order.</param>
    /// <exception cref="EquilibriumException">There are more or fewer.</exception>
    public static T With<T>(T input, IReadOnlyList<Tensor> tensors)
    {
        ArgumentNullException.ThrowIfNull(tensors);
        var count = Of(input).Count;
        if (tensors.Count != count) throw new EquilibriumException($"An input of {count} tensors is given {tensors.Count}; give one for each.");
        var next = 0;
        return (T)Rebuilt(input, typeof(T), () => tensors[next++])!;
    }

    private static void Visit(object? input, List<Tensor> tensors)
    {
        if (input is Tensor tensor) tensors.Add(tensor);
        else if (Elements(input) is { } elements) tensors.AddRange(elements.OfType<Tensor>());
        else if (input is ITuple tuple)
            for (var i = 0; i < tuple.Length; i++) Visit(tuple[i], tensors);
    }

    private static IEnumerable<Tensor?>? Elements(object? input) => input switch
    {
        IEnumerable<KeyValuePair<string, Tensor>> named => named.Select(pair => pair.Value),
        // An immutable array that was never made is none to go through.
        ImmutableArray<Tensor> { IsDefault: true } => [],
        IEnumerable<Tensor> tensors => tensors,
        _ => null,
    };

    private static object? Rebuilt(object? input, Type type, Func<Tensor> next)
    {
        Tensor Changed(Tensor tensor) => tensor is null ? null! : next();
        return input switch
        {
            Tensor => next(),
            IEnumerable<KeyValuePair<string, Tensor>> named => new Dictionary<string, Tensor>(
                named.Select(pair => KeyValuePair.Create(pair.Key, Changed(pair.Value))), (named as Dictionary<string, Tensor>)?.Comparer),
            ImmutableArray<Tensor> { IsDefault: true } => input,
            ImmutableArray<Tensor> tensors => ImmutableArray.CreateRange(tensors, Changed),
            List<Tensor> tensors => tensors.ConvertAll(Changed),
            IEnumerable<Tensor> tensors when type.IsAssignableFrom(typeof(Tensor[])) => tensors.Select(Changed).ToArray(),
            ITuple => OfTuple(input, next),
            _ => input,
        };
    }

    // A tuple of eight and more keeps the eighth and the following in a tuple of its own.
    private static object OfTuple(object tuple, Func<Tensor> next)
    {
        foreach (var field in tuple.GetType().GetFields()) field.SetValue(tuple, Rebuilt(field.GetValue(tuple), field.FieldType, next));
        return tuple;
    }
}
