using System.Reflection;
using System.Text.RegularExpressions;

namespace Deq.Tests.Pages;

/// <summary>docs/numerics.md names tests that there are.</summary>
public partial class NumericsPageTests
{
    [Fact]
    public void EveryTestOnThePage_IsOne()
    {
        var page = File.ReadAllText(Path.Combine(typeof(NumericsPageTests).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>()
            .Single(a => a.Key == "ProjectDirectory").Value!, "..", "docs", "numerics.md"));
        var tests = typeof(NumericsPageTests).Assembly.GetTypes()
            .SelectMany(type => type.GetMethods().Where(method => method.GetCustomAttributes<FactAttribute>().Any()), (type, method) => $"{type.Name}.{method.Name}")
            .ToHashSet();
        string[] named = [.. Named().Matches(page).Select(match => match.Groups[1].Value)];
        Assert.True(named.Length > 40);
        Assert.Empty(named.Except(tests));
    }

    [GeneratedRegex(@"`(\w+Tests\.\w+)`")]
    private static partial Regex Named();
}
