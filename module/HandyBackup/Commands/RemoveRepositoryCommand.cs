using System.Management.Automation;
using HandyBackup.Contracts;
using HandyBackup.Module.Completion;
using HandyBackup.Module.Tasks;

namespace HandyBackup.Module.Commands;

/// <summary>Forgets a repository, and deletes its data when told to.</summary>
[Cmdlet(VerbsCommon.Remove, "HBRepository", SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.High)]
public sealed class RemoveRepositoryCommand : SessionCmdlet
{
    /// <summary>The repository.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [ObjectProperty("Repository")]
    [ArgumentCompleter(typeof(RepositoryNameCompleter))]
    public string Name { get; set; } = "";

    /// <summary>Delete the repository's files, for good.</summary>
    [Parameter]
    public SwitchParameter DeleteData { get; set; }

    /// <summary>Remove the tasks that use it as well.</summary>
    [Parameter]
    public SwitchParameter RemoveTasks { get; set; }

    /// <inheritdoc/>
    protected override async Task ProcessAsync(CancellationToken cancellationToken)
    {
        HBSession session = CurrentSession;
        RepositoryInfo info = await FindAsync(session, cancellationToken);
        string target = $"{info.Name} ({info.Path}, {info.Snapshots?.ToString("N0") ?? "unknown number of"} snapshots, {(info.Size is null ? "unknown size" : ByteSize.Format(info.Size))})";
        string action = DeleteData ? "Delete repository with all its data" : "Forget repository, leave its data";
        if (RemoveTasks)
        {
            action += await TaskNames.AndTasksAsync(session, new TaskQuery { Repository = info.Name }, cancellationToken);
        }

        if (Confirm(target, action))
        {
            var request = new RemoveRepositoryRequest { Name = Name, DeleteData = DeleteData, RemoveTasks = RemoveTasks };
            await session.Connection.Repositories.RemoveAsync(request, cancellationToken);
        }
    }

    private async Task<RepositoryInfo> FindAsync(HBSession session, CancellationToken cancellationToken)
    {
        await foreach (RepositoryInfo info in session.Connection.Repositories.ListAsync(new RepositoryQuery { Name = Name }, cancellationToken))
        {
            if (string.Equals(info.Name, Name, StringComparison.OrdinalIgnoreCase))
            {
                return info;
            }
        }

        throw NotFound.Repository(Name);
    }
}
