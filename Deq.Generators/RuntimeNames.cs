namespace Deq.Generators;

/// <summary>
/// The names of the runtime and of torch that the generator reads and writes. It references neither assembly; a test resolves each
/// of these names against them.
/// </summary>
internal static class RuntimeNames
{
    public const string Namespace = "Deq";

    public const string EquilibriumLayerAttribute = "Deq.EquilibriumLayerAttribute";
    public const string CellAttribute = "Deq.CellAttribute";
    public const string InitialStateAttribute = "Deq.InitialStateAttribute";
    public const string SolverAttribute = "Deq.SolverAttribute";
    public const string BackwardSolverAttribute = "Deq.BackwardSolverAttribute";
    public const string JacobianRegAttribute = "Deq.JacobianRegAttribute";
    public const string FixedPointCorrectionAttribute = "Deq.FixedPointCorrectionAttribute";

    public const string GradientAttribute = "Deq.GradientAttribute";
    public const string ReversibleAttribute = "Deq.ReversibleAttribute";

    public const string Defaults = "Deq.EquilibriumDefaults";
    public const string StopMode = "Deq.StopMode";
    public const string GradientMode = "Deq.GradientMode";
    public const string Options = "Deq.EquilibriumOptions";
    public const string Statistics = "Deq.EquilibriumStatistics";
    public const string Result = "Deq.EquilibriumResult";
    public const string Layer = "Deq.IEquilibriumLayer";
    public const string LayerState = "Deq.EquilibriumLayerState";
    public const string Call = "Deq.EquilibriumCall";
    public const string InputTensors = "Deq.InputTensors";
    public const string ImplicitGradient = "Deq.Gradients.ImplicitGradient";
    public const string ReversibleGradient = "Deq.Gradients.ReversibleGradient";
    public const string Solvers = "Deq.Solvers";
    public const string FixedPointSolver = "Deq.Solvers.FixedPointSolver";

    public const string Tensor = "TorchSharp.torch.Tensor";
    public const string ScalarType = "TorchSharp.torch.ScalarType";
    public const string Torch = "TorchSharp.torch";
    public const string Parameter = "TorchSharp.Modules.Parameter";
    public const string AutogradContext = "TorchSharp.torch.autograd.AutogradContext";
    public const string SingleTensorFunction = "TorchSharp.torch.autograd.SingleTensorFunction";

    /// <summary>The type by its full name, whatever the reader's namespaces hold.</summary>
    public static string Global(string name) => "global::" + name;
}
