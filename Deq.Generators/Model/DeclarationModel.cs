namespace Deq.Generators.Model;

/// <summary>What the generator does about one declaration: the layer's other part, and errors that it has to tell itself.</summary>
/// <param name="Layer">The part to write; null where no other part can continue the class.</param>
/// <param name="Told">Errors beside which the compiler stops before it asks the analyzers; nearly always empty.</param>
internal sealed record DeclarationModel(LayerModel? Layer, EquatableArray<ToldError> Told);

/// <summary>An error as text, to be told from within the pipeline.</summary>
/// <param name="Suggestions">What a code fix gets.</param>
internal sealed record ToldError(string Id, EquatableArray<string> Arguments, EquatableArray<SuggestionModel> Suggestions, SourcePlace Place);

internal sealed record SuggestionModel(string Key, string Value);

/// <summary>A place in source without the tree that it is in. It changes with every line above it, so only a declaration with a told error has one.</summary>
internal sealed record SourcePlace(string Path, int Start, int Length, int Line, int Column, int EndLine, int EndColumn);
