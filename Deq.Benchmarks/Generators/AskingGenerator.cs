using Deq.Generators;
using Microsoft.CodeAnalysis;

namespace Deq.Benchmarks.Generators;

/// <summary>
/// Asks Roslyn for the marked classes and does nothing with them: what a generator of this kind costs at every keystroke before it looks at
/// one. Roslyn binds the attributes of each candidate anew in every compilation.
/// </summary>
internal sealed class AskingGenerator : IIncrementalGenerator
{
    public void Initialize(IncrementalGeneratorInitializationContext context) => context.RegisterSourceOutput(
        context.SyntaxProvider.ForAttributeWithMetadataName(RuntimeNames.EquilibriumLayerAttribute, static (_, _) => true, static (found, _) => found.TargetSymbol.Name),
        static (_, _) => { });
}
