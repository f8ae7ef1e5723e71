using static TorchSharp.torch;

namespace TorchSharp.Modules;

/// <summary>
/// Normalises each channel over the batch: by the batch's own statistics while training, by the running ones otherwise.
/// </summary>
public abstract class BatchNorm : NormBase
{
    public BatchNorm(
        long num_features, double eps, double momentum, bool affine, bool track_running_stats, Device? device, ScalarType? dtype, string name)
        : base(num_features, eps, momentum, affine, track_running_stats, device, dtype, name)
    {
    }

    public override Tensor forward(Tensor input)
    {
        ValidateInputDimensions(input);

        var factor = momentum ?? 0;
        if (training && track_running_stats && num_batches_tracked is { } count)
        {
            count.add_(1);
            // Without a momentum the running statistics are plain averages over all batches.
            factor = momentum ?? 1.0 / count.ToDouble();
        }

        var byBatch = training || (running_mean is null && running_var is null);
        var byRunning = !training || track_running_stats;
        return nn.functional.batch_norm(
            input, byRunning ? running_mean : null, byRunning ? running_var : null, affine ? weight : null, bias, byBatch, factor, eps);
    }
}
