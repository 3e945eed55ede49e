using System.Management.Automation;
using HandyBackup.Contracts;
using HandyBackup.Module.Items;
using HandyBackup.Rpc;

namespace HandyBackup.Module.Commands;

/// <summary>Removes files and folders on agents.</summary>
[Cmdlet(VerbsCommon.Remove, "HBItem", SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.High)]
[OutputType(typeof(HBItem))]
public sealed class RemoveItemCommand : ItemCmdlet
{
    private const int ProgressId = 1;
    private static readonly TimeSpan s_progressInterval = TimeSpan.FromMilliseconds(250);

    /// <summary>The items.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipelineByPropertyName = true)]
    [ValidateNotNullOrEmpty]
    public string[] Path { get; set; } = [];

    /// <summary>Remove folders with all that is in them.</summary>
    [Parameter]
    public SwitchParameter Recurse { get; set; }

    /// <inheritdoc/>
    protected override async Task ProcessAsync(CancellationToken cancellationToken)
    {
        if (Snapshot is { } snapshot)
        {
            throw new HandyBackupException(ErrorCode.InvalidArgument, "Items of a snapshot stay: a snapshot is removed whole or not at all.")
            {
                Target = snapshot.Id,
                Advice = "Remove-HBSnapshot removes snapshots; live items come from Get-HBItem -Agent.",
            };
        }

        HBSession session = CurrentSession;
        ItemQuery place = CreateQuery();
        foreach (string path in Path)
        {
            try
            {
                await RemoveAsync(session, place with { Path = ItemPath.Normalize(path) }, cancellationToken);
            }
            catch (HandyBackupException exception) when (!IsFatal(exception.Code) && !cancellationToken.IsCancellationRequested)
            {
                Report(exception);
            }
        }
    }

    private async Task RemoveAsync(HBSession session, ItemQuery item, CancellationToken cancellationToken)
    {
        string target = $"'{item.Path}' on {item.Agent ?? "the server's own agent"}";
        bool isConfirmed = Confirm(target, Recurse ? "Remove with all that is in it" : "Remove", out bool isWhatIf);
        if (isWhatIf)
        {
            await ShowAsync(session, item, cancellationToken);
        }

        if (isConfirmed)
        {
            var request = new RemoveItemsRequest { Agent = item.Agent, Selection = item.Selection, Path = item.Path, Recurse = Recurse };
            await RemoveAsync(session, request, target, cancellationToken);
        }
    }

    private async Task ShowAsync(HBSession session, ItemQuery place, CancellationToken cancellationToken)
    {
        Item item = await ItemSearch.FindAsync(session.Connection, place, place.Path, cancellationToken);
        Emit(new HBItem(item, session));
        if (item.Kind == ItemKind.Folder && Recurse)
        {
            await foreach (Item below in session.Connection.Items.ListAsync(place with { Recurse = true }, cancellationToken))
            {
                Emit(new HBItem(below, session));
            }
        }
    }

    private async Task RemoveAsync(HBSession session, RemoveItemsRequest request, string target, CancellationToken cancellationToken)
    {
        long removed = 0;
        long failed = 0;
        long bytes = 0;
        var pace = System.Diagnostics.Stopwatch.StartNew();
        await foreach (ItemRemoval removal in session.Connection.Items.RemoveAsync(request, cancellationToken))
        {
            if (removal.Failure is { } failure)
            {
                failed++;
                Report(failure.ToException());
                continue;
            }

            removed++;
            bytes += removal.Size;
            if (pace.Elapsed > s_progressInterval)
            {
                pace.Restart();
                Emit(new ProgressRecord(ProgressId, $"Removing {PrintableText.Clean(target)}", $"{removed:N0} items, {ByteSize.Format(bytes)}"));
            }
        }

        Emit(new ProgressRecord(ProgressId, $"Removing {PrintableText.Clean(target)}", " ") { RecordType = ProgressRecordType.Completed });
        Tell($"{removed:N0} removed, {ByteSize.Format(bytes)}; {failed:N0} could not be removed.");
    }
}
