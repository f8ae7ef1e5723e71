using Deq.Tests.Ground.Signatures;
using Deq.Tests.Infrastructure;

namespace Deq.Tests.Ground;

/// <summary>A promise of Deq.LibTorch alone: the real TorchSharp ends the process here, or leaks.</summary>
public sealed class FactIfStandInAttribute() : FactIfAttribute(ReferenceApi.IsStandIn ? null : "the real TorchSharp does not promise this");
