using HandyBackup.Contracts;

namespace HandyBackup.Rpc;

/// <summary>
/// Knows who calls over one connection, and judges each call before anything of it is done. May be used from several threads at once. Disposing of it says that the
/// connection has ended.
/// </summary>
public interface IPanelGuard : IDisposable
{
    /// <summary>Ends as soon as the caller is known; never fails. Until then the connection is held to little data and little time.</summary>
    Task Admitted { get; }

    /// <summary>Is cancelled when the caller must go, for instance because the account was removed.</summary>
    CancellationToken Ended { get; }

    /// <summary>Judges a call, and carries it out if it is allowed.</summary>
    /// <exception cref="HandyBackupException"><see cref="ErrorCode.LoginNeeded"/>, <see cref="ErrorCode.AccessRefused"/>, or what the call ended with.</exception>
    Task<T> CarryOutAsync<T>(PanelCall call, Func<CancellationToken, Task<T>> carryOut, CancellationToken cancellationToken);

    /// <summary>Judges a call that returns items as they come, and opens the stream if it is allowed. Nothing is judged before the first item is asked for.</summary>
    /// <exception cref="HandyBackupException"><see cref="ErrorCode.LoginNeeded"/>, <see cref="ErrorCode.AccessRefused"/>, or what the stream ended with.</exception>
    IAsyncEnumerable<T> OpenAsync<T>(PanelCall call, Func<CancellationToken, IAsyncEnumerable<T>> open, CancellationToken cancellationToken);
}
