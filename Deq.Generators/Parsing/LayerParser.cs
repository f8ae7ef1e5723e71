namespace Deq.Generators.Parsing;

/// <summary>
/// Reads the declaration of a layer. Used twice: the generator keeps the model, the analyzer the findings. Pure: the same symbol
/// gives the same model and the same findings.
/// </summary>
internal static class LayerParser
{
    /// <returns>null where nothing can be emitted: no class that another part could continue.</returns>
    public static LayerModel? Parse(INamedTypeSymbol layer, Compilation compilation, Findings findings)
    {
        if (!ClassParser.Check(layer, findings)) return null;

        var baseClass = BaseParser.Find(layer, findings);
        var cellMethod = CellParser.Find(layer, baseClass, findings);
        var cell = cellMethod is null ? null : CellParser.Parse(cellMethod, baseClass, findings);
        findings.Cancellation.ThrowIfCancellationRequested();

        if (baseClass is null) BaseParser.ReportMissing(layer, cell, findings);
        else if (cell is not null) BaseParser.CheckFit(layer, baseClass, cell, findings);

        var initialState = cell is null ? null : InitialStateParser.Parse(layer, cell, findings);
        var options = OptionsParser.Parse(layer, compilation, findings);
        var taken = TakenNames.Find(layer, baseClass, findings);
        var forward = baseClass is null ? null : ForwardParser.Parse(layer, baseClass, cell);

        return new LayerModel(
            ClassParser.Identity(layer),
            forward,
            cell is null ? null : new EquilibriumModel(cell.Model, initialState, options),
            taken.ToEquatableArray(),
            findings.Errors.Distinct().ToEquatableArray());
    }
}
