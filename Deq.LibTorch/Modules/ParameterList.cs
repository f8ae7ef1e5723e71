using System.Collections;
using System.Globalization;
using static TorchSharp.torch;

namespace TorchSharp.Modules;

/// <summary>Parameters by number.</summary>
public class ParameterList : nn.Module, IList<Parameter>
{
    private readonly List<Parameter> _list = [];
    private bool _registered;

    public ParameterList(params Parameter[] parameters) : base(nameof(ParameterList)) => _list.AddRange(parameters);

    public int Count => _list.Count;

    public bool IsReadOnly => false;

    public Parameter this[int index]
    {
        get => _list[index];
        set => _list[index] = value;
    }

    public void append(params Parameter[] parameters) => _list.AddRange(parameters);

    public void extend(IEnumerable<Parameter> parameters) => _list.AddRange(parameters);

    public void Add(Parameter item) => _list.Add(item);

    public void Insert(int index, Parameter item) => _list.Insert(index, item);

    public bool Remove(Parameter item) => _list.Remove(item);

    public void RemoveAt(int index) => _list.RemoveAt(index);

    public void Clear() => _list.Clear();

    public bool Contains(Parameter item) => _list.Contains(item);

    public int IndexOf(Parameter item) => _list.IndexOf(item);

    public void CopyTo(Parameter[] array, int arrayIndex) => _list.CopyTo(array, arrayIndex);

    public IEnumerator<Parameter> GetEnumerator() => _list.GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    public override IEnumerable<(string name, Parameter parameter)> named_parameters(bool recurse = true)
        => _list.Select((parameter, index) => (index.ToString(CultureInfo.InvariantCulture), parameter));

    public override bool has_parameter(string target) => get_parameter(target) is not null;

    public override Parameter? get_parameter(string target)
        => int.TryParse(target, NumberStyles.None, CultureInfo.InvariantCulture, out var index) && index < _list.Count ? _list[index] : null;

    protected override void RegisterComponents()
    {
        if (_registered) return;
        foreach (var (path, parameter) in named_parameters()) register_parameter(path, parameter);
        _registered = true;
    }

    protected override void _toEpilog(ScalarType? dtype, Device? device, bool non_blocking)
    {
        for (var index = 0; index < _list.Count; index++)
        {
            if (!ReplaceParameter(dtype, device, _list[index], out var converted)) continue;
            _list[index].Dispose();
            _list[index] = converted;
            if (_registered) ConditionallyRegisterParameter(index.ToString(CultureInfo.InvariantCulture), converted);
        }

        if (device is null) return;
        _deviceType = device.type;
        _deviceIndex = device.index;
    }
}
