using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

[assembly: DisableRuntimeMarshalling]

namespace TorchSharp.Interop;

/// <summary>
/// The exports of native/deqtorch.cpp. <c>SuppressGCTransition</c> only where nothing can block or call back: freeing a tensor
/// may free a graph, which runs a managed release callback.
/// </summary>
internal static unsafe partial class NativeMethods
{
    internal const string Library = "deqtorch";

    [LibraryImport(Library)] internal static partial byte* deq_error();
    [LibraryImport(Library)] internal static partial nint deq_managed_error();
    [LibraryImport(Library)] internal static partial void deq_clear_managed_error();

    [LibraryImport(Library)] internal static partial int deq_free(nint tensor);
    [LibraryImport(Library)] internal static partial nint deq_retain(nint tensor);
    [LibraryImport(Library)] internal static partial void deq_free_memory(nint memory);

    [LibraryImport(Library)] internal static partial int deq_operator(byte* name, byte* overload, byte* arguments, nint* op);
    [LibraryImport(Library)] internal static partial int deq_call(nint op, Value* arguments, int count, Value* results, int capacity);

    [LibraryImport(Library)] internal static partial int deq_info(nint tensor, TensorInfo* info);
    [LibraryImport(Library), SuppressGCTransition] internal static partial long deq_dim(nint tensor);
    [LibraryImport(Library), SuppressGCTransition] internal static partial long deq_numel(nint tensor);
    [LibraryImport(Library)] internal static partial int deq_data(nint tensor, void** data);
    [LibraryImport(Library)] internal static partial int deq_from_bytes(void* data, long* sizes, int dim, int dtype, nint* tensor);

    [LibraryImport(Library), SuppressGCTransition] internal static partial int deq_grad_mode();
    [LibraryImport(Library), SuppressGCTransition] internal static partial void deq_set_grad_mode(int on);
    [LibraryImport(Library), SuppressGCTransition] internal static partial int deq_inference_mode();
    [LibraryImport(Library)] internal static partial nint deq_inference_guard(int on);
    [LibraryImport(Library)] internal static partial void deq_free_inference_guard(nint guard);
    [LibraryImport(Library)] internal static partial int deq_anomaly_mode();
    [LibraryImport(Library)] internal static partial void deq_set_anomaly_mode(int on, int checkNaN);

    [LibraryImport(Library)] internal static partial int deq_set_requires_grad(nint tensor, int on);
    [LibraryImport(Library)] internal static partial int deq_retain_grad(nint tensor);
    [LibraryImport(Library)] internal static partial int deq_get_grad(nint tensor, nint* grad);
    [LibraryImport(Library)] internal static partial int deq_set_grad(nint tensor, nint grad);
    [LibraryImport(Library)]
    internal static partial int deq_backward(
        nint* tensors, int count, nint* gradients, int gradientCount, nint* inputs, int inputCount, int retain, int create);
    [LibraryImport(Library)]
    internal static partial int deq_grad(
        nint* outputs, int count, nint* inputs, int inputCount, nint* gradients, int gradientCount, int retain, int create, int allowUnused, nint* results);

    [LibraryImport(Library)]
    internal static partial int deq_node_begin(
        byte* name, nint context, delegate* unmanaged<nint, nint*, int, nint*, int, nint*, byte*, int, int> backward,
        delegate* unmanaged<nint, void> releaseContext, delegate* unmanaged<nint, void> releaseException,
        nint* inputs, int count, nint* pending, nint* node);
    [LibraryImport(Library)] internal static partial void deq_node_abandon(nint pending);
    [LibraryImport(Library)]
    internal static partial int deq_node_end(
        nint pending, nint* inputs, int inputCount, nint* outputs, int outputCount, nint* dirty, int dirtyCount,
        nint* noGradient, int noGradientCount, nint* save, int saveCount, int materialize, nint* results);
    [LibraryImport(Library)] internal static partial int deq_node_saved(nint node, nint* results, int capacity);

    [LibraryImport(Library)] internal static partial int deq_default_generator(int deviceType, long deviceIndex, nint* generator);
    [LibraryImport(Library)] internal static partial int deq_new_generator(int deviceType, long deviceIndex, ulong seed, nint* generator);
    [LibraryImport(Library)] internal static partial void deq_free_generator(nint generator);
    [LibraryImport(Library)] internal static partial int deq_generator_set_seed(nint generator, ulong seed);
    [LibraryImport(Library)] internal static partial int deq_generator_seed(nint generator, ulong* seed);
    [LibraryImport(Library)] internal static partial int deq_generator_initial_seed(nint generator, ulong* seed);
    [LibraryImport(Library)] internal static partial int deq_generator_get_state(nint generator, nint* state);
    [LibraryImport(Library)] internal static partial int deq_generator_set_state(nint generator, nint state);
    [LibraryImport(Library)] internal static partial int deq_manual_seed(long seed);

    [LibraryImport(Library)] internal static partial byte* deq_version();
    [LibraryImport(Library)] internal static partial byte* deq_configuration();
    [LibraryImport(Library)] internal static partial int deq_default_dtype();
    [LibraryImport(Library)] internal static partial int deq_set_default_dtype(int dtype);
    [LibraryImport(Library)] internal static partial int deq_num_threads();
    [LibraryImport(Library)] internal static partial int deq_set_num_threads(int count);
    [LibraryImport(Library)] internal static partial int deq_num_interop_threads();
    [LibraryImport(Library)] internal static partial int deq_set_num_interop_threads(int count);
    [LibraryImport(Library)] internal static partial int deq_cuda_device_count();
    [LibraryImport(Library)] internal static partial int deq_cudnn_available();
    [LibraryImport(Library)] internal static partial int deq_cuda_synchronize(long device);

    /// <summary>What a benchmark measures in; called by name from there, since TorchSharp has no such member.</summary>
    [LibraryImport(Library)] internal static partial int deq_seconds_of_add(long times, double* seconds);
    [LibraryImport(Library)] internal static partial int deq_tensor_memory(long* live, long* peak);
}
