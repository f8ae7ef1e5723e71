using System.Diagnostics.CodeAnalysis;
using System.Reflection;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace TorchSharp.Interop;

/// <summary>Finds and loads the native library, which the build puts beside this assembly.</summary>
internal static class Libtorch
{
    private const string File = "libdeqtorch.so";

    [ModuleInitializer]
    [SuppressMessage("Usage", "CA2255", Justification = "The resolver must be there before the first call, whoever makes it.")]
    internal static void RegisterResolver() => NativeLibrary.SetDllImportResolver(typeof(Libtorch).Assembly, Resolve);

    /// <remarks><c>DEQ_LIBTORCH_NATIVE</c> names a library elsewhere: one built for another libtorch than the build's.</remarks>
    private static nint Resolve(string name, Assembly assembly, DllImportSearchPath? searchPath)
    {
        if (name != NativeMethods.Library) return 0;
        string folder = Path.GetDirectoryName(assembly.Location) is { Length: > 0 } beside ? beside : AppContext.BaseDirectory;
        string path = Environment.GetEnvironmentVariable("DEQ_LIBTORCH_NATIVE") is { Length: > 0 } elsewhere ? elsewhere : Path.Combine(folder, File);
        if (!System.IO.File.Exists(path))
        {
            throw new DllNotFoundException(
                $"Deq.LibTorch: {path} is missing. Build it with Deq.LibTorch/native/build.sh (needs: apt-get install libtorch-dev g++), "
                + "or set DEQ_LIBTORCH_NATIVE to where it lies.");
        }

        try
        {
            return NativeLibrary.Load(path);
        }
        catch (DllNotFoundException e)
        {
            throw new DllNotFoundException(
                $"Deq.LibTorch: {path} is there but its libtorch is not, or is another version than it was built for. "
                + "Install it (apt-get install libtorch-dev g++) or set LIBTORCH, delete that file and build again. The loader said: " + e.Message, e);
        }
    }
}
