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
    public static bool IsDamage(ErrorCode code) => Category(code) == ErrorCategory.InvalidData
        && code is not (ErrorCode.CatalogDamaged or ErrorCode.ServerBackupDamaged or ErrorCode.AuditLogDamaged or ErrorCode.CondemnedPacksDamaged);

    private static ErrorCategory Category(ErrorCode code) => code switch
    {
        ErrorCode.InvalidArgument or ErrorCode.SourceOptionInvalid or ErrorCode.SnapshotAmbiguous or ErrorCode.EnrollmentTokenInvalid or ErrorCode.CertificateRequestInvalid
            or ErrorCode.NotAServerBackup or ErrorCode.AgentSettingsInvalid or ErrorCode.PasswordTooWeak
            => ErrorCategory.InvalidArgument,
        ErrorCode.Cancelled or ErrorCode.RunInterrupted => ErrorCategory.OperationStopped,
        ErrorCode.AccessDenied or ErrorCode.StoreAccessDenied or ErrorCode.DestinationNotWritable or ErrorCode.AgentSuspended or ErrorCode.AgentNotApproved or ErrorCode.AccessRefused
            or ErrorCode.AgentNotVouchedFor or ErrorCode.MachineUnsuitable or ErrorCode.ItemProtected or ErrorCode.ItemLeftOut or ErrorCode.AgentReadOnly or ErrorCode.AgentKindInsufficient
            or ErrorCode.BlobRefused or ErrorCode.ApprovalNeeded or ErrorCode.ApprovalRefused
            => ErrorCategory.PermissionDenied,
        ErrorCode.WrongPassword or ErrorCode.EnrollmentRefused or ErrorCode.AgentCertificateMissing or ErrorCode.AgentCertificateUntrusted or ErrorCode.AgentCertificateExpired
            or ErrorCode.AgentCertificateNotYetValid or ErrorCode.AgentCertificateWrongUse or ErrorCode.AgentCertificateSuperseded or ErrorCode.AgentUnknown or ErrorCode.AgentRevoked
            or ErrorCode.LoginNeeded or ErrorCode.LoginRefused or ErrorCode.OneTimeCodeWrong
            => ErrorCategory.AuthenticationError,
        ErrorCode.TimedOut => ErrorCategory.OperationTimeout,
        ErrorCode.NotConnected or ErrorCode.ConnectionLost or ErrorCode.ServerNotRunning or ErrorCode.AgentOffline or ErrorCode.ServerUnreachable or ErrorCode.SecureConnectionFailed
            or ErrorCode.AgentGroupOffline or ErrorCode.MachineUnreachable
            => ErrorCategory.ConnectionError,
        ErrorCode.ServerNotTrusted or ErrorCode.ServerCertificateUntrusted or ErrorCode.ServerCertificateNotValidNow or ErrorCode.ServerNameMismatch
            or ErrorCode.EnrollmentServerMismatch => ErrorCategory.SecurityError,
        ErrorCode.ProtocolViolated => ErrorCategory.ProtocolError,
        ErrorCode.RootTreeMissing => ErrorCategory.InvalidResult,
        ErrorCode.ProtocolMismatch or ErrorCode.CatalogNewer or ErrorCode.RepositoryVersionUnsupported or ErrorCode.RestoreNotSupported or ErrorCode.ItemUnsupported
            or ErrorCode.RemotePanelUnsupported or ErrorCode.ServerBackupNewer or ErrorCode.RemovalNotSupported => ErrorCategory.NotImplemented,
        ErrorCode.DataPathInUse or ErrorCode.RepositoryInUse or ErrorCode.RepositoryLocked or ErrorCode.TaskBusy or ErrorCode.AgentInUse or ErrorCode.AgentGroupInUse
            or ErrorCode.AgentHomeInUse => ErrorCategory.ResourceBusy,
        ErrorCode.DataPathUnusable or ErrorCode.ServerStartFailed or ErrorCode.ServerKeyUnusable or ErrorCode.StoreUnavailable or ErrorCode.SourceUnavailable
            or ErrorCode.CertificateAuthorityExpired or ErrorCode.KnownServersUnusable or ErrorCode.ServerRestoreFailed
            or ErrorCode.AgentPackageUnusable or ErrorCode.AgentInstallFailed or ErrorCode.AgentServiceFailed or ErrorCode.AgentHomeUnusable
            or ErrorCode.AgentCredentialDamaged or ErrorCode.ListenFailed or ErrorCode.BackupNotNow => ErrorCategory.ResourceUnavailable,
        ErrorCode.RepositoryNotFound or ErrorCode.TaskNotFound or ErrorCode.AgentNotFound or ErrorCode.RunNotFound or ErrorCode.SnapshotNotFound or ErrorCode.SnapshotExpired
            or ErrorCode.ItemNotFound or ErrorCode.KeyNotFound or ErrorCode.SourceUnknown or ErrorCode.NotARepository or ErrorCode.ItemVanished
            or ErrorCode.EnrollmentTokenNotFound or ErrorCode.AgentGroupNotFound or ErrorCode.AgentNotInGroup or ErrorCode.AgentNotInstalled
            or ErrorCode.AgentPackageMissing or ErrorCode.UserNotFound or ErrorCode.GrantNotFound or ErrorCode.ApiTokenNotFound
            or ErrorCode.RemovalRequestNotFound => ErrorCategory.ObjectNotFound,
        ErrorCode.RepositoryExists or ErrorCode.TaskExists or ErrorCode.RepositoryFolderNotEmpty or ErrorCode.AgentExists or ErrorCode.AgentGroupExists
            or ErrorCode.DataPathOccupied or ErrorCode.FileExists or ErrorCode.AgentEnrolledElsewhere or ErrorCode.UserExists
            or ErrorCode.ApiTokenExists or ErrorCode.OneTimeCodeInUse or ErrorCode.PackUnused or ErrorCode.IndexUnused or ErrorCode.ParityUnused => ErrorCategory.ResourceExists,
        ErrorCode.CatalogDamaged or ErrorCode.ConfigDamaged or ErrorCode.KeyDamaged or ErrorCode.PackDamaged or ErrorCode.IndexDamaged or ErrorCode.SnapshotDamaged
            or ErrorCode.LockDamaged or ErrorCode.TreeDamaged or ErrorCode.BlobMissing or ErrorCode.PackMissing or ErrorCode.BlobDamaged or ErrorCode.ParityDamaged
            or ErrorCode.ServerBackupDamaged or ErrorCode.AuditLogDamaged or ErrorCode.CondemnedPacksDamaged => ErrorCategory.InvalidData,
        ErrorCode.StoreFull or ErrorCode.DestinationFull or ErrorCode.ItemNotRestored or ErrorCode.MetadataNotRestored or ErrorCode.ItemNotRemoved => ErrorCategory.WriteError,
        ErrorCode.ItemUnreadable or ErrorCode.ItemChanged or ErrorCode.ContentIncomplete => ErrorCategory.ReadError,
        ErrorCode.LastKey or ErrorCode.AgentGroupEmpty or ErrorCode.NoSnapshotsListed or ErrorCode.SnapshotsVanished or ErrorCode.UsageUnknown or ErrorCode.RunNotActive
            or ErrorCode.DestinationNotFolder or ErrorCode.DestinationEscapes or ErrorCode.FolderNotEmpty or ErrorCode.NotAUser or ErrorCode.AgentNotEnrolled
            => ErrorCategory.InvalidOperation,
        // InternalError, for which there is no category.
        _ => ErrorCategory.NotSpecified,
    };
}
