using PolyType;
using StreamJsonRpc;

namespace HandyBackup.Contracts;

/// <summary>Who a connection's calls are judged as, and what everybody may do with the own account.</summary>
[JsonRpcContract, GenerateShape(IncludeMethods = MethodShapeFlags.PublicInstance)]
public partial interface ILogin : IDisposable
{
    /// <summary>Makes the connection that of an account. Another login on the same connection is refused.</summary>
    /// <exception cref="HandyBackupException"><see cref="ErrorCode.LoginRefused"/>, whatever was wrong.</exception>
    [Requires(Permission.Anybody)]
    Task<CallerInfo> LoginAsync(LoginRequest request, CancellationToken cancellationToken);

    /// <summary>Who the connection's caller is.</summary>
    [Requires(Permission.View, Narrowable = true)]
    Task<CallerInfo> GetCallerAsync(CancellationToken cancellationToken);

    /// <summary>Changes the caller's own password.</summary>
    /// <exception cref="HandyBackupException"><see cref="ErrorCode.LoginRefused"/> if the old one is wrong, <see cref="ErrorCode.PasswordTooWeak"/> for the new one,
    /// <see cref="ErrorCode.NotAUser"/> if the caller is none.</exception>
    [Requires(Permission.OwnAccount)]
    Task ChangePasswordAsync(ChangePasswordRequest request, CancellationToken cancellationToken);

    /// <summary>Makes a secret for one-time codes. It counts only after <see cref="ConfirmOneTimeCodeAsync"/>; another call replaces it.</summary>
    /// <exception cref="HandyBackupException"><see cref="ErrorCode.NotAUser"/>, or <see cref="ErrorCode.OneTimeCodeInUse"/> if the account needs codes already.</exception>
    [Requires(Permission.OwnAccount)]
    Task<OneTimeCodeSecret> PrepareOneTimeCodeAsync(CancellationToken cancellationToken);

    /// <summary>Shows that the caller's device makes the right codes: from now on each login with the password needs one.</summary>
    /// <exception cref="HandyBackupException"><see cref="ErrorCode.OneTimeCodeWrong"/> or <see cref="ErrorCode.NotAUser"/>.</exception>
    [Requires(Permission.OwnAccount)]
    Task ConfirmOneTimeCodeAsync(OneTimeCode code, CancellationToken cancellationToken);

    /// <summary>Ends the need for codes; needs one.</summary>
    /// <exception cref="HandyBackupException"><see cref="ErrorCode.OneTimeCodeWrong"/> or <see cref="ErrorCode.NotAUser"/>.</exception>
    [Requires(Permission.OwnAccount)]
    Task RemoveOneTimeCodeAsync(OneTimeCode code, CancellationToken cancellationToken);
}
