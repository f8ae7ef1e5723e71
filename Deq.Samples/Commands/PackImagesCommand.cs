using System.CommandLine;
using Deq.Samples.Images;

namespace Deq.Samples.Commands;

/// <summary>
/// <c>deq-samples pack-images FOLDER OUT</c>: recreates the shipped part of Fashion-MNIST from the whole set. Hidden: users have no
/// need of it.
/// </summary>
internal static class PackImagesCommand
{
    private const int TrainImages = 3000, TestImages = 1000;

    public static Command Create()
    {
        var folder = new Argument<string>("folder") { Description = "folder with Fashion-MNIST's four files" };
        var output = new Argument<string>("out") { Description = "folder to write the part to" };
        var command = new Command("pack-images", "Write the first images of Fashion-MNIST as files of the same format.") { folder, output };
        command.Hidden = true;
        command.SetAction(result =>
        {
            ImageData data = FashionMnist.Read(result.GetRequiredValue(folder));
            string target = result.GetRequiredValue(output);
            FashionMnistPart.Write(data.Train, TrainImages, target, FashionMnist.TrainImages, FashionMnist.TrainLabels);
            FashionMnistPart.Write(data.Test, TestImages, target, FashionMnist.TestImages, FashionMnist.TestLabels);
            result.InvocationConfiguration.Output.WriteLine($"{TrainImages} + {TestImages} images written to {target}");
            return 0;
        });
        return command;
    }
}
