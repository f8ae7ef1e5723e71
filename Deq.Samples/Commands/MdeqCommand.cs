using System.CommandLine;
using Deq.Samples.Mdeq;

namespace Deq.Samples.Commands;

/// <summary><c>mdeq</c>: an image classifier around one multiscale equilibrium.</summary>
internal static class MdeqCommand
{
    private const string Name = "mdeq";

    public static Command Create()
    {
        Option<string?> cell = ChoiceOption.CreateOptional("--cell", "f of the model; 'residual' is the papers'", "single", "residual");
        Option<string?> activation = ChoiceOption.CreateOptional("--activation", "its nonlinearity", "relu", "softplus");
        var smallStart = new Option<bool>("--small-start") { Description = "convolutions of the body start normally distributed with a deviation of 0.01, as the papers' do" };
        Option<int[]> channels = NumberOption.CreateOptionalList("--channels", 1, 65_536, "channels of the scales, each of half the resolution of the one before: 2 to 4 of them", "16,32,64", ascending: false);
        Option<int[]> head = NumberOption.CreateOptionalList("--head", 1, 65_536, "channels of the head's bottlenecks, one for each scale; 'none' for pooled states", "14,28,56", ascending: false, none: "none");
        Option<double?> dropout = NumberOption.CreateOptional("--dropout", 0, 0.95, "variational dropout inside the residual cell");
        (string quick, MdeqSettings standard) = (MdeqPresets.All[0].Name, MdeqPresets.All[0].Form);
        channels.Standard(quick, standard.Channels);
        head.Standard(quick, standard.HeadChannels ?? []);
        cell.Standard(quick, standard.Cell == CellKind.Residual ? "residual" : "single");
        activation.Standard(quick, standard.Activation == Activation.Softplus ? "softplus" : "relu");
        dropout.Standard(quick, standard.Dropout);
        return ImageCommand.Create(
            Name, "An image classifier around one multiscale equilibrium", "MDEQ", MdeqPresets.All, [channels, head, cell, activation, dropout, smallStart],
            (result, form) => form with
            {
                Channels = Given.Is(result, channels) ? result.GetRequiredValue(channels) : form.Channels,
                HeadChannels = Given.Is(result, head) ? result.GetRequiredValue(head) is { Length: > 0 } widths ? widths : null : form.HeadChannels,
                Dropout = result.GetValue(dropout) ?? form.Dropout,
                Cell = result.GetValue(cell) switch { "single" => CellKind.SingleConvolution, "residual" => CellKind.Residual, _ => form.Cell },
                Activation = result.GetValue(activation) switch { "relu" => Activation.Relu, "softplus" => Activation.Softplus, _ => form.Activation },
                SmallStart = form.SmallStart || result.GetValue(smallStart),
            },
            reversible: false);
    }
}
