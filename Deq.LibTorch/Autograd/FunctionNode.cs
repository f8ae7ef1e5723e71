using System.Runtime.InteropServices;
using System.Text;
using TorchSharp.Interop;
using AutogradContext = TorchSharp.torch.autograd.AutogradContext;
using Tensor = TorchSharp.torch.Tensor;

namespace TorchSharp;

/// <summary>
/// One application of a custom function: the managed end of a native graph node. The node owns it by a GC handle and lets go
/// when the graph dies; what the backward needs lies in the node as saved variables, never in here, because a cycle through
/// native memory is one that the collector cannot see.
/// </summary>
internal sealed unsafe class FunctionNode
{
    private readonly string _name;
    private readonly Func<AutogradContext, List<Tensor>, List<Tensor>> _backward;
    private readonly AutogradContext _context = new();
    private readonly bool[] _isTensor;
    private static int _alive;

    private FunctionNode(string name, Func<AutogradContext, List<Tensor>, List<Tensor>> backward, object?[] vars)
    {
        _name = name;
        _backward = backward;
        _isTensor = Array.ConvertAll(vars, v => v is Tensor { IsInvalid: false });
    }

    /// <summary>Applications whose graphs are alive.</summary>
    internal static int Alive => Volatile.Read(ref _alive);

    internal static List<Tensor> Apply(
        string name, Func<AutogradContext, object[], List<Tensor>> forward, Func<AutogradContext, List<Tensor>, List<Tensor>> backward, object[] vars)
    {
        var self = new FunctionNode(name, backward, vars);
        var inputs = vars.OfType<Tensor>().Where(t => !t.IsInvalid).ToArray();
        nint pending = self.Begin(inputs);
        List<Tensor> outputs;
        try
        {
            using (torch.no_grad()) outputs = forward(self._context, vars);
            if (outputs is null || outputs.Count == 0 || outputs.Contains(null!))
                throw new InvalidOperationException($"{name}: the forward returned {(outputs is null ? "null" : outputs.Count == 0 ? "no tensor" : "a null tensor")}.");
        }
        catch
        {
            NativeMethods.deq_node_abandon(pending);
            throw;
        }

        return pending == 0 ? WithoutGraph(inputs, self._context, outputs) : self.End(pending, inputs, outputs);
    }

    /// <summary>Gives the pending native node, or zero where no graph is wanted.</summary>
    private nint Begin(Tensor[] inputs)
    {
        var self = GCHandle.Alloc(this);
        Interlocked.Increment(ref _alive);
        nint pending = 0, node = 0;
        int code;
        fixed (byte* label = Encoding.UTF8.GetBytes(_name + "\0"))
        fixed (nint* i = Handles(inputs))
            code = NativeMethods.deq_node_begin(label, GCHandle.ToIntPtr(self), &RunBackward, &Release, &FreeException, i, inputs.Length, &pending, &node);
        GC.KeepAlive(inputs);
        if (code <= 0) Free(self);
        NativeError.Check(code, _name);
        _context.BelongsTo(node);
        return pending;
    }

    private List<Tensor> End(nint pending, Tensor[] inputs, List<Tensor> outputs)
    {
        var results = new nint[outputs.Count];
        nint[] dirty = Handles(_context.Dirty), constant = Handles(_context.WithoutGradient), save = Handles(_context.ToSave);
        int code;
        fixed (nint* i = Handles(inputs), o = Handles(outputs), d = dirty, c = constant, s = save, r = results)
        {
            code = NativeMethods.deq_node_end(
                pending, i, inputs.Length, o, outputs.Count, d, dirty.Length, c, constant.Length, s, save.Length, _context.MaterializeGrads ? 1 : 0, r);
        }

        GC.KeepAlive(inputs);
        GC.KeepAlive(outputs);
        GC.KeepAlive(_context.ToSave);
        NativeError.Check(code, _name);
        _context.Saved();
        // The forward's own objects become the outputs: nothing is left behind for a finalizer. An input that was given back
        // keeps its identity, and what the caller gets is another tensor.
        var outs = new List<Tensor>(results.Length);
        for (int k = 0; k < results.Length; k++)
        {
            if (inputs.Contains(outputs[k], ReferenceEqualityComparer.Instance) || outs.Contains(outputs[k], ReferenceEqualityComparer.Instance))
            {
                outs.Add(new Tensor(results[k]));
            }
            else
            {
                outputs[k].Become(results[k]);
                outs.Add(outputs[k]);
            }
        }

        return outs;
    }

    private static List<Tensor> WithoutGraph(Tensor[] inputs, AutogradContext context, List<Tensor> outputs)
    {
        using (torch.no_grad())
            return outputs.ConvertAll(o => inputs.Contains(o, ReferenceEqualityComparer.Instance) && !context.Dirty.Contains(o, ReferenceEqualityComparer.Instance) ? o.alias() : o);
    }

    /// <summary>An undefined tensor stands for no gradient, here and in what comes back.</summary>
    private void Run(nint* gradients, int count, nint* results)
    {
        var given = new List<Tensor>(count);
        for (int i = 0; i < count; i++) given.Add(new Tensor(NativeMethods.deq_retain(gradients[i])));
        var made = _backward(_context, given) ?? throw new InvalidOperationException($"{_name}: the backward returned null; it returns one entry per argument of the forward.");
        bool onlyNullsMore = made.Skip(_isTensor.Length).All(t => t is null || t.IsInvalid);
        if (made.Count < _isTensor.Length || !onlyNullsMore)
            throw new InvalidOperationException($"{_name}: the backward returned {made.Count} gradients for {_isTensor.Length} arguments of the forward; it returns one entry each, null for what is no tensor.");
        for (int i = 0, k = 0; i < _isTensor.Length; i++)
        {
            var gradient = made[i];
            if (!_isTensor[i])
            {
                if (gradient is { IsInvalid: false })
                    throw new InvalidOperationException($"{_name}: the backward returned a gradient for argument {i}, which is no tensor.");
                continue;
            }

            if (gradient is { IsInvalid: true, WasValid: true })
                throw new ObjectDisposedException(nameof(Tensor), $"{_name}: the gradient of argument {i} was disposed before the backward returned it: call MoveToOuterDisposeScope() on what leaves a scope.");
            results[k++] = gradient is null || gradient.IsInvalid ? 0 : NativeMethods.deq_retain(gradient.Handle);
        }
    }

    [UnmanagedCallersOnly]
    private static int RunBackward(nint self, nint* gradients, int count, nint* results, int resultCount, nint* exception, byte* message, int capacity)
    {
        try
        {
            ((FunctionNode)GCHandle.FromIntPtr(self).Target!).Run(gradients, count, results);
            return 0;
        }
        catch (Exception e)
        {
            *exception = GCHandle.ToIntPtr(GCHandle.Alloc(e));
            byte[] text = Encoding.UTF8.GetBytes($"{e.GetType().FullName}: {e.Message}");
            int length = Math.Min(text.Length, capacity - 1);
            text.AsSpan(0, length).CopyTo(new Span<byte>(message, capacity));
            message[length] = 0;
            return 1;
        }
    }

    [UnmanagedCallersOnly]
    private static void Release(nint self)
    {
        var handle = GCHandle.FromIntPtr(self);
        ((FunctionNode)handle.Target!)._context.Dispose();
        Free(handle);
    }

    [UnmanagedCallersOnly]
    private static void FreeException(nint exception) => GCHandle.FromIntPtr(exception).Free();

    private static void Free(GCHandle self)
    {
        self.Free();
        Interlocked.Decrement(ref _alive);
    }

    private static nint[] Handles(IReadOnlyList<Tensor> tensors)
    {
        var handles = new nint[tensors.Count];
        for (int i = 0; i < handles.Length; i++) handles[i] = tensors[i] is null ? 0 : tensors[i].handle;
        return handles;
    }
}
