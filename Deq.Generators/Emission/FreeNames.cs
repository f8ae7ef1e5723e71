namespace Deq.Generators.Emission;

/// <summary>Names for locals of emitted code beside those that the user's declaration brings into the method.</summary>
internal sealed class FreeNames(IEnumerable<string> taken)
{
    private readonly HashSet<string> taken = [.. taken.Select(Unescaped)];

    /// <summary>The name itself where it is free, else with the first number that makes it so.</summary>
    public string Take(string name)
    {
        string free = name;
        for (int i = 2; !taken.Add(free); i++) free = name + i;
        return free;
    }

    public static string Unescaped(string name) => name.TrimStart('@');
}
