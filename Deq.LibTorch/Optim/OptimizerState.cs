using System.Diagnostics.CodeAnalysis;
using static TorchSharp.torch;

namespace TorchSharp.Modules;

/// <summary>What an optimiser remembers of one parameter.</summary>
public abstract class OptimizerState
{
    protected Parameter _parameter;

    protected OptimizerState(Parameter parameter) => _parameter = parameter;

    public abstract void Initialize(OptimizerOptions options);

    public abstract void SaveStateDict(BinaryWriter writer);

    public abstract void LoadStateDict(BinaryReader reader);

    public abstract void LoadStateDict(OptimizerState source);

    public virtual bool ApproximatelyEquals(OptimizerState other) => false;

    public virtual void to(Device device)
    {
    }

    protected static void SaveConditionalStateTensor(BinaryWriter writer, Tensor? tensor)
    {
        writer.Write(tensor is not null);
        tensor?.Save(writer);
    }

    protected static void LoadConditionalStateTensor(BinaryReader reader, ref Tensor? result, Device device)
    {
        var old = result;
        result = null;
        if (reader.ReadBoolean())
        {
            using var loaded = TensorExtensionMethods.Load(reader);
            result = CopyTo(loaded, device);
        }

        old?.Dispose();
    }

    /// <summary>A copy that no dispose scope owns: a state lives as long as its optimiser.</summary>
    [return: NotNullIfNotNull(nameof(tensor))]
    private protected static Tensor? CopyTo(Tensor? tensor, Device device)
    {
        using var ungraphed = no_grad();
        return tensor?.to(device, copy: true).DetachFromDisposeScope();
    }

    private protected static Tensor ZerosLike(Tensor tensor) => zeros_like(tensor).DetachFromDisposeScope();

    private protected static void Move([NotNullIfNotNull(nameof(tensor))] ref Tensor? tensor, Device device)
    {
        var old = tensor;
        tensor = CopyTo(old, device);
        old?.Dispose();
    }

    private protected static bool Close(Tensor? one, Tensor? other)
        => one is null || other is null ? one is null && other is null : one.allclose(other);

    private protected static T Same<T>(OptimizerState source)
        where T : OptimizerState
        => source as T ?? throw new ArgumentException($"A state of the kind {source.GetType()} cannot be loaded into one of {typeof(T)}.", nameof(source));
}
