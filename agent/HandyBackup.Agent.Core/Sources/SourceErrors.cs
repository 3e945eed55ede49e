using HandyBackup.Contracts;
using HandyBackup.Sources;

namespace HandyBackup.Agent.Core.Sources;

/// <summary>Turns what sources report into what crosses the wire. The one place where the two meet.</summary>
internal static class SourceErrors
{
    /// <summary>The stable code of an error.</summary>
    public static ErrorCode ToCode(SourceError error) => error switch
    {
        SourceError.OptionInvalid => ErrorCode.SourceOptionInvalid,
        SourceError.Unavailable => ErrorCode.SourceUnavailable,
        SourceError.NotFound => ErrorCode.ItemNotFound,
        SourceError.Vanished => ErrorCode.ItemVanished,
        SourceError.Unreadable => ErrorCode.ItemUnreadable,
        SourceError.Unsupported => ErrorCode.ItemUnsupported,
        SourceError.DestinationNotFolder => ErrorCode.DestinationNotFolder,
        SourceError.DestinationNotWritable => ErrorCode.DestinationNotWritable,
        SourceError.DestinationEscapes => ErrorCode.DestinationEscapes,
        SourceError.DestinationFull => ErrorCode.DestinationFull,
        SourceError.NotWritten => ErrorCode.ItemNotRestored,
        SourceError.Protected => ErrorCode.ItemProtected,
        SourceError.LeftOut => ErrorCode.ItemLeftOut,
        SourceError.FolderNotEmpty => ErrorCode.FolderNotEmpty,
        SourceError.NotRemoved => ErrorCode.ItemNotRemoved,
        _ => ErrorCode.InternalError,
    };

    /// <summary>The exception that a caller of the agent sees.</summary>
    /// <param name="exception">What the source threw.</param>
    /// <param name="target">What the call was about: a path, a destination or a kind of source.</param>
    public static HandyBackupException ToException(SourceException exception, string target)
    {
        string thing = exception.Option ?? (exception.ItemPath is { } path ? ItemName.ToText(path.Span) : target);
        string message = exception.Message.Contains(thing, StringComparison.Ordinal) ? exception.Message : $"{thing}: {exception.Message}";
        return new HandyBackupException(ToCode(exception.Error), message, exception) { Target = thing, Advice = exception.Advice };
    }
}
