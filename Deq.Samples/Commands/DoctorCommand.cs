using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using Deq.Samples.Doctor;
using TorchSharp;

namespace Deq.Samples.Commands;

/// <summary><c>doctor</c>: what torch stands on in this process, what is wrong with it, and what to do.</summary>
internal static class DoctorCommand
{
    public static Command Create()
    {
        var command = new Command("doctor", "Print what torch runs on here (libtorch, BLAS, threads, devices) and what is wrong with it.");
        command.SetAction(result => Examine(result.InvocationConfiguration.Output));
        return command;
    }

    /// <returns>0 where torch can be used, else 1.</returns>
    private static int Examine(TextWriter output)
    {
        Line(output, "runtime", $"{RuntimeInformation.FrameworkDescription} on {RuntimeInformation.OSDescription} ({RuntimeInformation.RuntimeIdentifier})");
        Surroundings here;
        try
        {
            using var process = Process.GetCurrentProcess();
            here = Surroundings.Of(process, Environment.GetEnvironmentVariable);
        }
        catch (Exception exception) when (NativeTorch.WhyItCannotBeLoaded(exception) is { } why)
        {
            Line(output, "libtorch", "none");
            Write(output, [new Finding(true, why, null)]);
            return 1;
        }

        Line(output, "ground", here.Ground);
        Line(output, "libtorch", $"{here.Version}, {here.Libtorch ?? "linked into another library"}{(here.CxxAbi is { } abi ? $", C++11 string ABI {abi}" : "")}");
        Line(output, "BLAS", here.Blas.Path is { } path ? $"{here.Blas.Name} ({path})" : here.Blas.Name);
        Line(output, "threads", string.Create(CultureInfo.InvariantCulture, $"{here.Threads} within an operator, {torch.get_num_interop_threads()} between them, {here.Cores} cores; OMP_WAIT_POLICY {here.WaitPolicy ?? "not set"}"));
        Line(output, "compiler", here.Compiler ?? "none");
        Line(output, "cpu", Speed(torch.CPU));
        Line(output, "CUDA", here.CudaDevices == 0 ? "no device" : $"{here.CudaDevices} device{(here.CudaDevices == 1 ? "" : "s")}, cuDNN {(torch.cuda.is_cudnn_available() ? "available" : "not available")}");
        for (int i = 0; i < here.CudaDevices; i++) Line(output, $"cuda:{i}", Speed(new torch.Device(DeviceType.CUDA, i)));
        Write(output, [.. Diagnosis.Of(here)]);
        return 0;
    }

    private static string Speed(torch.Device device) =>
        string.Create(CultureInfo.InvariantCulture, $"{MatrixSpeed.Measure(device):F0} GFLOP/s in a product of 512 x 512 floats");

    private static void Line(TextWriter output, string name, string value) => output.WriteLine($"{name,-9} {value}");

    private static void Write(TextWriter output, IReadOnlyList<Finding> findings)
    {
        output.WriteLine();
        if (findings.Count == 0) output.WriteLine("Nothing is wrong.");
        foreach (Finding finding in findings)
        {
            output.WriteLine($"{(finding.IsError ? "error" : "warning")}: {finding.What.ReplaceLineEndings(" ")}");
            if (finding.Remedy is not null) output.WriteLine($"  do: {finding.Remedy}");
        }
    }
}
