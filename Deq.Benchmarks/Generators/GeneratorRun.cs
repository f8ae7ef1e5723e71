using Deq.Generators;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace Deq.Benchmarks.Generators;

/// <summary>What a run of the generator did, in counts that no machine changes.</summary>
/// <param name="Parsed">Declarations that were looked at again.</param>
/// <param name="Changed">Models that came out new or different.</param>
/// <param name="Emitted">Files that were written anew.</param>
/// <param name="Cached">Files that were left as they were.</param>
internal sealed record GeneratorRun(int Parsed, int Changed, int Emitted, int Cached)
{
    public static GeneratorDriver Driver(bool tracks) => Driver(new EquilibriumLayerGenerator(), tracks);

    public static GeneratorDriver Driver(IIncrementalGenerator generator, bool tracks) => CSharpGeneratorDriver.Create(
        [generator.AsSourceGenerator()],
        parseOptions: LargeProject.Options,
        driverOptions: new GeneratorDriverOptions(IncrementalGeneratorOutputKind.None, trackIncrementalGeneratorSteps: tracks));

    /// <param name="driver">After a run, made to track its steps.</param>
    public static GeneratorRun Of(GeneratorDriver driver)
    {
        var result = driver.GetRunResult().Results.Single();
        if (result.Exception is { } exception) throw new InvalidOperationException("The generator failed.", exception);
        var layers = Reasons(result.TrackedSteps[EquilibriumLayerGenerator.LayersStep]);
        var files = Reasons(result.TrackedOutputSteps.SelectMany(step => step.Value));
        return new(
            layers.Count(reason => reason is not IncrementalStepRunReason.Cached),
            layers.Count(IsWork),
            files.Count(IsWork),
            files.Count(reason => reason is IncrementalStepRunReason.Cached));
    }

    private static bool IsWork(IncrementalStepRunReason reason) => reason is IncrementalStepRunReason.New or IncrementalStepRunReason.Modified;

    private static List<IncrementalStepRunReason> Reasons(IEnumerable<IncrementalGeneratorRunStep> steps) => [.. steps.SelectMany(step => step.Outputs).Select(output => output.Reason)];
}
