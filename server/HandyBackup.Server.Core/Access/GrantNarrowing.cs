using HandyBackup.Catalog;
using HandyBackup.Contracts;

namespace HandyBackup.Server.Core;

/// <summary>Grants with names, as panels see them, and with ids, as the catalog keeps them.</summary>
internal static class GrantNarrowing
{
    /// <summary>True if the grant holds for some things only.</summary>
    public static bool IsNarrowed(this GrantRecord grant) => grant.Agents.Count + grant.Groups.Count + grant.Repositories.Count > 0;

    /// <summary>Looks up what a grant names.</summary>
    /// <exception cref="HandyBackupException"><see cref="ErrorCode.AgentNotFound"/>, <see cref="ErrorCode.AgentGroupNotFound"/>, <see cref="ErrorCode.RepositoryNotFound"/> or <see cref="ErrorCode.InvalidArgument"/>.</exception>
    public static async Task<GrantRecord> ToRecordAsync(this Grant grant, ICatalog catalog, CancellationToken cancellationToken)
    {
        if (!Enum.IsDefined(grant.Role))
        {
            throw new HandyBackupException(ErrorCode.InvalidArgument, $"There is no role {(int)grant.Role}.") { Advice = $"Name one of: {string.Join(", ", Enum.GetNames<Role>())}." };
        }

        var agents = new List<Guid>();
        foreach (string name in grant.Agents.Distinct(StringComparer.OrdinalIgnoreCase))
        {
            AgentIdentityRecord agent = await catalog.AgentIdentities.FindAsync(name, cancellationToken) ?? throw AgentDirectory.NotFound(name);
            agents.Add(agent.Identity.Id);
        }

        var repositories = new List<string>();
        foreach (string name in grant.Repositories.Distinct(StringComparer.OrdinalIgnoreCase))
        {
            RepositoryRecord repository = await catalog.Repositories.FindAsync(name, cancellationToken) ?? throw RepositoryDirectory.NotFound(name);
            repositories.Add(repository.Id);
        }

        var groups = new List<Guid>();
        foreach (string name in grant.Groups.Distinct(StringComparer.OrdinalIgnoreCase))
        {
            AgentGroupRecord group = await catalog.AgentGroups.FindAsync(name, cancellationToken) ?? throw AgentGroupDirectory.NotFound(name);
            groups.Add(group.Id);
        }

        return new GrantRecord { Role = grant.Role, Agents = agents, Groups = groups, Repositories = repositories };
    }

    /// <summary>Looks up what several grants name.</summary>
    /// <exception cref="HandyBackupException">As <see cref="ToRecordAsync"/>.</exception>
    public static async Task<IReadOnlyList<GrantRecord>> ToRecordsAsync(this IReadOnlyList<Grant> grants, ICatalog catalog, CancellationToken cancellationToken)
    {
        var records = new List<GrantRecord>();
        foreach (Grant grant in grants)
        {
            records.Add(await grant.ToRecordAsync(catalog, cancellationToken));
        }

        return records;
    }

    /// <summary>The grants with names. What is gone is shown by its id: the grant still covers nothing else.</summary>
    public static async Task<IReadOnlyList<Grant>> ToGrantsAsync(this IReadOnlyList<GrantRecord> records, ICatalog catalog, CancellationToken cancellationToken)
    {
        Dictionary<Guid, string> groupNames = await catalog.AgentGroups.ListAsync(cancellationToken).ToDictionaryAsync(group => group.Id, group => group.Name, cancellationToken: cancellationToken);
        var grants = new List<Grant>();
        foreach (GrantRecord record in records)
        {
            var agents = new List<string>();
            foreach (Guid id in record.Agents)
            {
                agents.Add((await catalog.AgentIdentities.FindAsync(id, cancellationToken))?.Identity.Name ?? id.ToString());
            }

            var repositories = new List<string>();
            foreach (string id in record.Repositories)
            {
                RepositoryRecord? repository = await catalog.Repositories.ListAsync(cancellationToken).FirstOrDefaultAsync(found => found.Id == id, cancellationToken);
                repositories.Add(repository?.Name ?? id);
            }

            grants.Add(new Grant { Role = record.Role, Agents = agents, Groups = [.. record.Groups.Select(id => groupNames.GetValueOrDefault(id) ?? id.ToString())], Repositories = repositories });
        }

        return grants;
    }

    /// <summary>True if two grants say the same, in whatever order.</summary>
    public static bool IsSameAs(this GrantRecord grant, GrantRecord other) =>
        grant.Role == other.Role
        && grant.Agents.ToHashSet().SetEquals(other.Agents)
        && grant.Groups.ToHashSet().SetEquals(other.Groups)
        && grant.Repositories.ToHashSet().SetEquals(other.Repositories);
}
