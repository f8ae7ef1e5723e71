namespace Deq.Generators.Emission;

/// <summary>Types of the runtime and of torch as emitted code writes them.</summary>
internal static class TypeNames
{
    public static readonly string Tensor = RuntimeNames.Global(RuntimeNames.Tensor);
    public static readonly string Torch = RuntimeNames.Global(RuntimeNames.Torch);
    public static readonly string AutogradContext = RuntimeNames.Global(RuntimeNames.AutogradContext);
    public static readonly string Options = RuntimeNames.Global(RuntimeNames.Options);
    public static readonly string Statistics = RuntimeNames.Global(RuntimeNames.Statistics);
    public static readonly string Layer = RuntimeNames.Global(RuntimeNames.Layer);
    public static readonly string LayerState = RuntimeNames.Global(RuntimeNames.LayerState);
    public static readonly string Call = RuntimeNames.Global(RuntimeNames.Call);
    public static readonly string InputTensors = RuntimeNames.Global(RuntimeNames.InputTensors);
    public static readonly string ImplicitGradient = RuntimeNames.Global(RuntimeNames.ImplicitGradient);

    public static readonly string ReversibleGradient = RuntimeNames.Global(RuntimeNames.ReversibleGradient);

    public const string TensorList = "global::System.Collections.Generic.List<global::TorchSharp.torch.Tensor>";

    public static readonly string GeneratedCode =
        $"[global::System.CodeDom.Compiler.GeneratedCode(\"{EmittedBy.Tool}\", \"{EmittedBy.Version}\")]";

    public static string Result(string value) => $"{RuntimeNames.Global(RuntimeNames.Result)}<{value}>";

    public static string SingleTensorFunction(string function) => $"{RuntimeNames.Global(RuntimeNames.SingleTensorFunction)}<{function}>";
}
