using HandyBackup.Catalog;

namespace HandyBackup.Server.Core;

/// <summary>What a server is at one moment, in a few words and numbers. Safe to share between threads.</summary>
/// <param name="catalog">The catalog.</param>
/// <param name="fleet">By which panels on other machines know the server.</param>
/// <param name="dataPath">The server's data path.</param>
/// <param name="startOptions">The options of its command line, without the data path.</param>
/// <param name="time">The clock.</param>
internal sealed class ServerDescription(ICatalog catalog, Fleet fleet, string dataPath, IReadOnlyList<string> startOptions, TimeProvider time)
{
    /// <summary>Describes the server as it is now.</summary>
    public async Task<ServerBackupManifest> ReadAsync(CancellationToken cancellationToken) => new()
    {
        Made = time.GetUtcNow(),
        HostName = Environment.MachineName,
        Version = ProductVersion.Current,
        DataPath = dataPath,
        StartOptions = startOptions,
        Repositories = await catalog.Repositories.ListAsync(cancellationToken).CountAsync(cancellationToken),
        Tasks = await catalog.Tasks.ListAsync(cancellationToken).CountAsync(cancellationToken),
        Agents = await catalog.AgentIdentities.ListAsync(cancellationToken).CountAsync(cancellationToken),
        Users = await catalog.Users.ListAsync(cancellationToken).CountAsync(cancellationToken),
        Fingerprint = (await fleet.OpenIfMadeAsync(cancellationToken))?.Authority.Fingerprint,
    };
}
