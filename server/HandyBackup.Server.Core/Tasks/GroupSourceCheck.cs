using HandyBackup.Catalog;
using HandyBackup.Contracts;

namespace HandyBackup.Server.Core;

/// <summary>Checks what a group's task reads, by those of its members that are connected. Safe to share between threads.</summary>
internal sealed class GroupSourceCheck(AgentGroupDirectory groups, AgentDirectory agents)
{
    /// <summary>Has one connected member that has the source check the selection. What is wrong on the others their runs will say.</summary>
    /// <returns>The source. An option counts as secret if any connected member says so: one that does not must not lay the others' secrets open.</returns>
    /// <exception cref="HandyBackupException"><see cref="ErrorCode.AgentGroupOffline"/> if there is no such member, or what the source finds wrong.</exception>
    public async Task<SourceDescription> CheckAsync(AgentGroupRecord group, SourceSelection selection, CancellationToken cancellationToken)
    {
        IReadOnlyList<AgentIdentity> members = await groups.ListMembersAsync(group, cancellationToken);
        (ConnectedAgent Agent, SourceDescription Source)[] able =
        [
            .. from member in members
               let agent = agents.FindConnected(member.Id)
               where agent is not null
               let source = agent.Description.Sources.FirstOrDefault(source => string.Equals(source.Kind, selection.Source, StringComparison.OrdinalIgnoreCase))
               where source is not null && (agent.Kind == AgentKind.Server || !source.NeedsServerAgent)
               select (agent, source),
        ];
        if (able.Length == 0)
        {
            throw new HandyBackupException(ErrorCode.AgentGroupOffline, $"No connected member of the group '{group.Name}' has the source '{selection.Source}', so nobody can check the task.")
            {
                Target = group.Name,
                Advice = "Try again when one of its machines is on.",
                IsTransient = true,
            };
        }

        (ConnectedAgent first, SourceDescription described) = able[0];
        await first.Agent.ValidateAsync(selection with { Source = described.Kind }, cancellationToken);
        HashSet<string> secrets = [.. able.SelectMany(one => one.Source.Options).Where(option => option.IsSecret).Select(option => NameKey.Of(option.Name))];
        return described with { Options = [.. described.Options.Select(option => option with { IsSecret = secrets.Contains(NameKey.Of(option.Name)) })] };
    }
}
