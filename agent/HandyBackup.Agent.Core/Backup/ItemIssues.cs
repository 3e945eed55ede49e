using HandyBackup.Contracts;
using HandyBackup.Sources;

namespace HandyBackup.Agent.Core.Backup;

/// <summary>Tells the observer of single items that could not be handled as they should be. Safe for several threads.</summary>
internal sealed class ItemIssues(IRunObserver observer, CancellationToken cancellationToken)
{
    /// <summary>True if the failure is about one item; false if the source as a whole is lost.</summary>
    public static bool IsAboutItem(SourceException exception) => exception.Error != SourceError.Unavailable;

    /// <summary>Reports an item that cannot be read or is gone.</summary>
    public ValueTask ReportAsync(SourceItem item, SourceException exception)
    {
        ErrorCode code = exception.Error switch
        {
            SourceError.Vanished or SourceError.NotFound => ErrorCode.ItemVanished,
            SourceError.Unsupported => ErrorCode.ItemUnsupported,
            _ => ErrorCode.ItemUnreadable,
        };
        return ReportAsync(exception.ItemPath?.ToArray() ?? item.GetPath(), code, exception.Message);
    }

    /// <summary>Reports something about an item.</summary>
    public ValueTask ReportAsync(SourceItem item, ErrorCode code, string reason) => ReportAsync(item.GetPath(), code, reason);

    /// <summary>Reports something about a folder; null is the top.</summary>
    public ValueTask ReportFolderAsync(SourceItem? folder, ErrorCode code, string reason) => ReportAsync(folder?.GetPath() ?? [], code, reason);

    private ValueTask ReportAsync(byte[] path, ErrorCode code, string reason) =>
        observer.IssueAsync(new ItemIssue { Code = code, Path = ItemName.ToText(path), Reason = reason }, cancellationToken);
}
