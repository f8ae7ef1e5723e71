// TorchSharp's signatures here say nothing about null, and callers' overrides compile against either ground only if these say nothing too.
#nullable disable
using TorchSharp.Interop;

namespace TorchSharp;

public static partial class torch
{
    public static partial class autograd
    {
        /// <summary>What one application of a function carries from its forward to its backward.</summary>
        public class AutogradContext : IDisposable
        {
            private readonly Dictionary<string, object> _data = [];
            private List<Tensor> _toSave = [];
            private List<Tensor> _dirty = [];
            private List<Tensor> _withoutGradient = [];
            private nint _node;

            internal AutogradContext()
            {
            }

            public bool MaterializeGrads { get; private set; } = true;

            /// <summary>Inputs and outputs that the backward needs: kept without a cycle, checked for changes in place, freed with the graph.</summary>
            public void save_for_backward(List<Tensor> tensors) => _toSave = tensors ?? throw new ArgumentNullException(nameof(tensors));

            /// <summary>New wrappers of the saved tensors, in the order in which they were saved; null where null was saved.</summary>
            public unsafe List<Tensor> get_saved_variables()
            {
                if (_node == 0)
                {
                    throw new InvalidOperationException(
                        "get_saved_variables() is for the backward of a function whose graph is alive; this context has none.");
                }

                int count = _toSave.Count;
                var handles = new nint[Math.Max(count, 1)];
                fixed (nint* h = handles) NativeError.Check(NativeMethods.deq_node_saved(_node, h, count), "get_saved_variables");
                var saved = new List<Tensor>(count);
                for (int i = 0; i < count; i++) saved.Add(handles[i] == 0 ? null : new Tensor(handles[i]));
                return saved;
            }

            /// <summary>Anything but a tensor: a tensor kept here that leads back to this graph is never freed.</summary>
            public void save_data(string key, object value) => _data[key] = value;

            public object get_data(string key) => _data.GetValueOrDefault(key);

            /// <summary>Names the inputs that the forward changed in place.</summary>
            public void mark_dirty(List<Tensor> tensors) => _dirty = [.. tensors];

            /// <summary>Names the outputs that have no gradient.</summary>
            public void mark_non_differentiable(List<Tensor> tensors) => _withoutGradient = [.. tensors];

            /// <summary>False: the backward gets an invalid tensor, not zeros, for an output that nothing depends on.</summary>
            public void set_materialize_grads(bool value) => MaterializeGrads = value;

            public void Dispose()
            {
                Dispose(true);
                GC.SuppressFinalize(this);
            }

            protected virtual void Dispose(bool disposing)
            {
                _node = 0;
                _data.Clear();
            }

            internal IReadOnlyList<Tensor> ToSave => _toSave;
            internal IReadOnlyList<Tensor> Dirty => _dirty;
            internal IReadOnlyList<Tensor> WithoutGradient => _withoutGradient;

            internal void BelongsTo(nint node) => _node = node;

            /// <summary>The node has them now; only how many there are is remembered.</summary>
            internal void Saved() => _toSave = [.. new Tensor[_toSave.Count]];
        }
    }
}
