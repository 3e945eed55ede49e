using HandyBackup.Contracts;
using HandyBackup.Stores;

namespace HandyBackup.Server.Core;

/// <summary>Failures of the rooms below in the terms that cross the wire.</summary>
internal static class ErrorTranslation
{
    /// <summary>What a store said, as the exception that callers know.</summary>
    /// <param name="exception">The failure.</param>
    /// <param name="location">The store's place, for people.</param>
    public static HandyBackupException FromStore(StoreException exception, string location)
    {
        (ErrorCode code, string advice) = exception.Error switch
        {
            StoreError.Full => (ErrorCode.StoreFull, "Make room where the repository lies; the next run goes on with what was stored."),
            StoreError.AccessDenied => (ErrorCode.StoreAccessDenied, "Give the server's account the right to read and write there."),
            StoreError.NotFound => (ErrorCode.StoreUnavailable, "See that the place is mounted and complete; a check of the repository says what is missing."),
            StoreError.TooShort => (ErrorCode.PackDamaged, "Check the repository."),
            _ => (ErrorCode.StoreUnavailable, "See that the place is mounted and reachable."),
        };
        return new HandyBackupException(code, exception.Message, exception)
        {
            Target = location,
            Advice = advice,
            IsTransient = exception.Error == StoreError.Unavailable,
        };
    }

    /// <summary>A failure as it is kept and sent. What nobody expected is a defect of ours: its details stay in the log.</summary>
    public static ErrorInfo Describe(Exception exception) => exception switch
    {
        HandyBackupException known => new ErrorInfo
        {
            Code = known.Code,
            Message = known.Message,
            Target = known.Target,
            Advice = known.Advice,
            IsTransient = known.IsTransient,
        },
        _ => new ErrorInfo
        {
            Code = ErrorCode.InternalError,
            Message = $"The server met a defect of its own ({exception.GetType().Name}).",
            Advice = "The server's log has the details.",
        },
    };

    /// <summary>The exception that stands for a kept error.</summary>
    public static HandyBackupException ToException(this ErrorInfo error) => new(error.Code, error.Message)
    {
        Target = error.Target,
        Advice = error.Advice,
        IsTransient = error.IsTransient,
    };
}
