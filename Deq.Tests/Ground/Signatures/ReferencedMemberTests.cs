using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;

namespace Deq.Tests.Ground.Signatures;

/// <summary>What the project's compiled assemblies ask of TorchSharp, held against what TorchSharp has.</summary>
public class ReferencedMemberTests
{
    [FactIfReference]
    public void EveryTorchMemberThatIsUsed_IsInTheRealPackage()
    {
        var members = ReferenceApi.Read().Select(line => line.Split(" | ", 2)).ToLookup(l => Bare(l[0]), l => l[1]);
        var missing = new[] { "Deq.Runtime.dll", "deq-samples.dll", "Deq.Tests.dll" }
            .SelectMany(file => References(Path.Combine(AppContext.BaseDirectory, file)))
            .Distinct()
            .Where(r => !members[r.Type].Any(m => Names(m, r.Member)))
            .Select(r => $"{r.Type}.{r.Member}")
            .ToArray();
        Assert.True(missing.Length == 0, $"used, and not in TorchSharp 0.107.0:\n{string.Join('\n', missing)}");
    }

    /// <summary>Does this line of the list declare a member of this name?</summary>
    private static bool Names(string line, string member)
    {
        string name = member.StartsWith("get_", StringComparison.Ordinal) || member.StartsWith("set_", StringComparison.Ordinal) ? member[4..] : member;
        return line.Split(' ', '(', '<', '[', '=').Any(word => word == member || word == name);
    }

    private static string Bare(string type) => type.Split('[')[0];

    private static IEnumerable<(string Type, string Member)> References(string file)
    {
        using var pe = new PEReader(File.OpenRead(file));
        var reader = pe.GetMetadataReader();
        var found = new List<(string, string)>();
        foreach (var handle in reader.MemberReferences)
        {
            var member = reader.GetMemberReference(handle);
            var parent = member.Parent.Kind == HandleKind.TypeSpecification ? Generic(reader, (TypeSpecificationHandle)member.Parent) : member.Parent;
            if (parent.Kind == HandleKind.TypeReference && TorchType(reader, (TypeReferenceHandle)parent) is { } type)
                found.Add((type, reader.GetString(member.Name)));
        }

        Assert.NotEmpty(found);
        return found;
    }

    /// <summary>A type specification of a generic instance: two bytes, then the coded type.</summary>
    private static EntityHandle Generic(MetadataReader reader, TypeSpecificationHandle handle)
    {
        var blob = reader.GetBlobReader(reader.GetTypeSpecification(handle).Signature);
        if (blob.ReadSignatureTypeCode() != SignatureTypeCode.GenericTypeInstance) return default;
        blob.ReadByte();
        return blob.ReadTypeHandle();
    }

    private static string? TorchType(MetadataReader reader, TypeReferenceHandle handle)
    {
        var type = reader.GetTypeReference(handle);
        string name = reader.GetString(type.Name);
        switch (type.ResolutionScope.Kind)
        {
            case HandleKind.TypeReference:
                return TorchType(reader, (TypeReferenceHandle)type.ResolutionScope) is { } outer ? $"{outer}+{name}" : null;
            case HandleKind.AssemblyReference:
                string assembly = reader.GetString(reader.GetAssemblyReference((AssemblyReferenceHandle)type.ResolutionScope).Name);
                return assembly == "TorchSharp" ? $"{reader.GetString(type.Namespace)}.{name}" : null;
            default:
                return null;
        }
    }
}
