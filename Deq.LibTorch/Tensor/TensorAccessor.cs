using System.Collections;

namespace TorchSharp.Utils;

/// <summary>The elements of a tensor in row-major order, whatever its strides.</summary>
public sealed unsafe class TensorAccessor<T> : IDisposable, IEnumerable<T> where T : unmanaged
{
    private readonly torch.Tensor _tensor;
    private readonly long[] _sizes;
    private readonly long[] _strides;
    private readonly bool _contiguous;
    private readonly T* _data;

    internal TensorAccessor(torch.Tensor tensor)
    {
        _tensor = tensor;
        _sizes = tensor.shape;
        _strides = tensor.stride();
        _contiguous = tensor.is_contiguous();
        _data = (T*)tensor.DataPointer();
        Count = tensor.numel();
    }

    public long Count { get; }

    public bool IsReadOnly => false;

    public T this[params long[] indices]
    {
        get
        {
            T value = *At(indices);
            GC.KeepAlive(_tensor);
            return value;
        }

        set
        {
            *At(indices) = value;
            GC.KeepAlive(_tensor);
        }
    }

    public T[] ToArray()
    {
        var array = new T[Count];
        CopyTo(array);
        return array;
    }

    /// <summary>An array of the tensor's own rank; of a tensor with no dimensions, an array of one element.</summary>
    public Array ToNDArray()
    {
        if (_sizes.Length == 0) return ToArray();
        var array = Array.CreateInstance(typeof(T), _sizes);
        var index = new long[_sizes.Length];
        foreach (var value in this)
        {
            array.SetValue(value, index);
            for (int d = index.Length - 1; d >= 0 && ++index[d] == _sizes[d]; d--) index[d] = 0;
        }

        return array;
    }

    public void CopyTo(T[] array, int arrayIndex = 0, long tensorIndex = 0)
    {
        ArgumentNullException.ThrowIfNull(array);
        CopyTo(array.AsSpan(), arrayIndex, tensorIndex);
    }

    public void CopyTo(Span<T> array, int arrayIndex = 0, long tensorIndex = 0)
    {
        var target = array[arrayIndex..];
        int n = (int)Math.Min(target.Length, Count - tensorIndex);
        if (_contiguous) new ReadOnlySpan<T>(_data + tensorIndex, n).CopyTo(target);
        else
            for (int i = 0; i < n; i++) target[i] = _data[Offset(tensorIndex + i)];
        GC.KeepAlive(_tensor);
    }

    public void CopyFrom(T[] array, int arrayIndex = 0, long tensorIndex = 0)
    {
        ArgumentNullException.ThrowIfNull(array);
        CopyFrom((ReadOnlySpan<T>)array, arrayIndex, tensorIndex);
    }

    public void CopyFrom(ReadOnlySpan<T> array, int arrayIndex = 0, long tensorIndex = 0)
    {
        var source = array[arrayIndex..];
        int n = (int)Math.Min(source.Length, Count - tensorIndex);
        if (_contiguous) source[..n].CopyTo(new Span<T>(_data + tensorIndex, n));
        else
            for (int i = 0; i < n; i++) _data[Offset(tensorIndex + i)] = source[i];
        GC.KeepAlive(_tensor);
    }

    public IEnumerator<T> GetEnumerator()
    {
        for (long i = 0; i < Count; i++) yield return Read(i);
    }

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    /// <summary>The tensor stays its owner's.</summary>
    public void Dispose() { }

    public override bool Equals(object? obj) => obj is TensorAccessor<T> other && Count == other.Count && this.SequenceEqual(other);

    public override int GetHashCode() => HashCode.Combine((nint)_data, Count);

    public static bool operator ==(TensorAccessor<T> left, TensorAccessor<T> right) => left is null ? right is null : left.Equals(right);
    public static bool operator !=(TensorAccessor<T> left, TensorAccessor<T> right) => !(left == right);

    private T Read(long position)
    {
        T value = _data[Offset(position)];
        GC.KeepAlive(_tensor);
        return value;
    }

    private long Offset(long position)
    {
        if (_contiguous) return position;
        long offset = 0;
        for (int d = _sizes.Length - 1; d >= 0; d--)
        {
            offset += position % _sizes[d] * _strides[d];
            position /= _sizes[d];
        }

        return offset;
    }

    /// <remarks>A single index counts the elements; otherwise there is one for each dimension.</remarks>
    private T* At(long[] indices)
    {
        if (indices.Length == 1)
        {
            if ((ulong)indices[0] >= (ulong)Count) throw new IndexOutOfRangeException($"Element {indices[0]} of a tensor of {Count}.");
            return _data + Offset(indices[0]);
        }

        if (indices.Length != _sizes.Length)
            throw new ArgumentException($"{indices.Length} indices for a tensor of {_sizes.Length} dimensions.", nameof(indices));
        long offset = 0;
        for (int d = 0; d < indices.Length; d++)
        {
            if ((ulong)indices[d] >= (ulong)_sizes[d])
                throw new IndexOutOfRangeException($"Index {indices[d]} of dimension {d}, whose size is {_sizes[d]}.");
            offset += indices[d] * _strides[d];
        }

        return _data + offset;
    }
}
