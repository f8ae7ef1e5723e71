namespace Deq.Samples.Training;

/// <summary>
/// From what a checkpoint's model is rebuilt. It comes out of a file, where anything may stand, so it can be looked at before a model of
/// its sizes is made.
/// </summary>
internal interface IModelDescription
{
    /// <summary>
    /// Parameters that the model has at the least: all its matrices and kernels, without biases and scales. A file that holds fewer was not
    /// written for it. In floating point, as the sizes in a file may have any product.
    /// </summary>
    double LeastParameters();

    /// <exception cref="SampleException">Settings that no model can have.</exception>
    void Check();
}
