namespace Deq.Generators.Model;

/// <summary>The equation of a layer, z* = f(z*; x), and how it is solved.</summary>
internal sealed record EquilibriumModel(CellModel Cell, InitialStateModel? InitialState, OptionsModel Options);

/// <summary>The method f(z; x).</summary>
/// <param name="StatesType">Its return type: a tensor, a tuple of them, or an array.</param>
/// <param name="IsArray">Whether the states are an array, in one parameter, whose length the initial state tells.</param>
internal sealed record CellModel(
    string Method,
    bool IsStatic,
    string StatesType,
    bool IsArray,
    EquatableArray<StateModel> States,
    EquatableArray<ParameterModel> Inputs);

/// <param name="Parameter">The cell's parameter that receives the state.</param>
/// <param name="Element">The state's name in the tuple that the cell returns; empty where it returns the state itself.</param>
internal sealed record StateModel(string Parameter, string Element);

/// <summary>The method that gives z_0.</summary>
/// <param name="Arguments">The inputs it asks for, in its own order.</param>
internal sealed record InitialStateModel(string Method, bool IsStatic, EquatableArray<string> Arguments);

/// <summary>What the attributes state, and nothing that they leave open: defaults belong to the runtime.</summary>
/// <param name="Values">The options to set, in their order.</param>
/// <param name="Gradient">The name of the gradient mode; options at run time may choose another.</param>
/// <param name="IsReversible">Whether the layer runs the reversible iteration, whose gradient is its own.</param>
/// <param name="DrawsJacobianPenalty">Whether a call may draw the penalty.</param>
internal sealed record OptionsModel(EquatableArray<OptionModel> Values, string Gradient, bool IsReversible, bool DrawsJacobianPenalty);

/// <summary>A property of the options and the expression it is set to.</summary>
internal sealed record OptionModel(string Property, string Expression);
