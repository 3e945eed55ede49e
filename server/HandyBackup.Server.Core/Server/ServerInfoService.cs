using HandyBackup.Catalog;
using HandyBackup.Contracts;

namespace HandyBackup.Server.Core;

/// <inheritdoc cref="IServerInfo"/>
internal sealed class ServerInfoService(
    ICatalog catalog, AgentDirectory agents, RunEngine engine, Fleet fleet, ServerSaving saving, string dataPath, DateTimeOffset started, Action requestStop) : IServerInfo
{
    // None yet: everything that this version knows belongs to the protocol itself.
    private static readonly string[] s_capabilities = [];

    /// <inheritdoc/>
    public Task<HelloReply> HelloAsync(HelloRequest request, CancellationToken cancellationToken)
    {
        if (request.Protocol != ProtocolVersion.Current)
        {
            bool isPanelOlder = request.Protocol < ProtocolVersion.Current;
            throw new HandyBackupException(
                ErrorCode.ProtocolMismatch,
                $"The panel ({request.Product}) speaks protocol version {request.Protocol}, and this server ({ProductVersion.Product}) version {ProtocolVersion.Current}.")
            {
                Target = request.Product,
                Advice = isPanelOlder ? "Update the panel's module." : "Update the server, and start it again.",
            };
        }

        return Task.FromResult(new HelloReply(ProtocolVersion.Current, ProductVersion.Product, s_capabilities.Intersect(request.Capabilities).ToArray()));
    }

    /// <inheritdoc/>
    public async Task<ServerStatus> GetStatusAsync(CancellationToken cancellationToken) => new()
    {
        HostName = Environment.MachineName,
        Version = ProductVersion.Current,
        DataPath = dataPath,
        ProcessId = Environment.ProcessId,
        Started = started,
        ActiveRuns = engine.ActiveRuns,
        Tasks = await catalog.Tasks.ListAsync(cancellationToken).CountAsync(cancellationToken),
        Repositories = await catalog.Repositories.ListAsync(cancellationToken).CountAsync(cancellationToken),
        Agents = agents.Connected,
        Fingerprint = (await fleet.OpenIfMadeAsync(cancellationToken))?.Authority.Fingerprint,
    };

    /// <inheritdoc/>
    public Task StopAsync(StopServerRequest request, CancellationToken cancellationToken)
    {
        int active = engine.ActiveRuns;
        if (active > 0 && !request.Force)
        {
            throw new HandyBackupException(ErrorCode.TaskBusy, $"{active} runs are under way.")
            {
                Target = dataPath,
                Advice = "Wait until they have ended, or force the stop: what they stored is used by their next runs.",
                IsTransient = true,
            };
        }

        requestStop();
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public IAsyncEnumerable<ServerBackupPart> BackUpAsync(BackUpServerRequest request, CancellationToken cancellationToken) => saving.SaveAsync(request, cancellationToken);

    /// <summary>Does nothing: one object serves all connections.</summary>
    public void Dispose()
    {
    }
}
