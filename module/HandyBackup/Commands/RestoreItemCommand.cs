using System.Management.Automation;
using HandyBackup.Contracts;
using HandyBackup.Module.Completion;
using HandyBackup.Module.Items;

namespace HandyBackup.Module.Commands;

/// <summary>Restores snapshots, or items of snapshots.</summary>
[Cmdlet(VerbsData.Restore, "HBItem", SupportsShouldProcess = true, DefaultParameterSetName = DestinationSet)]
[OutputType(typeof(HBRun), typeof(HBRestorePlanItem))]
public sealed class RestoreItemCommand : ResultRunCmdlet
{
    private const string DestinationSet = "Destination";
    private const string OriginalLocationSet = "OriginalLocation";

    private readonly List<(HBSession Session, SnapshotReference Snapshot, RestoreSelections Selections)> _groups = [];

    /// <summary>The snapshot.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipelineByPropertyName = true)]
    [Alias("Id")]
    [ObjectProperty("SnapshotId")]
    [ArgumentCompleter(typeof(SnapshotIdCompleter))]
    [AllowNull]
    [AllowEmptyString]
    public string? SnapshotId { get; set; }

    /// <summary>The repository that holds the snapshot; all are searched when omitted.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [ObjectProperty("Repository")]
    [ArgumentCompleter(typeof(RepositoryNameCompleter))]
    public string? Repository { get; set; }

    /// <summary>The items in the snapshot; everything when omitted.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [AllowEmptyString]
    public string[] Path { get; set; } = [""];

    /// <summary>The folder that receives the items.</summary>
    [Parameter(Mandatory = true, Position = 1, ParameterSetName = DestinationSet)]
    [ValidateNotNullOrEmpty]
    public string Destination { get; set; } = "";

    /// <summary>Put each item back where it came from.</summary>
    [Parameter(Mandatory = true, ParameterSetName = OriginalLocationSet)]
    public SwitchParameter OriginalLocation { get; set; }

    /// <summary>Keep the folders of the items below the destination.</summary>
    [Parameter(ParameterSetName = DestinationSet)]
    public SwitchParameter KeepPath { get; set; }

    /// <summary>What happens to items that exist.</summary>
    [Parameter]
    public OverwritePolicy Overwrite { get; set; } = OverwritePolicy.Always;

    /// <summary>The agent that receives the items; the server's own when omitted.</summary>
    [Parameter]
    [ObjectProperty("Agent")]
    [ArgumentCompleter(typeof(AgentNameCompleter))]
    public string? Agent { get; set; }

    /// <summary>Do not ask before items are replaced where they came from.</summary>
    [Parameter(ParameterSetName = OriginalLocationSet)]
    public SwitchParameter Force { get; set; }

    /// <summary>Wait for the run, which is what happens anyway; false is the same as -NoWait.</summary>
    [Parameter]
    public SwitchParameter Wait { get; set; } = true;

    /// <inheritdoc/>
    protected override Task ProcessAsync(CancellationToken cancellationToken)
    {
        if (NameFilter.OrNull(SnapshotId) is not { } id)
        {
            throw new HandyBackupException(ErrorCode.SnapshotNotFound, "The input has no snapshot.")
            {
                Target = Path[0].Length > 0 ? Path[0] : NameFilter.OrNull(Repository),
                Advice = "Items come from Get-HBSnapshot | Get-HBItem; live items and runs that made no snapshot cannot be restored.",
            };
        }

        RestoreSelections selections = GroupOf(CurrentSession, new SnapshotReference(NameFilter.OrNull(Repository), id));
        foreach (string path in Path)
        {
            selections.Add(ItemPath.Normalize(path), KeepPath || OriginalLocation);
        }

        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    protected override async Task EndAsync(CancellationToken cancellationToken)
    {
        foreach ((HBSession session, SnapshotReference snapshot, RestoreSelections selections) in _groups)
        {
            var request = new RestoreRequest
            {
                Snapshot = snapshot,
                Selections = selections.Selections,
                Agent = NameFilter.OrNull(Agent),
                Destination = OriginalLocation ? null : NameFilter.OrNull(Agent) is null ? this.ResolvePath(Destination, session) : Destination,
                Overwrite = Overwrite,
            };
            try
            {
                await RestoreAsync(request, session, cancellationToken);
            }
            catch (HandyBackupException exception) when (!IsFatal(exception.Code) && !cancellationToken.IsCancellationRequested)
            {
                Report(exception);
            }
        }
    }

    private async Task RestoreAsync(RestoreRequest request, HBSession session, CancellationToken cancellationToken)
    {
        string target = request.Destination ?? "their original locations";
        bool confirmed = Confirm(target, $"Restore {Describe(request)}", out bool isWhatIf);
        if (isWhatIf)
        {
            await EmitPlanAsync(request, session, cancellationToken);
        }

        if (!confirmed || !MayReplaceOriginals(request))
        {
            return;
        }

        Run run = await session.Connection.Items.StartRestoreAsync(request, cancellationToken);
        if (Wait && !NoWait)
        {
            EmitEnded(await FollowAsync(run, session, cancellationToken), session);
        }
        else
        {
            Emit(new HBRun(run, session));
        }
    }

    private async Task EmitPlanAsync(RestoreRequest request, HBSession session, CancellationToken cancellationToken)
    {
        var counts = new long[(int)RestoreAction.Refuse + 1];
        long bytes = 0;
        await foreach (RestorePlanItem item in session.Connection.Items.PlanRestoreAsync(request, cancellationToken))
        {
            counts[(int)item.Action]++;
            bytes += item.Bytes;
            Emit(new HBRestorePlanItem(item));
        }

        Tell($"What if: {counts[(int)RestoreAction.Create]:N0} created, {counts[(int)RestoreAction.Replace]:N0} replaced, {counts[(int)RestoreAction.Merge]:N0} merged, "
            + $"{counts[(int)RestoreAction.Skip]:N0} skipped, {counts[(int)RestoreAction.Refuse]:N0} refused; {ByteSize.Format(bytes)} written.");
    }

    // A destination that the user names is theirs to name. Live data is another matter: it may hold work that is in no snapshot.
    private bool MayReplaceOriginals(RestoreRequest request)
    {
        bool saidSo = Force || (MyInvocation.BoundParameters.TryGetValue("Confirm", out object? confirm) && confirm is SwitchParameter { IsPresent: false });
        return request.Destination is not null
            || Overwrite == OverwritePolicy.Never
            || saidSo
            || Ask($"What is at the original locations now may be replaced by {Describe(request)}. Go on?", "Restore to the original locations");
    }

    private static string Describe(RestoreRequest request)
    {
        string id = request.Snapshot.Id.Substring(0, Math.Min(8, request.Snapshot.Id.Length));
        return request.Selections.Count switch
        {
            1 when request.Selections[0].Path.Length == 0 => $"snapshot {id}",
            1 => $"'{request.Selections[0].Path}' of snapshot {id}",
            int count => $"{count:N0} items of snapshot {id}",
        };
    }

    private RestoreSelections GroupOf(HBSession session, SnapshotReference snapshot)
    {
        // Items come snapshot by snapshot: the group is nearly always the last one.
        for (int i = _groups.Count - 1; i >= 0; i--)
        {
            if (_groups[i].Session == session && _groups[i].Snapshot == snapshot)
            {
                return _groups[i].Selections;
            }
        }

        var selections = new RestoreSelections();
        _groups.Add((session, snapshot, selections));
        return selections;
    }
}
