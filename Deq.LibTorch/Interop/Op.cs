using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text;
using Tensor = TorchSharp.torch.Tensor;

namespace TorchSharp.Interop;

/// <summary>
/// An operator of libtorch, found at its first call: a libtorch that lacks one only troubles whoever calls it.
/// </summary>
/// <param name="name">Name and overload as the schema has them: <c>add.Tensor</c>.</param>
/// <param name="arguments">
/// The arguments' names, comma-separated, in the order in which callers pass them; for operators whose argument list changed
/// between versions. Without it the order is the schema's.
/// </param>
internal sealed unsafe class Op(string name, string? arguments = null)
{
    private const int StackScratch = 1024;
    private nint _handle;

    private nint Handle => _handle != 0 ? _handle : Resolve();

    [MethodImpl(MethodImplOptions.NoInlining)]
    private nint Resolve()
    {
        int dot = name.IndexOf('.');
        string overload = dot < 0 ? "" : name[(dot + 1)..];
        nint found;
        fixed (byte* n = Zero("aten::" + (dot < 0 ? name : name[..dot])), o = Zero(overload), a = arguments is null ? null : Zero(arguments))
            NativeError.Check(NativeMethods.deq_operator(n, o, a, &found), name);
        return _handle = found;

        static byte[] Zero(string text) => Encoding.UTF8.GetBytes(text + "\0");
    }

    internal Tensor Call(params ReadOnlySpan<Arg> args)
    {
        Value r;
        Run(args, &r, 1);
        return new Tensor(r.Pointer, r.Count);
    }

    internal (Tensor, Tensor) Call2(params ReadOnlySpan<Arg> args)
    {
        Value* v = stackalloc Value[2];
        Run(args, v, 2);
        return (new(v[0].Pointer, v[0].Count), new(v[1].Pointer, v[1].Count));
    }

    internal (Tensor, Tensor, Tensor) Call3(params ReadOnlySpan<Arg> args)
    {
        Value* v = stackalloc Value[3];
        Run(args, v, 3);
        return (new(v[0].Pointer, v[0].Count), new(v[1].Pointer, v[1].Count), new(v[2].Pointer, v[2].Count));
    }

    internal (Tensor, Tensor, Tensor, Tensor) Call4(params ReadOnlySpan<Arg> args)
    {
        Value* v = stackalloc Value[4];
        Run(args, v, 4);
        return (new(v[0].Pointer, v[0].Count), new(v[1].Pointer, v[1].Count), new(v[2].Pointer, v[2].Count), new(v[3].Pointer, v[3].Count));
    }

    internal Tensor[] CallList(params ReadOnlySpan<Arg> args)
    {
        Value r;
        Run(args, &r, 1);
        var tensors = new Tensor[r.Count];
        for (int i = 0; i < tensors.Length; i++) tensors[i] = new Tensor(((nint*)r.Pointer)[i]);
        NativeMethods.deq_free_memory(r.Pointer);
        return tensors;
    }

    /// <summary>An operator that changes its first argument, which is given back: the same object, as callers chain on it.</summary>
    internal Tensor InPlace(params ReadOnlySpan<Arg> args)
    {
        Do(args);
        return (Tensor)args[0].Source!;
    }

    /// <summary>Puts the result where the caller wants it, if anywhere.</summary>
    internal Tensor Into(Tensor? target, params ReadOnlySpan<Arg> args)
    {
        var result = Call(args);
        if (target is null) return result;
        using (result)
        {
            Aten.resize_.Do(target, result.shape);
            return Aten.copy_.InPlace(target, result);
        }
    }

    /// <summary>For the effect alone.</summary>
    internal void Do(params ReadOnlySpan<Arg> args)
    {
        Value* v = stackalloc Value[4];
        int n = Run(args, v, 4);
        for (int i = 0; i < n; i++)
            if (v[i].Tag == Tag.Tensor) NativeMethods.deq_free(v[i].Pointer);
    }

    internal bool CallBool(params ReadOnlySpan<Arg> args)
    {
        Value r;
        Run(args, &r, 1);
        return r.Bits != 0;
    }

    internal long CallLong(params ReadOnlySpan<Arg> args)
    {
        Value r;
        Run(args, &r, 1);
        return r.Bits;
    }

    internal double CallDouble(params ReadOnlySpan<Arg> args)
    {
        Value r;
        Run(args, &r, 1);
        return r.Number;
    }

    internal Scalar CallScalar(params ReadOnlySpan<Arg> args)
    {
        Value r;
        Run(args, &r, 1);
        return Scalar.From(r);
    }

    /// <summary>Lays out the arguments, calls, and gives the number of results.</summary>
    private int Run(ReadOnlySpan<Arg> args, Value* results, int capacity)
    {
        int count = args.Length, bytes = 0;
        Value* values = stackalloc Value[count];
        for (int i = 0; i < count; i++)
        {
            ref readonly var a = ref args[i];
            if (a.Tag == Tag.Tensor) Fill(values + i, Unsafe.As<Tensor>(a.Source!), i);
            else if (a.Tag <= Tag.Bool) (values[i].Tag, values[i].Bits) = (a.Tag, a.Bits);
            else bytes += a.ScratchBytes;
        }

        void* heap = null;
        if (bytes > StackScratch) heap = FillLists(args, values, (byte*)NativeMemory.Alloc((nuint)bytes));
        else
        {
            byte* scratch = stackalloc byte[bytes];
            FillLists(args, values, scratch);
        }

        int code = NativeMethods.deq_call(Handle, values, count, results, capacity);
        // A finalizer must not free an argument while the operator reads it.
        for (int i = 0; i < count; i++) GC.KeepAlive(args[i].Source);
        if (heap != null) NativeMemory.Free(heap);
        if (code < 0) NativeError.Throw(code, name);
        return code;
    }

    private void* FillLists(ReadOnlySpan<Arg> args, Value* values, byte* scratch)
    {
        byte* start = scratch;
        for (int i = 0; i < args.Length; i++)
            if (args[i].Tag > Tag.Bool) scratch = FillList(values + i, in args[i], i, scratch);
        return start;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void Fill(Value* v, Tensor t, int position)
    {
        v->Tag = Tag.Tensor;
        v->Pointer = t.handle != 0 ? t.handle : Invalid(position);
    }

    private byte* FillList(Value* v, in Arg a, int position, byte* scratch)
    {
        (v->Tag, v->Count, v->Bits) = (a.Tag, a.Count, a.Bits);
        int bytes = a.ScratchBytes;
        if (bytes != 0) v->Pointer = (nint)scratch;
        switch (a.Tag)
        {
            case Tag.Generator:
                v->Pointer = Unsafe.As<torch.Generator>(a.Source!).Handle;
                break;
            case Tag.Ints:
                Unsafe.As<long[]>(a.Source!).CopyTo(new Span<long>(scratch, a.Count));
                break;
            case Tag.Doubles:
                Unsafe.As<double[]>(a.Source!).CopyTo(new Span<double>(scratch, a.Count));
                break;
            case Tag.Complex:
                Unsafe.As<double[]>(a.Source!).CopyTo(new Span<double>(scratch, 2));
                break;
            case Tag.Bools:
                Unsafe.As<bool[]>(a.Source!).CopyTo(new Span<bool>(scratch, a.Count));
                break;
            case Tag.String:
                Encoding.UTF8.GetBytes((string)a.Source!, new Span<byte>(scratch, bytes));
                break;
            case Tag.Tensors:
                var list = (Tensor?[])a.Source!;
                for (int i = 0; i < list.Length; i++)
                    ((nint*)scratch)[i] = list[i] is not { } t ? 0 : t.handle != 0 ? t.handle : Invalid(position);
                break;
        }

        return scratch + bytes;
    }

    private nint Invalid(int position) => throw new ObjectDisposedException(
        nameof(Tensor), $"{name}: the tensor in argument {position} was disposed, or is undefined (a gradient that does not exist: IsInvalid).");
}
