using TorchSharp.Interop;

namespace TorchSharp;

public static partial class torch
{
    /// <summary>A stream of random numbers. The same seed gives the numbers that PyTorch gives.</summary>
    public unsafe class Generator : IDisposable
    {
        private nint _handle;

        public Generator(ulong seed = 0, Device? device = null)
        {
            this.device = device ?? CPU;
            nint made;
            NativeError.Check(NativeMethods.deq_new_generator((int)this.device.type, this.device.index, seed, &made), "Generator");
            _handle = made;
        }

        private Generator(nint handle, Device device) => (_handle, this.device) = (handle, device);

        ~Generator() => Dispose(false);

        public void Dispose()
        {
            Dispose(true);
            GC.SuppressFinalize(this);
        }

        protected virtual void Dispose(bool disposing)
        {
            nint h = Interlocked.Exchange(ref _handle, 0);
            if (h != 0) NativeMethods.deq_free_generator(h);
        }

        public static Generator Default => DefaultOf(CPU);

        public Device device { get; }

        public IntPtr Handle => _handle != 0 ? _handle : throw new ObjectDisposedException(nameof(Generator));

        public Generator manual_seed(long seed)
        {
            NativeError.Check(NativeMethods.deq_generator_set_seed(Handle, (ulong)seed), "Generator.manual_seed");
            GC.KeepAlive(this);
            return this;
        }

        /// <summary>Seeds from the machine's entropy, and says with what.</summary>
        public long seed()
        {
            ulong s;
            NativeError.Check(NativeMethods.deq_generator_seed(Handle, &s), "Generator.seed");
            GC.KeepAlive(this);
            return (long)s;
        }

        public long initial_seed()
        {
            ulong s;
            NativeError.Check(NativeMethods.deq_generator_initial_seed(Handle, &s), "Generator.initial_seed");
            GC.KeepAlive(this);
            return (long)s;
        }

        public Tensor get_state()
        {
            nint state;
            NativeError.Check(NativeMethods.deq_generator_get_state(Handle, &state), "Generator.get_state");
            GC.KeepAlive(this);
            return new Tensor(state);
        }

        public void set_state(Tensor value)
        {
            ArgumentNullException.ThrowIfNull(value);
            NativeError.Check(NativeMethods.deq_generator_set_state(Handle, value.Handle), "Generator.set_state");
            GC.KeepAlive(value);
            GC.KeepAlive(this);
        }

        /// <summary>The generator that a device's random operators use where none is named.</summary>
        internal static Generator DefaultOf(Device device)
        {
            nint found;
            NativeError.Check(NativeMethods.deq_default_generator((int)device.type, device.index, &found), "random");
            return new Generator(found, device);
        }
    }

    public static class random
    {
        public static Generator manual_seed(long seed)
        {
            NativeError.Check(NativeMethods.deq_manual_seed(seed), "manual_seed");
            return Generator.DefaultOf(CPU);
        }

        public static long seed()
        {
            using var generator = Generator.DefaultOf(CPU);
            long s = generator.seed();
            NativeError.Check(NativeMethods.deq_manual_seed(s), "seed");
            return s;
        }

        public static long initial_seed()
        {
            using var generator = Generator.DefaultOf(CPU);
            return generator.initial_seed();
        }

        public static Tensor get_rng_state()
        {
            using var generator = Generator.DefaultOf(CPU);
            return generator.get_state();
        }

        public static void set_rng_state(Tensor new_state)
        {
            using var generator = Generator.DefaultOf(CPU);
            generator.set_state(new_state);
        }
    }

    public static Generator manual_seed(long seed) => random.manual_seed(seed);
    public static long seed() => random.seed();
    public static long initial_seed() => random.initial_seed();
    public static Tensor get_rng_state() => random.get_rng_state();
    public static void set_rng_state(Tensor new_state) => random.set_rng_state(new_state);
}
