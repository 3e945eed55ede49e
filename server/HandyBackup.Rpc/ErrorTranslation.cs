using HandyBackup.Contracts;

namespace HandyBackup.Rpc;

/// <summary>Between the exception that is thrown and the record that travels.</summary>
public static class ErrorTranslation
{
    /// <summary>The record of an exception. The inner exception stays behind.</summary>
    public static ErrorInfo ToErrorInfo(this HandyBackupException exception) => new()
    {
        Code = exception.Code,
        Message = exception.Message,
        Target = exception.Target,
        Advice = exception.Advice,
        IsTransient = exception.IsTransient,
    };

    /// <summary>The exception of a record.</summary>
    public static HandyBackupException ToException(this ErrorInfo error) => new(error.Code, error.Message)
    {
        Target = error.Target,
        Advice = error.Advice,
        IsTransient = error.IsTransient,
    };
}
