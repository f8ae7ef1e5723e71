namespace Deq.Samples.Doctor;

/// <summary>The linear algebra under libtorch's matrix products; it decides the speed of everything here.</summary>
/// <param name="Name">Its name as people know it.</param>
/// <param name="Path">The library that is loaded; null where it is inside libtorch itself.</param>
/// <param name="IsReference">Netlib's reference implementation: right, and several times slower than the others.</param>
internal sealed record BlasLibrary(string Name, string? Path, bool IsReference)
{
    private static readonly (string Part, string Name)[] Known =
        [("openblas", "OpenBLAS"), ("mkl", "MKL"), ("blis", "BLIS"), ("atlas", "ATLAS"), ("armpl", "Arm Performance Libraries")];

    /// <summary>Recognizes it by the files that a process has loaded; alternatives are told apart by their folder (.../openblas-pthread/libblas.so.3).</summary>
    public static BlasLibrary Among(IEnumerable<string> loaded)
    {
        string[] libraries = [.. loaded];
        foreach ((string part, string name) in Known)
        {
            if (libraries.FirstOrDefault(path => path.Contains(part, StringComparison.OrdinalIgnoreCase)) is { } found)
                return new(name, found, false);
        }

        return libraries.FirstOrDefault(path => System.IO.Path.GetFileName(path).StartsWith("libblas.so", StringComparison.Ordinal)) is { } reference
            ? new("the reference BLAS", reference, true)
            : new("inside libtorch (MKL or OpenBLAS in PyTorch's own builds)", null, false);
    }
}
