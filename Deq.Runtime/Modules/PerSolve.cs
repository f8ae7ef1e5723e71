using static TorchSharp.torch;

namespace Deq.Modules;

/// <summary>Tells the modules below a layer that a solve begins and ends.</summary>
internal readonly struct PerSolve(List<IPerSolve>? told) : IDisposable
{
    public static PerSolve Begin(nn.Module? layer)
    {
        List<IPerSolve>? told = null;
        if (layer is not null)
            foreach (var module in layer.modules())
                if (module is IPerSolve perSolve && !(told?.Contains(perSolve) ?? false)) (told ??= []).Add(perSolve);
        told?.ForEach(module => module.BeginSolve());
        return new(told);
    }

    public void Dispose() => told?.ForEach(module => module.EndSolve());
}
