namespace Deq;

/// <summary>How a residual is measured, per sample.</summary>
public enum StopMode
{
    /// <summary>||f(z) - z|| / ||f(z)||, the measure of the JR paper: scaling the problem changes nothing.</summary>
    Relative,

    /// <summary>||f(z) - z||.</summary>
    Absolute,
}
