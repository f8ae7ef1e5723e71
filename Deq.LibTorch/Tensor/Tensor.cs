using System.Runtime.CompilerServices;
using TorchSharp.Interop;

namespace TorchSharp;

public static partial class torch
{
    /// <summary>A tensor of libtorch: an owned native handle, freed by <see cref="Dispose()"/>, by its dispose scope, or by its finalizer.</summary>
    public partial class Tensor : IDisposable
    {
        internal nint handle;
        internal DisposeScope? OwningDisposeScope;

        /// <summary>Where the owning scope has this tensor, so that it is found again without a search.</summary>
        internal int SlotInScope;

        /// <summary>Storage that came with this handle, in units of 64 bytes: see <see cref="NativeMemoryBudget"/>.</summary>
        private readonly int _storageUnits;
        private static long _totalCount;
        private static long _peakCount;

        /// <param name="handle">Owned from here on; zero is an undefined tensor, as autograd gives one where there is no gradient.</param>
        /// <param name="storageUnits">What the native side reported with it.</param>
        internal Tensor(nint handle, int storageUnits = 0)
        {
            this.handle = handle;
            WasValid = handle != 0;
            _storageUnits = storageUnits;
            if (handle == 0) return;
            long live = Interlocked.Increment(ref _totalCount);
            if (live > Volatile.Read(ref _peakCount)) Volatile.Write(ref _peakCount, live);
            NativeMemoryBudget.Took(storageUnits);
            DisposeScopeManager.ThreadSingleton.Register(this);
        }

        ~Tensor() => Dispose(false);

        public void Dispose()
        {
            Dispose(true);
            GC.SuppressFinalize(this);
        }

        protected virtual void Dispose(bool disposing)
        {
            nint h = Interlocked.Exchange(ref handle, 0);
            if (h == 0) return;
            if (disposing) DisposeScopeManager.ThreadSingleton.Disposing(this);
            Interlocked.Decrement(ref _totalCount);
            NativeMemoryBudget.Gave(_storageUnits);
            NativeMethods.deq_free(h);
        }

        /// <summary>Takes another handle in place of this one: the tensor that autograd gave a history, or data moved elsewhere.</summary>
        internal void Become(nint other)
        {
            nint old = handle;
            handle = other;
            if (old != 0) NativeMethods.deq_free(old);
        }

        /// <summary>True for a disposed tensor, and for one that autograd left undefined (an unused gradient).</summary>
        public bool IsInvalid => handle == 0;

        /// <summary>Tells a disposed tensor from one that never was.</summary>
        internal bool WasValid { get; }

        public IntPtr Handle
        {
            [MethodImpl(MethodImplOptions.AggressiveInlining)]
            get => handle != 0 ? handle : throw Invalid();
        }

        private static ObjectDisposedException Invalid() => new(nameof(Tensor), "The tensor was disposed, or is undefined (a gradient that does not exist): its handle is empty.");

        /// <summary>Gives the native handle away: the caller owns it, this tensor is invalid.</summary>
        public IntPtr DecoupleFromNativeHandle()
        {
            nint h = Handle;
            GC.SuppressFinalize(this);
            OwningDisposeScope?.Remove(this);
            handle = 0;
            Interlocked.Decrement(ref _totalCount);
            NativeMemoryBudget.Gave(_storageUnits);
            return h;
        }

        public static Tensor UnsafeCreateTensor(IntPtr handle) => new(handle);

        /// <summary>Tensors alive in this process.</summary>
        public static long TotalCount => Interlocked.Read(ref _totalCount);

        public static long PeakCount => Interlocked.Read(ref _peakCount);

        public string? name { get; set; }

        public Tensor MoveToOuterDisposeScope()
        {
            OwningDisposeScope?.MoveToOuter(this);
            return this;
        }

        public Tensor DetachFromDisposeScope()
        {
            OwningDisposeScope?.Detach(this);
            return this;
        }

        public Tensor MoveToOtherDisposeScope(Tensor other) => MoveToOtherDisposeScope(other.OwningDisposeScope);

        public Tensor MoveToOtherDisposeScope(DisposeScope? other)
        {
            if (OwningDisposeScope is { } scope) scope.MoveToOther(other, this);
            else other?.Attach(this);
            return this;
        }

        internal unsafe TensorInfo Info
        {
            get
            {
                TensorInfo info;
                NativeError.Check(NativeMethods.deq_info(Handle, &info), "tensor");
                GC.KeepAlive(this);
                return info;
            }
        }

        public override bool Equals(object? obj) => obj is Tensor other && Equals(other);

        public bool Equals(Tensor target) => ReferenceEquals(this, target) || (target is not null && Aten.equal.CallBool(this, target));

        public override int GetHashCode() => RuntimeHelpers.GetHashCode(this);
    }
}
