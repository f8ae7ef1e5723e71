using TorchSharp.Utils;
using static TorchSharp.torch;
using static TorchSharp.torch.optim;

namespace TorchSharp.Modules;

/// <summary>What the optimisers share: groups, a state per parameter, and their file format, which is TorchSharp's.</summary>
public abstract class OptimizerHelper : Optimizer
{
    protected OptimizerOptions _defaults = new();
    protected OrderedDict<IntPtr, OptimizerState> _state = [];

    public OptimizerHelper() : base(IntPtr.Zero)
    {
    }

    public override IEnumerable<Parameter> parameters() => base.parameters();

    public override void zero_grad() => base.zero_grad();

    public override void add_param_group(ParamGroup param_group) => _parameter_groups.Add(param_group);

    public virtual StateDictionary state_dict()
    {
        var dictionary = new StateDictionary();
        foreach (var group in _parameter_groups)
        {
            dictionary.Options.Add(group.Options);
            var places = new List<int>();
            dictionary.StateIndexRef.Add(places);
            foreach (var parameter in group.Parameters)
            {
                places.Add(dictionary.State.Count);
                dictionary.State.Add(StateOf<OptimizerState>(parameter));
            }
        }

        return dictionary;
    }

    public virtual void load_state_dict(StateDictionary state_dict)
    {
        var own = this.state_dict();
        ThrowUnlessOfOneSize(own, state_dict.Options.Count, state_dict.State.Count);
        foreach (var (target, source) in own.Options.Zip(state_dict.Options))
        {
            if (!ReferenceEquals(target, source)) target.LoadStateDict(source);
        }

        foreach (var (target, source) in own.State.Zip(state_dict.State))
        {
            if (!ReferenceEquals(target, source)) target.LoadStateDict(source);
        }
    }

    public void save_state_dict(string location)
    {
        using var stream = File.Create(location);
        using var writer = new BinaryWriter(stream);
        save_state_dict(writer);
    }

    public void save_state_dict(BinaryWriter writer)
    {
        var state = state_dict();
        writer.Write(GetType().Name);
        writer.Encode(state.Options.Count);
        writer.Encode(state.State.Count);
        foreach (var options in state.Options) options.SaveStateDict(writer);
        foreach (var entry in state.State) entry.SaveStateDict(writer);
    }

    public void load_state_dict(string location)
    {
        using var stream = File.OpenRead(location);
        using var reader = new BinaryReader(stream);
        load_state_dict(reader);
    }

    public void load_state_dict(BinaryReader reader)
    {
        var kind = reader.ReadString();
        if (kind != GetType().Name)
            throw new InvalidDataException($"The file has the state of the optimiser '{kind}', this one is {GetType().Name}.");

        var state = state_dict();
        ThrowUnlessOfOneSize(state, reader.Decode(), reader.Decode());
        foreach (var options in state.Options) options.LoadStateDict(reader);
        foreach (var entry in state.State) entry.LoadStateDict(reader);
    }

    public void to(Device device)
    {
        foreach (var parameter in parameters()) StateOf<OptimizerState>(parameter).to(device);
    }

    /// <summary>Runs a step's body over the groups: no graph, and nothing that it makes outlives it.</summary>
    protected Tensor? _step<T>(Action<T> body, Func<Tensor>? loss_closure = null)
        where T : ParamGroup
    {
        Tensor? loss = null;
        if (loss_closure is not null)
        {
            using var graphed = enable_grad();
            loss = loss_closure();
        }

        using var ungraphed = no_grad();
        using var scope = NewDisposeScope();
        foreach (var group in _parameter_groups) body((T)group);
        return loss;
    }

    /// <summary>The parameters of a group that have a gradient, with it and their state.</summary>
    private protected IEnumerable<(Parameter Parameter, Tensor Gradient, TState State)> Trained<TState>(ParamGroup group)
        where TState : OptimizerState
    {
        foreach (var parameter in group.Parameters)
        {
            var state = StateOf<TState>(parameter);
            // One a parameter: what its step makes goes before the next one's is made.
            using var scope = NewDisposeScope();
            var gradient = parameter.grad;
            if (gradient is not null) yield return (parameter, gradient, state);
        }
    }

    private protected void AddGroup(ParamGroup group, Func<Parameter, OptimizerState> createState)
    {
        // model.parameters() walks the modules at each enumeration: once is enough.
        group.Parameters = group.Parameters.ToArray();
        group.InitialLearningRate = group.LearningRate;
        foreach (var parameter in group.Parameters)
        {
            if (_state.ContainsKey(parameter.Handle))
                throw new ArgumentException("A parameter is in two groups of the optimiser, or twice in one: it would be changed twice a step.", nameof(group));

            var state = createState(parameter);
            _state[parameter.Handle] = state;
            state.Initialize(group.Options);
        }

        _parameter_groups.Add(group);
    }

    private protected void DisposeStates()
    {
        foreach (var (_, state) in _state) (state as IDisposable)?.Dispose();
        _state.Clear();
    }

    private TState StateOf<TState>(Parameter parameter)
        where TState : OptimizerState
    {
        if (!parameter.IsInvalid && _state.TryGetValue(parameter.Handle, out var state)) return (TState)state;
        throw new InvalidOperationException(
            "The optimiser holds a parameter that was disposed or replaced since: make the optimiser after module.to(...), not before.");
    }

    private static void ThrowUnlessOfOneSize(StateDictionary own, long groups, long states)
    {
        if (groups == own.Options.Count && states == own.State.Count) return;
        throw new ArgumentException(
            $"The state has {groups} group(s) and {states} parameter(s), the optimiser {own.Options.Count} and {own.State.Count}: it is another model's.");
    }

    protected enum TypeCode
    {
        Double = 0,
        Long = 1,
        Tensor = 2,
        Options = 3,
        State = 4,
    }
}
