using static TorchSharp.torch;

namespace Deq.Modules;

/// <summary>What the modules below a layer drew in a solve, in their order.</summary>
internal sealed record PerSolveSnapshot(object?[] Drawn);

/// <summary>Tells the modules below a layer that a solve begins and ends.</summary>
internal readonly struct PerSolve(List<IPerSolve>? told) : IDisposable
{
    public static PerSolve Begin(nn.Module? layer, PerSolveSnapshot? snapshot = null)
    {
        List<IPerSolve>? told = null;
        if (layer is not null)
            // The layer too: a plain call may be given one such module alone.
            foreach (var module in layer.modules().Prepend(layer))
                if (module is IPerSolve perSolve && !(told?.Contains(perSolve) ?? false)) (told ??= []).Add(perSolve);
        for (var i = 0; i < (told?.Count ?? 0); i++)
        {
            if (snapshot is null) told![i].BeginSolve();
            else told![i].BeginRepetition(snapshot.Drawn[i]);
        }
        return new(told);
    }

    public PerSolveSnapshot Snapshot() => new(told is null ? [] : [.. told.Select(module => module.Snapshot())]);

    public void Dispose() => told?.ForEach(module => module.EndSolve());
}
