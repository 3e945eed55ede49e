using HandyBackup.Contracts;

namespace HandyBackup.Module;

/// <summary>Shows grants as people read them.</summary>
internal static class GrantText
{
    /// <summary>Such as <c>Operator for agent pc1, repository main</c>.</summary>
    public static string Of(Grant grant)
    {
        var only = new List<string>();
        only.AddRange(grant.Agents.Select(name => "agent " + name));
        only.AddRange(grant.Groups.Select(name => "group " + name));
        only.AddRange(grant.Repositories.Select(name => "repository " + name));
        return PrintableText.Clean(only.Count == 0 ? grant.Role.ToString() : $"{grant.Role} for {string.Join(", ", only)}");
    }

    /// <summary>Several, one each.</summary>
    public static string[] Of(IReadOnlyList<Grant> grants) => [.. grants.Select(Of)];
}
