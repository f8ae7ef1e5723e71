using TorchSharp.Interop;

namespace TorchSharp;

public enum DeviceType
{
    CPU = 0,
    CUDA = 1,
    MKLDNN = 2,
    OPENGL = 3,
    OPENCL = 4,
    IDEEP = 5,
    HIP = 6,
    FPGA = 7,
    MSNPU = 8,
    XLA = 9,
    MPS = 13,
    META = 14,
}

public static partial class torch
{
    public class Device
    {
        public DeviceType type { get; }

        /// <summary>-1: the current one of its type.</summary>
        public int index { get; }

        /// <param name="description"><c>cpu</c>, <c>cuda</c>, <c>cuda:1</c>.</param>
        public Device(string description)
        {
            ArgumentNullException.ThrowIfNull(description);
            int colon = description.IndexOf(':');
            type = Parse(colon < 0 ? description : description[..colon]);
            index = -1;
            if (colon >= 0)
            {
                if (!int.TryParse(description.AsSpan(colon + 1), out int i) || i < 0)
                    throw new ArgumentException($"'{description}' names no device: write 'cpu', 'cuda' or 'cuda:0'.", nameof(description));
                index = i;
            }
        }

        public Device(string deviceType, int index = -1) => (type, this.index) = (Parse(deviceType), index);
        public Device(DeviceType deviceType, int index = -1) => (type, this.index) = (deviceType, index);
        public Device(int index) => (type, this.index) = (DeviceType.CUDA, index);

        public override string ToString() => type == DeviceType.CPU || index < 0 ? type.ToString().ToLowerInvariant() : $"{type.ToString().ToLowerInvariant()}:{index}";

        public static implicit operator Device(string description) => new(description);

        private static DeviceType Parse(string name) =>
            name is not null && Enum.TryParse(name, ignoreCase: true, out DeviceType t) && Enum.IsDefined(t) && !char.IsAsciiDigit(name[0])
                ? t
                : throw new ArgumentException($"'{name}' is no type of device; known are {string.Join(", ", Enum.GetNames<DeviceType>()).ToLowerInvariant()}.", nameof(name));
    }

    public static readonly Device CPU = new(DeviceType.CPU);
    public static readonly Device META = new(DeviceType.META);
    public static Device CUDA => InitializeDevice(new Device(DeviceType.CUDA));

    public static Device device(string description) => InitializeDevice(new Device(description));
    public static Device device(string deviceType, int index = -1) => InitializeDevice(new Device(deviceType, index));
    public static Device device(DeviceType deviceType, int index = -1) => InitializeDevice(new Device(deviceType, index));
    public static Device device(int index) => InitializeDevice(new Device(index));

    public static Device InitializeDevice(Device? device)
    {
        if (device is null) return CPU;
        InitializeDeviceType(device.type);
        return device;
    }

    public static void InitializeDeviceType(DeviceType deviceType)
    {
        if (!TryInitializeDeviceType(deviceType))
        {
            throw new InvalidOperationException(deviceType == DeviceType.CUDA
                ? "This libtorch sees no CUDA device: use torch.CPU, or a libtorch with CUDA (LIBTORCH=..., LIBTORCH_USE_PYTORCH=1)."
                : $"This libtorch has no devices of type {deviceType}: use torch.CPU or torch.CUDA.");
        }
    }

    public static bool TryInitializeDeviceType(DeviceType deviceType) => deviceType switch
    {
        DeviceType.CPU or DeviceType.META => true,
        DeviceType.CUDA => cuda.is_available(),
        _ => false,
    };

    private static Device _defaultDevice = CPU;

    public static Device get_default_device() => _defaultDevice;
    public static void set_default_device(Device device) => _defaultDevice = InitializeDevice(device);
    public static void set_default_device(string device) => set_default_device(new Device(device));

    public static bool cuda_is_available() => cuda.is_available();

    public static class cuda
    {
        private static readonly Lazy<int> Devices = new(() => Math.Max(0, NativeMethods.deq_cuda_device_count()));

        public static bool is_available() => Devices.Value > 0;
        public static int device_count() => Devices.Value;
        public static bool is_cudnn_available() => NativeMethods.deq_cudnn_available() > 0;

        /// <summary>Waits for everything that was started on a device.</summary>
        public static void synchronize(Device? device = null)
        {
            InitializeDeviceType(DeviceType.CUDA);
            NativeError.Check(NativeMethods.deq_cuda_synchronize(device?.index ?? -1), "cuda.synchronize");
        }

        public static void manual_seed(long seed)
        {
            InitializeDeviceType(DeviceType.CUDA);
            using var generator = Generator.DefaultOf(new Device(DeviceType.CUDA));
            generator.manual_seed(seed);
        }

        public static void manual_seed_all(long seed)
        {
            InitializeDeviceType(DeviceType.CUDA);
            for (int i = 0; i < device_count(); i++)
            {
                using var generator = Generator.DefaultOf(new Device(DeviceType.CUDA, i));
                generator.manual_seed(seed);
            }
        }
    }
}
