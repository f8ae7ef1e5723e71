namespace TorchSharp;

/// <summary>
/// Disposes, at its end, every tensor that was made on its thread while it was the innermost scope and was not moved out.
/// </summary>
public sealed class DisposeScope : IDisposable
{
    private DisposeScopeManager? _manager;
    private List<torch.Tensor> _tensors = [];

    internal DisposeScope(DisposeScopeManager manager, DisposeScope? outer) => (_manager, OuterScope) = (manager, outer);

    internal DisposeScope? OuterScope { get; set; }

    private DisposeScopeManager Manager => _manager ?? throw new ObjectDisposedException(nameof(DisposeScope));

    public IReadOnlyList<IDisposable> DisposablesView
    {
        get
        {
            _ = Manager;
            return _tensors.ToArray();
        }
    }

    public int DisposablesCount
    {
        get
        {
            _ = Manager;
            return _tensors.Count;
        }
    }

    public bool Contains(IDisposable disposable) => disposable is torch.Tensor t && t.OwningDisposeScope == this;

    public T MoveToOuter<T>(T disposable) where T : IDisposable => MoveToOther(OuterScope, disposable);
    public (T1 first, T2 second) MoveToOuter<T1, T2>(T1 first, T2 second) where T1 : IDisposable where T2 : IDisposable
        => MoveToOther(OuterScope, first, second);
    public (T1 first, T2 second, T3 third) MoveToOuter<T1, T2, T3>(T1 first, T2 second, T3 third)
        where T1 : IDisposable where T2 : IDisposable where T3 : IDisposable => MoveToOther(OuterScope, first, second, third);
    public void MoveToOuter(params IDisposable[] disposables) => MoveToOther(OuterScope, disposables);
    public void MoveToOuter(IEnumerable<IDisposable> disposables) => MoveToOther(OuterScope, disposables);

    public T MoveToOther<T>(DisposeScope? scope, T disposable) where T : IDisposable
    {
        Move(scope, disposable);
        return disposable;
    }

    public (T1 first, T2 second) MoveToOther<T1, T2>(DisposeScope? scope, T1 first, T2 second) where T1 : IDisposable where T2 : IDisposable
    {
        Move(scope, first);
        Move(scope, second);
        return (first, second);
    }

    public (T1 first, T2 second, T3 third) MoveToOther<T1, T2, T3>(DisposeScope? scope, T1 first, T2 second, T3 third)
        where T1 : IDisposable where T2 : IDisposable where T3 : IDisposable
    {
        Move(scope, first);
        Move(scope, second);
        Move(scope, third);
        return (first, second, third);
    }

    public void MoveToOther(DisposeScope? scope, params IDisposable[] disposables) => MoveToOther(scope, (IEnumerable<IDisposable>)disposables);

    public void MoveToOther(DisposeScope? scope, IEnumerable<IDisposable> disposables)
    {
        foreach (var disposable in disposables) Move(scope, disposable);
    }

    public T Detach<T>(T disposable) where T : IDisposable => MoveToOther(null, disposable);
    public (T1 first, T2 second) Detach<T1, T2>(T1 first, T2 second) where T1 : IDisposable where T2 : IDisposable
        => MoveToOther(null, first, second);
    public (T1 first, T2 second, T3 third) Detach<T1, T2, T3>(T1 first, T2 second, T3 third)
        where T1 : IDisposable where T2 : IDisposable where T3 : IDisposable => MoveToOther(null, first, second, third);
    public void Detach(params IDisposable[] disposables) => MoveToOther(null, disposables);
    public void Detach(IEnumerable<IDisposable> disposables) => MoveToOther(null, disposables);

    public void Attach(IDisposable disposable) => AttachOne(disposable);

    public void Attach(params IDisposable[] disposables) => Attach((IEnumerable<IDisposable>)disposables);

    public IReadOnlyList<IDisposable> Attach(IEnumerable<IDisposable> disposables)
    {
        var attached = disposables.ToArray();
        foreach (var disposable in attached) AttachOne(disposable);
        return attached;
    }

    public void DisposeEverything()
    {
        _ = Manager;
        var all = _tensors;
        if (all.Count == 0) return;
        _tensors = [];
        foreach (var tensor in all)
        {
            tensor.SlotInScope = -1;
            tensor.Dispose();
        }
    }

    public void DisposeEverythingBut(params IDisposable[] keep) => DisposeEverythingBut((IEnumerable<IDisposable>)keep);

    public T DisposeEverythingBut<T>(T keep) where T : IDisposable
    {
        DisposeEverythingBut([keep]);
        return keep;
    }

    public (T1 first, T2 second) DisposeEverythingBut<T1, T2>(T1 first, T2 second) where T1 : IDisposable where T2 : IDisposable
    {
        DisposeEverythingBut([first, second]);
        return (first, second);
    }

    public (T1 first, T2 second, T3 third) DisposeEverythingBut<T1, T2, T3>(T1 first, T2 second, T3 third)
        where T1 : IDisposable where T2 : IDisposable where T3 : IDisposable
    {
        DisposeEverythingBut([first, second, third]);
        return (first, second, third);
    }

    public void DisposeEverythingBut(IEnumerable<IDisposable> inKeep)
    {
        _ = Manager;
        var keep = inKeep.Where(Contains).Cast<torch.Tensor>().ToHashSet(ReferenceEqualityComparer.Instance);
        var all = _tensors;
        _tensors = new List<torch.Tensor>(keep.Count);
        foreach (var tensor in all)
        {
            if (keep.Contains(tensor))
            {
                tensor.SlotInScope = _tensors.Count;
                _tensors.Add(tensor);
            }
            else
            {
                tensor.SlotInScope = -1;
                tensor.Dispose();
            }
        }
    }

    public void Dispose()
    {
        if (_manager is not { } manager) return;
        DisposeEverything();
        manager.Remove(this);
        _manager = null;
    }

    /// <summary>Takes an object out that its owner has disposed.</summary>
    public void MarkAsDisposed(IDisposable disposable)
    {
        _ = Manager;
        if (disposable is torch.Tensor tensor && tensor.OwningDisposeScope == this) Remove(tensor);
    }

    internal void Add(torch.Tensor tensor)
    {
        tensor.OwningDisposeScope = this;
        tensor.SlotInScope = _tensors.Count;
        _tensors.Add(tensor);
    }

    /// <summary>The last one takes the place of the one that leaves: no search, no shifting.</summary>
    internal void Remove(torch.Tensor tensor)
    {
        int slot = tensor.SlotInScope;
        tensor.OwningDisposeScope = null;
        if (slot < 0) return;
        int end = _tensors.Count - 1;
        var last = _tensors[end];
        _tensors[slot] = last;
        last.SlotInScope = slot;
        _tensors.RemoveAt(end);
        tensor.SlotInScope = -1;
    }

    private void Move(DisposeScope? scope, IDisposable disposable)
    {
        var manager = Manager;
        if (disposable is not torch.Tensor tensor || tensor.OwningDisposeScope != this || scope == this) return;
        Remove(tensor);
        if (scope is not null) scope.Add(tensor);
        else manager.ThreadStatistics.TensorStatistics.DetachedFromScopeCount++;
    }

    private void AttachOne(IDisposable disposable)
    {
        var manager = Manager;
        if (disposable is not torch.Tensor tensor)
            throw new InvalidOperationException($"A dispose scope manages tensors; it was given a {disposable?.GetType().Name ?? "null"}.");
        if (tensor.OwningDisposeScope == this) return;
        tensor.OwningDisposeScope?.Remove(tensor);
        Add(tensor);
        manager.ThreadStatistics.TensorStatistics.AttachedToScopeCount++;
    }
}
