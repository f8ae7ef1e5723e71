using System.Collections;
using System.Diagnostics.CodeAnalysis;
using TorchSharp.Utils;
using static TorchSharp.torch;

namespace TorchSharp.Modules;

/// <summary>Modules by name. What is added after the dictionary has become a part of another module is not registered.</summary>
public class ModuleDict<T> : nn.Module, IDictionary<string, T>, IList<(string, T)>
    where T : nn.Module
{
    private readonly OrderedDict<string, T> _entries = [];
    private bool _registered;

    public ModuleDict() : base(nameof(ModuleDict<>))
    {
    }

    public int Count => _entries.Count;

    public bool IsReadOnly => false;

    public ICollection<string> Keys => _entries.Keys;

    public ICollection<T> Values => _entries.Values;

    public T this[string key]
    {
        get => _entries[key];
        set => _entries[key] = value;
    }

    public (string, T) this[int index]
    {
        get => _entries[index];
        set => _entries[index] = value;
    }

    public IEnumerator<(string, T)> items() => _entries.items();

    public IEnumerable<string> keys() => _entries.keys();

    public IEnumerable<T> values() => _entries.values();

    public void clear() => _entries.clear();

    public void Add(string key, T value) => _entries.Add(key, value);

    public void Add((string, T) item) => _entries.Add(item);

    public void Add(KeyValuePair<string, T> item) => _entries.Add(item);

    public void Insert(int index, (string, T) item) => _entries.Insert(index, item);

    public bool Remove(string key) => _entries.Remove(key);

    public bool Remove((string, T) item) => _entries.Remove(item);

    public bool Remove(KeyValuePair<string, T> item) => _entries.Remove(item);

    public void RemoveAt(int index) => _entries.RemoveAt(index);

    public void Clear() => _entries.Clear();

    public bool ContainsKey(string key) => _entries.ContainsKey(key);

    public bool Contains((string, T) item) => _entries.Contains(item);

    public bool Contains(KeyValuePair<string, T> item) => _entries.Contains(item);

    public int IndexOf((string, T) item) => _entries.IndexOf(item);

    public bool TryGetValue(string key, [MaybeNullWhen(false)] out T value) => _entries.TryGetValue(key, out value);

    public void CopyTo((string, T)[] array, int arrayIndex) => _entries.CopyTo(array, arrayIndex);

    public void CopyTo(KeyValuePair<string, T>[] array, int arrayIndex) => _entries.CopyTo(array, arrayIndex);

    public IEnumerator<(string, T)> GetEnumerator() => _entries.GetEnumerator();

    IEnumerator<KeyValuePair<string, T>> IEnumerable<KeyValuePair<string, T>>.GetEnumerator()
        => ((IEnumerable<KeyValuePair<string, T>>)_entries).GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    protected override void RegisterComponents()
    {
        if (_registered) return;
        foreach (var (name, module) in _entries) register_module(name, module);
        _registered = true;
    }
}
