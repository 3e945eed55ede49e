using System.Management.Automation;
using HandyBackup.Contracts;

namespace HandyBackup.Module.Errors;

/// <summary>Makes PowerShell's error records: the code's name is the ErrorId, the advice the recommended action.</summary>
internal static class ErrorRecords
{
    /// <summary>The record for an exception.</summary>
    public static ErrorRecord Create(HandyBackupException exception)
    {
        string message = PrintableText.Clean(exception.Message);
        string? target = exception.Target is null ? null : PrintableText.Clean(exception.Target);
        var record = new ErrorRecord(exception, exception.Code.ToString(), Category(exception.Code), target)
        {
            ErrorDetails = new ErrorDetails(message),
        };
        if (exception.Advice is { Length: > 0 } advice)
        {
            record.ErrorDetails.RecommendedAction = PrintableText.Clean(advice);
        }

        return record;
    }

    /// <summary>True for codes that say that a repository's content is missing or altered.</summary>
    public static bool IsDamage(ErrorCode code) => Category(code) == ErrorCategory.InvalidData && code != ErrorCode.CatalogDamaged;

    private static ErrorCategory Category(ErrorCode code) => code switch
    {
        ErrorCode.InvalidArgument or ErrorCode.SourceOptionInvalid or ErrorCode.SnapshotAmbiguous => ErrorCategory.InvalidArgument,
        ErrorCode.Cancelled => ErrorCategory.OperationStopped,
        ErrorCode.AccessDenied or ErrorCode.StoreAccessDenied or ErrorCode.DestinationNotWritable => ErrorCategory.PermissionDenied,
        ErrorCode.WrongPassword => ErrorCategory.AuthenticationError,
        ErrorCode.TimedOut => ErrorCategory.OperationTimeout,
        ErrorCode.NotConnected or ErrorCode.ConnectionLost or ErrorCode.ServerNotRunning or ErrorCode.AgentOffline => ErrorCategory.ConnectionError,
        ErrorCode.ProtocolMismatch or ErrorCode.CatalogNewer or ErrorCode.RepositoryVersionUnsupported or ErrorCode.RestoreNotSupported or ErrorCode.ItemUnsupported => ErrorCategory.NotImplemented,
        ErrorCode.DataPathInUse or ErrorCode.RepositoryInUse or ErrorCode.RepositoryLocked or ErrorCode.TaskBusy => ErrorCategory.ResourceBusy,
        ErrorCode.DataPathUnusable or ErrorCode.ServerStartFailed or ErrorCode.ServerKeyUnusable or ErrorCode.StoreUnavailable or ErrorCode.SourceUnavailable => ErrorCategory.ResourceUnavailable,
        ErrorCode.RepositoryNotFound or ErrorCode.TaskNotFound or ErrorCode.AgentNotFound or ErrorCode.RunNotFound or ErrorCode.SnapshotNotFound or ErrorCode.SnapshotExpired
            or ErrorCode.ItemNotFound or ErrorCode.KeyNotFound or ErrorCode.SourceUnknown or ErrorCode.NotARepository or ErrorCode.ItemVanished => ErrorCategory.ObjectNotFound,
        ErrorCode.RepositoryExists or ErrorCode.TaskExists or ErrorCode.RepositoryFolderNotEmpty => ErrorCategory.ResourceExists,
        ErrorCode.CatalogDamaged or ErrorCode.ConfigDamaged or ErrorCode.KeyDamaged or ErrorCode.PackDamaged or ErrorCode.IndexDamaged or ErrorCode.SnapshotDamaged
            or ErrorCode.LockDamaged or ErrorCode.TreeDamaged or ErrorCode.BlobMissing or ErrorCode.PackMissing or ErrorCode.BlobDamaged or ErrorCode.ParityDamaged => ErrorCategory.InvalidData,
        ErrorCode.StoreFull or ErrorCode.DestinationFull or ErrorCode.ItemNotRestored or ErrorCode.MetadataNotRestored => ErrorCategory.WriteError,
        ErrorCode.ItemUnreadable or ErrorCode.ItemChanged => ErrorCategory.ReadError,
        ErrorCode.LastKey or ErrorCode.NoSnapshotsListed or ErrorCode.SnapshotsVanished or ErrorCode.UsageUnknown or ErrorCode.RunNotActive or ErrorCode.DestinationNotFolder or ErrorCode.DestinationEscapes => ErrorCategory.InvalidOperation,
        _ => ErrorCategory.NotSpecified,
    };
}
