using HandyBackup.Agent.Core.Sources;
using HandyBackup.Contracts;
using HandyBackup.Sources;

namespace HandyBackup.Agent.Core.Restore;

/// <summary>Tells the observer of single items that could not be restored as they should be. Safe for several threads.</summary>
internal sealed class RestoreIssues(IRunObserver observer, CancellationToken cancellationToken)
{
    /// <summary>True if the failure is about one item; false if the destination as a whole cannot be used.</summary>
    public static bool IsAboutItem(SourceException exception) => exception.Error is not
        (SourceError.Unavailable or SourceError.DestinationFull or SourceError.DestinationNotFolder or SourceError.DestinationNotWritable);

    public ValueTask ReportAsync(SourceItem item, SourceException exception) => ReportAsync(item, SourceErrors.ToCode(exception.Error), exception.Message);

    public ValueTask ReportAsync(SourceItem item, ErrorCode code, string reason) =>
        observer.IssueAsync(new ItemIssue { Code = code, Path = ItemName.ToText(item.GetPath()), Reason = reason }, cancellationToken);

    /// <summary>Reports what of an item's metadata could not be set, if anything.</summary>
    public ValueTask ReportMetadataAsync(SourceItem item, IReadOnlyList<string> failures) =>
        failures.Count == 0 ? ValueTask.CompletedTask : ReportAsync(item, ErrorCode.MetadataNotRestored, string.Join("; ", failures));
}
