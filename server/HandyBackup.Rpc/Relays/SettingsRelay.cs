using HandyBackup.Contracts;

namespace HandyBackup.Rpc.Relays;

/// <summary>Sends the calls of <see cref="ISettings"/> through a <see cref="CallPath"/>.</summary>
internal sealed class SettingsRelay(ISettings inner, CallPath path) : ISettings
{
    public Task<RunLimits> GetRunLimitsAsync(CancellationToken cancellationToken) =>
        path.CallAsync(inner.GetRunLimitsAsync, cancellationToken);

    public Task<RunLimits> SetRunLimitsAsync(SetRunLimitsRequest request, CancellationToken cancellationToken) =>
        path.CallAsync(token => inner.SetRunLimitsAsync(request, token), cancellationToken, request);

    // The interface asks for it; what lies behind the relay belongs to the connection, or to the server.
    public void Dispose()
    {
    }
}
