// TorchSharp's signatures here say nothing about null, and callers' overrides compile against either ground only if these say nothing too.
#nullable disable
using TorchSharp.Interop;

namespace TorchSharp;

public static partial class torch
{
    public partial class Tensor
    {
        public bool requires_grad
        {
            get => Info.RequiresGrad != 0;
            set
            {
                NativeError.Check(NativeMethods.deq_set_requires_grad(Handle, value ? 1 : 0), "requires_grad");
                GC.KeepAlive(this);
            }
        }

        public Tensor requires_grad_(bool requires_grad = true)
        {
            this.requires_grad = requires_grad;
            return this;
        }

        public Tensor with_requires_grad(bool requires_grad = true) => requires_grad_(requires_grad);

        public void retain_grad()
        {
            NativeError.Check(NativeMethods.deq_retain_grad(Handle), "retain_grad");
            GC.KeepAlive(this);
        }

#nullable enable
        /// <summary>The accumulated gradient; each reading makes a new wrapper of it.</summary>
        public unsafe Tensor? grad
        {
            get
            {
                nint g;
                NativeError.Check(NativeMethods.deq_get_grad(Handle, &g), "grad");
                GC.KeepAlive(this);
                return g == 0 ? null : new Tensor(g);
            }

            set
            {
                NativeError.Check(NativeMethods.deq_set_grad(Handle, value is null ? 0 : value.Handle), "grad");
                GC.KeepAlive(value);
                GC.KeepAlive(this);
            }
        }
#nullable disable

        public void backward() => autograd.backward(this);

        public void backward(IList<Tensor> grad_tensors = null, bool retain_graph = false, bool create_graph = false, IList<Tensor> inputs = null)
            => autograd.backward(this, grad_tensors, retain_graph, create_graph, inputs);
    }

    public static partial class autograd
    {
        /// <remarks>As in TorchSharp, <paramref name="create_graph"/> alone does not keep the graph that is differentiated.</remarks>
        public static unsafe IList<Tensor> grad(
            IList<Tensor> outputs, IList<Tensor> inputs, IList<Tensor> grad_outputs = null,
            bool retain_graph = false, bool create_graph = false, bool allow_unused = false)
        {
            nint[] o = Handles(outputs, nameof(outputs)), i = Handles(inputs, nameof(inputs)), g = OptionalHandles(grad_outputs);
            var results = new nint[i.Length];
            int code;
            fixed (nint* op = o, ip = i, gp = g, rp = results)
            {
                code = NativeMethods.deq_grad(
                    op, o.Length, ip, i.Length, gp, g.Length, retain_graph ? 1 : 0, create_graph ? 1 : 0, allow_unused ? 1 : 0, rp);
            }

            GC.KeepAlive(outputs);
            GC.KeepAlive(inputs);
            GC.KeepAlive(grad_outputs);
            NativeError.Check(code, "autograd.grad");
            return Array.ConvertAll(results, r => new Tensor(r)).ToList();
        }

        public static unsafe void backward(
            IList<Tensor> tensors, IList<Tensor> grad_tensors = null, bool? retain_graph = null, bool create_graph = false, IList<Tensor> inputs = null)
        {
            nint[] t = Handles(tensors, nameof(tensors)), g = OptionalHandles(grad_tensors), i = OptionalHandles(inputs);
            int code;
            fixed (nint* tp = t, gp = g, ip = i)
                code = NativeMethods.deq_backward(tp, t.Length, gp, g.Length, ip, i.Length, retain_graph ?? create_graph ? 1 : 0, create_graph ? 1 : 0);
            GC.KeepAlive(tensors);
            GC.KeepAlive(grad_tensors);
            GC.KeepAlive(inputs);
            NativeError.Check(code, "autograd.backward");
        }

        public static void backward(
            Tensor tensor, IList<Tensor> grad_tensors = null, bool? retain_graph = null, bool create_graph = false, IList<Tensor> inputs = null)
            => backward([tensor], grad_tensors, retain_graph, create_graph, inputs);

        public static void backward(Tensor tensor, Tensor grad_tensor, bool? retain_graph = null, bool create_graph = false, IList<Tensor> inputs = null)
            => backward([tensor], [grad_tensor], retain_graph, create_graph, inputs);

        public static AnomalyMode detect_anomaly(bool check_nan = true) => new(true, check_nan);

        public static AnomalyMode set_detect_anomaly(bool mode, bool check_nan = true) => new(mode, check_nan);

        private static nint[] Handles(IList<Tensor> tensors, string name)
        {
            ArgumentNullException.ThrowIfNull(tensors, name);
            var handles = new nint[tensors.Count];
            for (int i = 0; i < handles.Length; i++)
            {
                ArgumentNullException.ThrowIfNull(tensors[i], $"{name}[{i}]");
                handles[i] = tensors[i].Handle;
            }

            return handles;
        }

        /// <summary>A null or undefined entry says that there is no gradient to give for that output.</summary>
        private static nint[] OptionalHandles(IList<Tensor> tensors)
        {
            if (tensors is null) return [];
            var handles = new nint[tensors.Count];
            for (int i = 0; i < handles.Length; i++) handles[i] = tensors[i] is null ? 0 : tensors[i].Handle;
            return handles;
        }
    }
}
