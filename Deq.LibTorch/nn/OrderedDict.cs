using System.Collections;
using System.Diagnostics.CodeAnalysis;

namespace TorchSharp.Utils;

/// <summary>A dictionary that remembers the order in which its keys came: a module's names are listed in it.</summary>
public class OrderedDict<TKey, TValue> : IDictionary<TKey, TValue>, IList<(TKey, TValue)>
    where TKey : notnull
{
    private readonly List<TKey> _order = [];
    private readonly Dictionary<TKey, TValue> _values = [];

    public int Count => _order.Count;

    public bool IsReadOnly => false;

    public ICollection<TKey> Keys => _order.ToList();

    public ICollection<TValue> Values => values().ToList();

    public TValue this[TKey key]
    {
        get => _values[key];
        set
        {
            if (!_values.ContainsKey(key)) _order.Add(key);
            _values[key] = value;
        }
    }

    public (TKey, TValue) this[int index]
    {
        get => Pair(_order[index]);
        set
        {
            var (key, content) = value;
            var old = _order[index];
            if (!_values.Comparer.Equals(old, key))
            {
                _values.Add(key, content);
                _values.Remove(old);
                _order[index] = key;
            }
            else
            {
                _values[key] = content;
            }
        }
    }

    public IEnumerator<(TKey, TValue)> items() => GetEnumerator();

    public IEnumerable<TKey> keys() => _order;

    public IEnumerable<TValue> values() => _order.Select(key => _values[key]);

    public void clear() => Clear();

    public void Add(TKey key, TValue value) => Insert(Count, (key, value));

    public void Add((TKey, TValue) item) => Insert(Count, item);

    public void Add(KeyValuePair<TKey, TValue> item) => Insert(Count, (item.Key, item.Value));

    public void Insert(int index, (TKey, TValue) item)
    {
        _values.Add(item.Item1, item.Item2);
        _order.Insert(index, item.Item1);
    }

    public void Clear()
    {
        _order.Clear();
        _values.Clear();
    }

    public bool ContainsKey(TKey key) => _values.ContainsKey(key);

    public bool Contains((TKey, TValue) item) => IndexOf(item) >= 0;

    public bool Contains(KeyValuePair<TKey, TValue> item) => Contains((item.Key, item.Value));

    public int IndexOf((TKey, TValue) item)
        => _values.TryGetValue(item.Item1, out var value) && EqualityComparer<TValue>.Default.Equals(value, item.Item2)
            ? _order.IndexOf(item.Item1)
            : -1;

    public bool TryGetValue(TKey key, [MaybeNullWhen(false)] out TValue value) => _values.TryGetValue(key, out value);

    public bool Remove(TKey key) => _values.Remove(key) && _order.Remove(key);

    public bool Remove((TKey, TValue) item) => Contains(item) && Remove(item.Item1);

    public bool Remove(KeyValuePair<TKey, TValue> item) => Remove((item.Key, item.Value));

    public void RemoveAt(int index) => Remove(_order[index]);

    public void CopyTo((TKey, TValue)[] array, int arrayIndex)
    {
        foreach (var key in _order) array[arrayIndex++] = Pair(key);
    }

    public void CopyTo(KeyValuePair<TKey, TValue>[] array, int arrayIndex)
    {
        foreach (var key in _order) array[arrayIndex++] = new(key, _values[key]);
    }

    public IEnumerator<(TKey, TValue)> GetEnumerator() => _order.Select(Pair).GetEnumerator();

    IEnumerator<KeyValuePair<TKey, TValue>> IEnumerable<KeyValuePair<TKey, TValue>>.GetEnumerator()
        => _order.Select(key => new KeyValuePair<TKey, TValue>(key, _values[key])).GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    private (TKey, TValue) Pair(TKey key) => (key, _values[key]);
}
