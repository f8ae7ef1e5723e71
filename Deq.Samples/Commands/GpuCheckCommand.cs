using System.CommandLine;
using Deq.Samples.GpuChecks;
using TorchSharp;

namespace Deq.Samples.Commands;

/// <summary><c>gpu-check</c>: operators, gradients, solvers and training steps on a GPU against the CPU.</summary>
internal static class GpuCheckCommand
{
    private const string Cuda = "cuda", Cpu = "cpu";

    public static Command Create()
    {
        var device = new Option<string>("--device") { Description = "cuda, cuda:N, or cpu (against itself: shows that the checks run)", DefaultValueFactory = _ => Cuda, HelpName = "DEVICE" };
        var command = new Command("gpu-check", "Compare a GPU with the CPU: operators, gradients, solvers, training steps.") { device };
        command.SetAction(result => Check(result.GetRequiredValue(device), result.InvocationConfiguration.Output));
        return command;
    }

    /// <returns>0 where all checks passed or there is no GPU to check, else 1.</returns>
    private static int Check(string name, TextWriter output)
    {
        if (!TryParse(name, out int index)) throw new SampleException($"--device got '{name}', allowed is cuda, cuda:0, cuda:1 ... or cpu");
        if (index >= 0)
        {
            int count = torch.cuda.is_available() ? torch.cuda.device_count() : 0;
            if (count == 0)
            {
                output.WriteLine($"skipped: this torch ({torch.__version__}) has no CUDA device; 'deq-samples doctor' says why");
                return 0;
            }

            if (index >= count) throw new SampleException($"--device got '{name}', but there {(count == 1 ? "is 1 device, cuda:0" : $"are {count} devices, cuda:0 to cuda:{count - 1}")}");
        }

        torch.Device device = index < 0 ? torch.CPU : new torch.Device(DeviceType.CUDA, index);
        output.WriteLine($"libtorch {torch.__version__}, {name} against the CPU: largest relative distance, the allowed one, time of both");
        return CheckRun.Of(DeviceCheck.All, device, output) == 0 ? 0 : 1;
    }

    /// <param name="index">Of the CUDA device; -1 for the CPU.</param>
    private static bool TryParse(string name, out int index)
    {
        index = name == Cpu ? -1 : 0;
        return name is Cpu or Cuda || (name.StartsWith(Cuda + ":", StringComparison.Ordinal) && int.TryParse(name[(Cuda.Length + 1)..], out index) && index >= 0);
    }
}
