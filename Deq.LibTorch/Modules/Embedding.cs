using System.Diagnostics.CodeAnalysis;
using TorchSharp.Utils;
using static TorchSharp.torch;

namespace TorchSharp.Modules;

/// <summary>Rows of a table by their numbers.</summary>
public sealed class Embedding : nn.Module<Tensor, Tensor>
{
    private readonly long? _paddingIndex;
    private readonly double? _maxNorm;
    private readonly double _normType;
    private readonly bool _scaleGradByFreq;
    private readonly bool _sparse;

    [ComponentName(Name = nameof(weight))]
    private Parameter? _weight;

    internal Embedding(Tensor table, bool requiresGrad, long? paddingIndex, double? maxNorm, double normType, bool scaleGradByFreq, bool sparse)
        : base(nameof(Embedding))
    {
        var rows = table.shape[0];
        if (paddingIndex is { } index && (index >= rows || index < -rows))
        {
            throw new ArgumentOutOfRangeException(
                nameof(paddingIndex), $"padding_idx is {index}: it must be a row of the table, from {-rows} to {rows - 1}.");
        }

        _paddingIndex = paddingIndex < 0 ? paddingIndex + rows : paddingIndex;
        _maxNorm = maxNorm;
        _normType = normType;
        _scaleGradByFreq = scaleGradByFreq;
        _sparse = sparse;
        weight = new Parameter(table, requiresGrad);
    }

    [DisallowNull]
    public Parameter? weight
    {
        get => _weight;
        set => Replace(ref _weight, value, nameof(weight));
    }

    public override Tensor forward(Tensor input)
    {
        if (_maxNorm is { } maxNorm) nn.functional.embedding_renorm_(weight!, input, maxNorm, _normType);
        return nn.functional.embedding(weight!, input, _paddingIndex ?? -1, _scaleGradByFreq, _sparse);
    }

    /// <summary>N(0, 1) everywhere but in the row for padding, which is zero.</summary>
    internal static Tensor InitialTable(long rows, long columns, long? paddingIndex, Device? device, ScalarType? dtype)
    {
        var table = empty(rows, columns, dtype: dtype, device: device);
        using var ungraphed = no_grad();
        table.normal_();
        if (paddingIndex is not { } index || index >= rows || index < -rows) return table;

        using var row = table.select(0, index);
        row.zero_();
        return table;
    }
}
