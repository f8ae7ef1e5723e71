using Deq.Tests.Infrastructure;

namespace Deq.Tests.Ground.Signatures;

/// <summary>Needs the list of TorchSharp's public members, which lies beside the repository, and the stand-in that is held against it.</summary>
public sealed class FactIfReferenceAttribute() : FactIfAttribute(
    !ReferenceApi.IsStandIn ? "runs on the real TorchSharp: there is nothing to compare"
    : ReferenceApi.Path is null ? "../shared/torchsharp/api-0.107.0.txt is not beside this repository"
    : null);
