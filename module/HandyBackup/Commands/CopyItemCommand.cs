using System.Diagnostics;
using System.Management.Automation;
using HandyBackup.Contracts;
using HandyBackup.Module.Completion;
using HandyBackup.Module.Items;
using HandyBackup.Module.Items.Copying;

namespace HandyBackup.Module.Commands;

/// <summary>Copies files and folders between this machine and agents, from agent to agent, and from snapshots to this machine.</summary>
[Cmdlet(VerbsCommon.Copy, "HBItem", SupportsShouldProcess = true)]
public sealed class CopyItemCommand : ItemCmdlet
{
    private const int ProgressId = 1;
    private static readonly TimeSpan s_progressInterval = TimeSpan.FromMilliseconds(250);

    private readonly Stopwatch _pace = Stopwatch.StartNew();

    /// <summary>The files and folders.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipelineByPropertyName = true)]
    [ValidateNotNullOrEmpty]
    public string[] Path { get; set; } = [];

    /// <summary>The folder that receives them, by their own names.</summary>
    [Parameter(Mandatory = true, Position = 1)]
    [ValidateNotNullOrEmpty]
    public string Destination { get; set; } = "";

    /// <summary>The agent that receives them; this machine when omitted.</summary>
    [Parameter]
    [ObjectProperty("Agent")]
    [ArgumentCompleter(typeof(AgentNameCompleter))]
    [ValidateNotNullOrEmpty]
    public string? ToAgent { get; set; }

    /// <summary>Copy folders with all that is in them.</summary>
    [Parameter]
    public SwitchParameter Recurse { get; set; }

    /// <summary>What happens to files that exist.</summary>
    [Parameter]
    public OverwritePolicy Overwrite { get; set; } = OverwritePolicy.Always;

    private bool IsFromHere => Snapshot is null && NameFilter.OrNull(Agent) is null;

    /// <inheritdoc/>
    protected override async Task ProcessAsync(CancellationToken cancellationToken)
    {
        HBSession session = CurrentSession;
        Refuse();
        ICopySource source = IsFromHere ? new LocalItems() : new ServerItems(session.Connection, CreateQuery());
        ICopyTarget target = ToAgent is null
            ? new LocalTarget(this.ResolvePath(Destination), Overwrite)
            : new AgentTarget(session.Connection, ToAgent, Destination, Overwrite);
        foreach (string path in Path)
        {
            string from = IsFromHere ? this.ResolvePath(path) : path;
            if (!Confirm($"{Destination} on {ToAgent ?? "this machine"}", $"Copy '{path}' from {(Snapshot is { } snapshot ? $"snapshot {snapshot.Id}" : NameFilter.OrNull(Agent) ?? "this machine")}"))
            {
                continue;
            }

            var copy = new ItemCopy(source, target, exception => Report(exception, cancellationToken));
            try
            {
                await copy.RunAsync(from, Recurse, item => Show(copy, item), cancellationToken);
            }
            catch (HandyBackupException exception)
            {
                Report(exception, cancellationToken);
            }

            Emit(new ProgressRecord(ProgressId, "Copying", " ") { RecordType = ProgressRecordType.Completed });
            Tell($"{copy.Files:N0} files copied, {ByteSize.Format(copy.Bytes)}; {copy.Skipped:N0} left as they were, {copy.Failed:N0} not copied.");
        }
    }

    private void Refuse()
    {
        if (IsFromHere && ToAgent is null)
        {
            throw new HandyBackupException(ErrorCode.InvalidArgument, "Both ends of the copy are this machine.")
            {
                Target = Destination,
                Advice = "Name the agent to copy from with -Agent or to with -ToAgent; on this machine Copy-Item copies.",
            };
        }

        if (Snapshot is { } snapshot && ToAgent is not null)
        {
            throw new HandyBackupException(ErrorCode.InvalidArgument, "From a snapshot to an agent is a restore.")
            {
                Target = snapshot.Id,
                Advice = "Restore-HBItem does it, with all metadata.",
            };
        }
    }

    private void Report(HandyBackupException exception, CancellationToken cancellationToken)
    {
        if (IsFatal(exception.Code) || cancellationToken.IsCancellationRequested)
        {
            throw exception;
        }

        Report(exception);
    }

    private void Show(ItemCopy copy, CopiedItem item)
    {
        if (_pace.Elapsed > s_progressInterval)
        {
            _pace.Restart();
            Emit(new ProgressRecord(ProgressId, "Copying", $"{copy.Files:N0} files, {ByteSize.Format(copy.Bytes)}") { CurrentOperation = PrintableText.Clean(item.Path) });
        }
    }
}
