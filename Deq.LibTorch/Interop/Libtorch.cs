using System.Diagnostics.CodeAnalysis;
using System.Reflection;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace TorchSharp.Interop;

/// <summary>Loads the native library that <see cref="NativeLibrarySearch"/> finds.</summary>
internal static class Libtorch
{
    [ModuleInitializer]
    [SuppressMessage("Usage", "CA2255", Justification = "The resolver must be there before the first call, whoever makes it.")]
    internal static void RegisterResolver() => NativeLibrary.SetDllImportResolver(typeof(Libtorch).Assembly, Resolve);

    private static nint Resolve(string name, Assembly assembly, DllImportSearchPath? searchPath)
    {
        if (name != NativeMethods.Library) return 0;
        string folder = Path.GetDirectoryName(assembly.Location) is { Length: > 0 } beside ? beside : AppContext.BaseDirectory;
        DllNotFoundException? first = null;
        IReadOnlyList<string> candidates = NativeLibrarySearch.Candidates(folder);
        foreach (string path in candidates)
        {
            try
            {
                return NativeLibrary.Load(path);
            }
            catch (DllNotFoundException e)
            {
                first ??= e;
            }
        }

        throw NativeLibrarySearch.Missing(
            $"{candidates[0]} is there, but cannot be loaded: its libtorch is gone, is another version than it was built for, or lacks a library of its own. "
            + $"Mend the libtorch (apt-get install libtorch-dev g++) or choose another by LIBTORCH or LIBTORCH_USE_PYTORCH=1, then build again. The loader said: {Reason(first!)}",
            first);
    }

    /// <summary>The last line: those before it advise on debugging loaders, whatever went wrong.</summary>
    private static string Reason(DllNotFoundException e) => e.Message.Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)[^1];
}
