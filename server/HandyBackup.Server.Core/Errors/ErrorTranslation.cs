using HandyBackup.Contracts;

namespace HandyBackup.Server.Core;

/// <summary>Failures of the rooms below in the terms that cross the wire.</summary>
internal static class ErrorTranslation
{
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
