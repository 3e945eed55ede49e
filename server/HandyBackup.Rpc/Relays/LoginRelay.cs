using HandyBackup.Contracts;

namespace HandyBackup.Rpc.Relays;

/// <summary>Sends the calls of <see cref="ILogin"/> through a <see cref="CallPath"/>.</summary>
internal sealed class LoginRelay(ILogin inner, CallPath path) : ILogin
{
    public Task<CallerInfo> LoginAsync(LoginRequest request, CancellationToken cancellationToken) =>
        path.CallAsync(token => inner.LoginAsync(request, token), cancellationToken, request);

    public Task<CallerInfo> GetCallerAsync(CancellationToken cancellationToken) =>
        path.CallAsync(inner.GetCallerAsync, cancellationToken);

    public Task ChangePasswordAsync(ChangePasswordRequest request, CancellationToken cancellationToken) =>
        path.CallAsync(token => inner.ChangePasswordAsync(request, token), cancellationToken, request);

    public Task<OneTimeCodeSecret> PrepareOneTimeCodeAsync(CancellationToken cancellationToken) =>
        path.CallAsync(inner.PrepareOneTimeCodeAsync, cancellationToken);

    public Task ConfirmOneTimeCodeAsync(OneTimeCode code, CancellationToken cancellationToken) =>
        path.CallAsync(token => inner.ConfirmOneTimeCodeAsync(code, token), cancellationToken, code);

    public Task RemoveOneTimeCodeAsync(OneTimeCode code, CancellationToken cancellationToken) =>
        path.CallAsync(token => inner.RemoveOneTimeCodeAsync(code, token), cancellationToken, code);

    // The interface asks for it; what lies behind the relay belongs to the connection, or to the server.
    public void Dispose()
    {
    }
}
