using HandyBackup.Contracts;
using HandyBackup.Stores;

namespace HandyBackup.Repository;

/// <summary>Turns a store's errors into those of the repository: the one place that does.</summary>
public static class StoreErrors
{
    /// <summary>Translates an error that says something about the store; callers handle <see cref="StoreError.NotFound"/> and <see cref="StoreError.TooShort"/> first, which say something about a file.</summary>
    /// <param name="exception">The store's error.</param>
    /// <param name="store">The store.</param>
    public static HandyBackupException Translate(StoreException exception, IStore store) => exception.Error switch
    {
        StoreError.Full => new HandyBackupException(ErrorCode.StoreFull, $"No space is left where the repository lies: {exception.Message}", exception)
        {
            Target = store.Location,
            Advice = "Free some space there. Nothing that was saved before is harmed.",
        },
        StoreError.AccessDenied => new HandyBackupException(ErrorCode.StoreAccessDenied, $"Access to the repository is refused: {exception.Message}", exception)
        {
            Target = store.Location,
            Advice = "Check the owner and the permissions of the place, whether it is mounted read-only, and which account the server runs as.",
        },
        _ => new HandyBackupException(ErrorCode.StoreUnavailable, $"The place of the repository fails: {exception.Message}", exception)
        {
            Target = store.Location,
            Advice = "Check that the drive or network place is connected and works.",
            IsTransient = exception.Error == StoreError.Unavailable,
        },
    };
}
