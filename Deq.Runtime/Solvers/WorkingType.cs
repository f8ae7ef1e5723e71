using static TorchSharp.torch;

namespace Deq.Solvers;

/// <summary>
/// The type that a solver computes in. The eight bits of a bfloat16 mantissa hold neither a residual of 1e-3 beside a state of 1 nor a
/// history whose differences are smaller still, so narrow types are widened; the cell alone keeps its own.
/// </summary>
internal static class WorkingType
{
    public static ScalarType Of(ScalarType cell) => cell is ScalarType.BFloat16 or ScalarType.Float16 ? ScalarType.Float32 : cell;
}
