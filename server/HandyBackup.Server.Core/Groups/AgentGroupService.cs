using HandyBackup.Catalog;
using HandyBackup.Contracts;
using Microsoft.Extensions.Logging;

namespace HandyBackup.Server.Core;

/// <inheritdoc cref="IAgentGroups"/>
internal sealed class AgentGroupService(ICatalog catalog, AgentGroupDirectory groups, AgentDirectory agents, TimeProvider time, ILogger logger) : IAgentGroups
{
    private const int MaximumDescriptionLength = 1000;

    /// <inheritdoc/>
    public IAsyncEnumerable<AgentGroupInfo> ListAsync(AgentGroupQuery query, CancellationToken cancellationToken) => groups.ListAsync(query, cancellationToken);

    /// <inheritdoc/>
    public async Task<AgentGroupInfo> CreateAsync(CreateAgentGroupRequest request, CancellationToken cancellationToken)
    {
        var group = new AgentGroupRecord
        {
            Id = Guid.NewGuid(),
            Name = request.Name,
            Description = request.Description,
            Rule = request.Rule,
            Listed = await FindAgentsAsync(request.Agents, cancellationToken),
            Created = time.GetUtcNow(),
        };
        Check(group);
        await catalog.AgentGroups.AddAsync(group, cancellationToken);
        ServerLog.AgentGroupChanged(logger, group.Name, "created");
        return await DescribeAsync(group.Name, cancellationToken);
    }

    /// <inheritdoc/>
    public async Task<AgentGroupInfo> UpdateAsync(UpdateAgentGroupRequest request, CancellationToken cancellationToken)
    {
        if (request is { Rule: not null, RemoveRule: true })
        {
            throw new HandyBackupException(ErrorCode.InvalidArgument, "A rule cannot be set and taken away at once.") { Target = request.Name, Advice = "Choose one of the two." };
        }

        AgentGroupRecord found = await groups.FindAsync(request.Name, cancellationToken);
        IReadOnlySet<Guid> added = await FindAgentsAsync(request.AddAgents, cancellationToken);
        IReadOnlySet<Guid> removed = await FindAgentsAsync(request.RemoveAgents, cancellationToken);
        AgentGroupRecord group = await catalog.AgentGroups.ChangeAsync(found.Id, Change, cancellationToken) ?? throw AgentGroupDirectory.NotFound(request.Name);
        ServerLog.AgentGroupChanged(logger, group.Name, "changed");
        return await DescribeAsync(group.Name, cancellationToken);

        AgentGroupRecord Change(AgentGroupRecord now)
        {
            AgentGroupRecord changed = now with
            {
                Name = request.NewName ?? now.Name,
                Description = request.Description ?? now.Description,
                Rule = request.RemoveRule ? null : request.Rule ?? now.Rule,
                Listed = now.Listed.Union(added).Except(removed).ToHashSet(),
            };
            Check(changed);
            return changed;
        }
    }

    /// <inheritdoc/>
    public async Task RemoveAsync(AgentGroupReference group, CancellationToken cancellationToken)
    {
        AgentGroupRecord found = await groups.FindAsync(group.Name, cancellationToken);
        if (!await catalog.AgentGroups.RemoveAsync(found.Id, time.GetUtcNow(), cancellationToken))
        {
            throw AgentGroupDirectory.NotFound(group.Name);
        }

        ServerLog.AgentGroupChanged(logger, found.Name, "removed");
    }

    /// <summary>Does nothing: one object serves all connections.</summary>
    public void Dispose()
    {
    }

    private static void Check(AgentGroupRecord group)
    {
        NameRule.Check(group.Name, "group");
        if (group.Description.Length > MaximumDescriptionLength)
        {
            throw new HandyBackupException(ErrorCode.InvalidArgument, $"The description has {group.Description.Length} characters.") { Target = group.Name, Advice = $"Use {MaximumDescriptionLength} at most." };
        }

        if (group.Rule is not { } rule)
        {
            return;
        }

        foreach (string tag in rule.Tags)
        {
            NameRule.Check(tag, "tag");
        }

        if (string.IsNullOrEmpty(rule.Name) && string.IsNullOrEmpty(rule.OperatingSystem) && rule.Kind is null && rule.Tags.Count == 0)
        {
            throw new HandyBackupException(ErrorCode.InvalidArgument, $"The rule of the group '{group.Name}' has no condition.") { Target = group.Name, Advice = "The name * fits all agents." };
        }

        if (rule.Kind is { } kind && !Enum.IsDefined(kind))
        {
            throw new HandyBackupException(ErrorCode.InvalidArgument, $"There is no kind of agent {(int)kind}.") { Advice = "Name Workstation or Server." };
        }
    }

    private async Task<IReadOnlySet<Guid>> FindAgentsAsync(IReadOnlyList<string> names, CancellationToken cancellationToken)
    {
        var ids = new HashSet<Guid>();
        foreach (string name in names)
        {
            ids.Add((await agents.FindIdentityAsync(name, cancellationToken)).Id);
        }

        return ids;
    }

    // A name is no pattern here: no wildcard is allowed in one.
    private async Task<AgentGroupInfo> DescribeAsync(string name, CancellationToken cancellationToken) =>
        await groups.ListAsync(new AgentGroupQuery { Name = name }, cancellationToken).FirstOrDefaultAsync(cancellationToken) ?? throw AgentGroupDirectory.NotFound(name);
}
