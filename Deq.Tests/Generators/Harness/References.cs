using Microsoft.CodeAnalysis;

namespace Deq.Tests.Generators.Harness;

/// <summary>What test sources are compiled against: the framework, TorchSharp and the runtime, as the tests themselves are.</summary>
internal static class References
{
    public static readonly IReadOnlyList<MetadataReference> All =
    [
        .. Framework().Select(path => MetadataReference.CreateFromFile(path)),
        MetadataReference.CreateFromFile(typeof(TorchSharp.torch.Tensor).Assembly.Location),
        MetadataReference.CreateFromFile(typeof(EquilibriumLayerAttribute).Assembly.Location),
    ];

    private static IEnumerable<string> Framework()
    {
        string folder = Path.GetDirectoryName(typeof(object).Assembly.Location)!;
        return ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!)
            .Split(Path.PathSeparator)
            .Where(path => Path.GetDirectoryName(path) == folder);
    }
}
