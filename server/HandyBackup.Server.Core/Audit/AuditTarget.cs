using HandyBackup.Contracts;

namespace HandyBackup.Server.Core;

/// <summary>Says what a call is made on: names and ids, never a secret, and no content.</summary>
internal static class AuditTarget
{
    /// <summary>The target of a request; empty if it names nothing.</summary>
    public static string Of(object? request) => OfRepository(request) ?? OfBackup(request) ?? OfAccess(request) ?? OfFleet(request) ?? OfItem(request) ?? "";

    private static string? OfRepository(object? request) => request switch
    {
        CreateRepositoryRequest create => $"repository {create.Name} at {create.Path}",
        ImportRepositoryRequest import => $"repository {import.Name} at {import.Path}",
        UpdateRepositoryRequest update => $"repository {update.Name}{Renamed(update.NewName)}",
        RemoveRepositoryRequest remove => $"repository {remove.Name}{(remove.DeleteData ? " with its data" : "")}",
        CheckRepositoryRequest check => $"repository {check.Name}",
        OptimizeRepositoryRequest optimize => $"repository {optimize.Name}{(optimize.Force ? ", forced" : "")}",
        RepairRepositoryRequest repair => $"repository {repair.Name}{(repair.From is { } from ? $" from {from}" : "")}",
        RepositoryReference repository => $"repository {repository.Name}",
        AddRepositoryKeyRequest add => $"repository {add.Repository}",
        RemoveRepositoryKeyRequest remove => $"repository {remove.Repository}, key {remove.KeyId}",
        _ => null,
    };

    private static string? OfBackup(object? request) => request switch
    {
        CreateTaskRequest create => $"task {create.Definition.Name} of {(create.Definition.Group is { } group ? $"group {group}" : $"agent {create.Definition.Agent}")} to {create.Definition.Repository}",
        UpdateTaskRequest update => $"task {update.Name}{Renamed(update.NewName)}",
        TaskReference task => $"task {task.Name}",
        StartTaskRequest start => $"task {start.Name}{(start.Agents is { } agents ? $" for {agents.Count} of its group" : "")}",
        RunReference run => $"run {run.Id}",
        SnapshotReference snapshot => Of(snapshot),
        CopySnapshotRequest copy => $"{Of(copy.Snapshot)} to {copy.Target}",
        CompareSnapshotsRequest compare => $"{Of(compare.Reference)} and {Of(compare.Difference)}",
        RestoreRequest restore => $"{Of(restore.Snapshot)}, {Of(restore.Selections)} to agent {restore.Agent ?? "of the server"}, {restore.Destination ?? "where it came from"}",
        BackUpServerRequest => "server",
        StopServerRequest stop => stop.Force ? "server, forced" : "server",
        _ => null,
    };

    private static string? OfAccess(object? request) => request switch
    {
        CreateUserRequest create => $"user {create.Name}: {string.Join("; ", create.Grants.Select(Of))}",
        UpdateUserRequest update => $"user {update.Name}{Renamed(update.NewName)}{Changes(update)}",
        UserReference user => $"user {user.Name}",
        GrantRequest grant => $"user {grant.User}: {Of(grant.Grant)}",
        CreateApiTokenRequest create => $"API token {create.Name}: {string.Join("; ", create.Grants.Select(Of))}",
        ApiTokenReference token => $"API token {token.Name}",
        RemovalRequestReference removal => $"request {removal.Id}",
        RemovalPolicy policy => policy.NeedsApproval ? "approval needed" : "no approval needed",
        ChangePasswordRequest => "own password",
        OneTimeCode => "own one-time codes",
        _ => null,
    };

    private static string? OfFleet(object? request) => request switch
    {
        AgentReference agent => $"agent {agent.Agent}",
        UpdateAgentRequest update => $"agent {update.Agent}{Changes(update)}",
        CreateAgentGroupRequest create => $"group {create.Name}",
        UpdateAgentGroupRequest update => $"group {update.Name}{Renamed(update.NewName)}{Changes(update)}",
        AgentGroupReference group => $"group {group.Name}",
        SetRunLimitsRequest limits => $"runs at once:{Limit("server", limits.Total)}{Limit("repository", limits.PerRepository)}{Limit("agent", limits.PerAgent)}",
        RemoveAgentRequest remove => $"agent {remove.Agent}{(remove.RemoveTasks ? " with its tasks" : "")}",
        NewEnrollmentTokenRequest { Agent: { } place } => $"enrolment token for the place of agent {place}",
        NewEnrollmentTokenRequest create => $"enrolment token for {create.Uses} of kind {create.Kind}{(create.Group is { } group ? $" in group {group}" : "")}",
        EnrollmentTokenReference token => $"enrolment token {token.Id}",
        _ => null,
    };

    private static string? OfItem(object? request) => request switch
    {
        ItemQuery { Snapshot: { } snapshot } items => $"{Of(snapshot)}, {items.Path}",
        ItemQuery items => Live(items.Agent, items.Path),
        StoredContentRequest stored => $"{Of(stored.Snapshot)}, {stored.Path}",
        LiveContentRequest live => Live(live.Agent, live.Path),
        WriteItemRequest write => Live(write.Agent, Of(write.Item)),
        CopyFileRequest copy => $"{Live(copy.File.Agent, copy.File.Path)} to {Live(copy.Agent, Of(copy.Item))}",
        RemoveItemsRequest remove => Live(remove.Agent, remove.Path) + (remove.Recurse ? " with all in it" : ""),
        _ => null,
    };

    private static string Live(string? agent, string path) => $"agent {(string.IsNullOrEmpty(agent) ? "of the server" : agent)}, {path}";

    private static string Of(ItemToWrite item) => $"{item.Path} in {item.Destination}";

    private static string Of(SnapshotReference snapshot) => $"snapshot {snapshot.Id}{(snapshot.Repository is { } repository ? $" of {repository}" : "")}";

    private static string Of(IReadOnlyList<RestoreSelection> selections) =>
        selections.Count == 1 ? $"'{selections[0].Path}'" : $"{selections.Count} items";

    private static string Of(Grant grant)
    {
        string[] only = [.. grant.Agents.Select(agent => $"agent {agent}"), .. grant.Groups.Select(group => $"group {group}"), .. grant.Repositories.Select(repository => $"repository {repository}")];
        return only.Length == 0 ? grant.Role.ToString() : $"{grant.Role} for {string.Join(", ", only)}";
    }

    private static string Renamed(string? name) => name is null ? "" : $" to {name}";

    private static string Changes(UpdateAgentRequest update) => string.Concat(
        update.Tags is { } tags ? $", tags {string.Join(", ", tags)}" : "",
        string.Concat(update.AddTags.Select(tag => $", tag {tag}")),
        string.Concat(update.RemoveTags.Select(tag => $", without tag {tag}")));

    private static string Changes(UpdateAgentGroupRequest update) => string.Concat(
        update.Rule is not null ? ", another rule" : update.RemoveRule ? ", no rule" : "",
        string.Concat(update.AddAgents.Select(agent => $", with agent {agent}")),
        string.Concat(update.RemoveAgents.Select(agent => $", without agent {agent}")));

    private static string Limit(string of, int? limit) => limit is null ? "" : $" {of} {limit}";

    private static string Changes(UpdateUserRequest update) => string.Concat(
        update.NewPassword is null ? "" : ", password",
        update.CertificateFingerprint is null ? "" : ", certificate",
        update.IsEnabled switch { true => ", enabled", false => ", disabled", null => "" },
        update.ForgetOneTimeCode ? ", one-time codes forgotten" : "");
}
