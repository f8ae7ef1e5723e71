namespace Deq.Samples.Doctor;

/// <summary>What can be wrong with the ground under a program, judged from its surroundings.</summary>
internal static class Diagnosis
{
    public static IEnumerable<Finding> Of(Surroundings here)
    {
        if (here.Blas.IsReference)
        {
            yield return new(false, $"libtorch multiplies matrices with the reference BLAS ({here.Blas.Path}): about 5 times slower than it could",
                "apt-get install libopenblas0-pthread");
        }

        if (here.Threads > 1 && here.WaitPolicy is null && here.Blas.Name == "OpenBLAS")
        {
            yield return new(false, $"OMP_WAIT_POLICY is not set and operators use {here.Threads} threads: those of OpenMP and of OpenBLAS spin against each other",
                "export OMP_WAIT_POLICY=PASSIVE (./deq does it), or run on one thread: OMP_NUM_THREADS=1");
        }

        if (here.Threads > 1 && here.BlasThreads is null && here.Blas.Name == "OpenBLAS")
        {
            yield return new(false, $"OPENBLAS_NUM_THREADS is not set: matrix products have threads of their own beside the {here.Threads} of the operators, which small models are slower with",
                "export OPENBLAS_NUM_THREADS=1 (./deq does it), unless the products are large");
        }

        if (here.Threads > here.Cores)
        {
            yield return new(false, $"operators use {here.Threads} threads on {here.Cores} cores: they wait for each other",
                $"export OMP_NUM_THREADS={here.Cores}");
        }

        if (here.GpuPresent && here.CudaDevices == 0)
        {
            yield return new(false, "this machine has an NVIDIA device, but this torch cannot use it",
                here.Ground == Surroundings.OwnGround
                    ? "build on a libtorch with CUDA: LIBTORCH_USE_PYTORCH=1 (Python's torch with CUDA) or LIBTORCH=<folder>, then ./deq shim"
                    : "TorchBackend=cuda-linux ./deq setup, or see whether the driver is recent enough (nvidia-smi)");
        }

        if (here.Ground == Surroundings.OwnGround && here.Compiler is null)
            yield return new(false, "there is no C++ compiler: this program runs, but no other libtorch can be built for", "apt-get install g++, or set CXX");
    }
}
