using System.CommandLine;
using Deq.Samples.Mdeq;

namespace Deq.Samples.Commands;

/// <summary><c>mdeq</c>: an image classifier around one multiscale equilibrium.</summary>
internal static class MdeqCommand
{
    public const string Name = "mdeq";

    public static Command Create()
    {
        Option<string?> cell = ChoiceOption.CreateOptional("--cell", "f of the model; 'residual' is the papers'", "single", "residual");
        Option<string?> activation = ChoiceOption.CreateOptional("--activation", "its nonlinearity", "relu", "softplus");
        var smallStart = new Option<bool>("--small-start") { Description = "convolutions of the body start from N(0, 0.01), as the papers' do" };
        (string quick, MdeqSettings standard) = (MdeqPresets.All[0].Name, MdeqPresets.All[0].Form);
        cell.Standard(quick, standard.Cell == CellKind.Residual ? "residual" : "single");
        activation.Standard(quick, standard.Activation == Activation.Softplus ? "softplus" : "relu");
        return ImageCommand.Create(
            Name, "An image classifier around one multiscale equilibrium.", "MDEQ", MdeqPresets.All, solves: true, [cell, activation, smallStart],
            (result, form) => form with
            {
                Cell = result.GetValue(cell) switch { "single" => CellKind.SingleConvolution, "residual" => CellKind.Residual, _ => form.Cell },
                Activation = result.GetValue(activation) switch { "relu" => Activation.Relu, "softplus" => Activation.Softplus, _ => form.Activation },
                SmallStart = form.SmallStart || result.GetValue(smallStart),
            });
    }
}
