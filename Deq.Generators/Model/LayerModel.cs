namespace Deq.Generators.Model;

/// <summary>
/// Everything that the emitted file of one layer depends on. Two declarations with equal models have equal files: the pipeline
/// compares models and emits again only where they differ, so a model holds texts and numbers, never a symbol, a syntax node,
/// a compilation or a location.
/// </summary>
/// <param name="Identity">Which class is continued, and in which file.</param>
/// <param name="Forward">The <c>forward</c> to write; null where the class has none to override or writes its own.</param>
/// <param name="Equilibrium">The states, inputs and options; null where the declaration does not tell them.</param>
/// <param name="Taken">Names of members to emit that the class has already (DEQ008); empty in a valid layer.</param>
/// <param name="Errors">Ids of the errors that the analyzer reports for this layer; empty in a valid one.</param>
internal sealed record LayerModel(
    LayerIdentity Identity,
    ForwardModel? Forward,
    EquilibriumModel? Equilibrium,
    EquatableArray<string> Taken,
    EquatableArray<string> Errors)
{
    /// <summary>Whether the layer is emitted; otherwise bodies stand in for it that keep the compiler quiet beside our error.</summary>
    public bool IsValid => Errors.Count == 0 && Forward is not null && Equilibrium is not null;
}

/// <summary>The class that a file continues.</summary>
/// <param name="HintName">The file's name without extension: the class's full metadata name.</param>
/// <param name="Namespace">The namespace; empty for the global one.</param>
/// <param name="Containers">The types around the layer, outermost first.</param>
/// <param name="Declaration">The layer's name with its type parameters, as it is declared.</param>
/// <param name="Name">The layer's name alone.</param>
internal sealed record LayerIdentity(
    string HintName,
    string Namespace,
    EquatableArray<TypeHeader> Containers,
    string Declaration,
    string Name);

/// <summary>The header of a type around the layer: <c>record struct</c>, <c>Outer&lt;T&gt;</c>.</summary>
internal sealed record TypeHeader(string Keyword, string Declaration);

/// <summary>The method that the base class asks for.</summary>
/// <param name="Modifiers">Its modifiers; those of the user's own declaration where there is a partial one.</param>
/// <param name="IsDeclared">Whether the user declared it as a partial method without a body.</param>
internal sealed record ForwardModel(string Modifiers, string ResultType, EquatableArray<ParameterModel> Parameters, bool IsDeclared);

/// <param name="Name">As it is written in source, with <c>@</c> where it needs one.</param>
/// <param name="Tensors">What the solve is told of it.</param>
internal sealed record ParameterModel(string Type, string Name, InputTensors Tensors)
{
    public bool MayBeNull => Type.EndsWith("?", StringComparison.Ordinal);
}

/// <summary>The tensors of an input, whose gradient is asked for through the tape.</summary>
internal enum InputTensors
{
    /// <summary>It is no tensor, and holds none that the runtime finds.</summary>
    None,

    /// <summary>It is a tensor.</summary>
    Itself,

    /// <summary>It holds tensors: a collection or a tuple.</summary>
    Within,
}
