using static TorchSharp.torch;

namespace TorchSharp.Modules;

/// <summary>
/// The weights of a recurrent module: for each layer and direction W_ih, W_hh and, where there is one, b_ih, b_hh, with as
/// many blocks of rows as the cell has gates. All start at U(-1/sqrt(hidden), 1/sqrt(hidden)).
/// </summary>
internal sealed class RecurrentWeights
{
    private readonly string[] _names;
    private readonly nn.Module _module;

    public RecurrentWeights(nn.Module module, int gates, RecurrentShape shape, Device? device, ScalarType? dtype)
    {
        shape.ThrowUnlessValid();
        _module = module;
        Shape = shape;
        var bound = 1 / Math.Sqrt(shape.Hidden);
        var names = new List<string>();
        for (long layer = 0; layer < shape.Layers; layer++)
        {
            for (var direction = 0; direction < shape.Directions; direction++)
            {
                var suffix = direction == 0 ? $"l{layer}" : $"l{layer}_reverse";
                var inputs = layer == 0 ? shape.Input : shape.Hidden * shape.Directions;
                Add($"weight_ih_{suffix}", [gates * shape.Hidden, inputs]);
                Add($"weight_hh_{suffix}", [gates * shape.Hidden, shape.Hidden]);
                if (!shape.Bias) continue;
                Add($"bias_ih_{suffix}", [gates * shape.Hidden]);
                Add($"bias_hh_{suffix}", [gates * shape.Hidden]);
            }
        }

        _names = [.. names];

        void Add(string name, long[] size)
        {
            var weight = new Parameter(empty(size, dtype: dtype, device: device)).Keep();
            nn.init.uniform_(weight, -bound, bound);
            module.register_parameter(name, weight);
            names.Add(name);
        }
    }

    public RecurrentShape Shape { get; }

    /// <summary>In the order in which libtorch takes them. Looked up anew: a conversion replaces them.</summary>
    public Tensor[] Flat => [.. _names.Select(name => _module.get_parameter(name)!)];

    /// <summary>The zero state for an input.</summary>
    public Tensor InitialState(Tensor input)
        => zeros(
            Shape.Directions * Shape.Layers, input.shape[Shape.BatchFirst ? 0 : 1], Shape.Hidden, dtype: input.dtype, device: input.device);
}

/// <summary>Sizes and options of a recurrent module.</summary>
internal sealed record RecurrentShape(
    long Input, long Hidden, long Layers, bool Bias, bool BatchFirst, double Dropout, bool Bidirectional)
{
    public long Directions => Bidirectional ? 2 : 1;

    public void ThrowUnlessValid()
    {
        if (Hidden < 1 || Layers < 1 || Input < 0)
            throw new ArgumentException($"A recurrent module of {Layers} layer(s), {Input} inputs and a state of {Hidden} cannot be.");
        if (!(Dropout >= 0 && Dropout <= 1))
            throw new ArgumentException($"The probability to drop between layers is {Dropout}: it must be from 0 to 1.");
    }
}
