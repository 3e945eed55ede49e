using HandyBackup.Catalog;
using HandyBackup.Contracts;
using HandyBackup.Rpc;

namespace HandyBackup.Server.Core;

/// <summary>A catalog out of a backup: what was good once must not be good again, only because the catalog forgot that it was used.</summary>
internal static class RestoredCatalog
{
    private const string Action = "ServerInfo.Restore";

    /// <summary>Opens catalog and key, and makes the catalog ready for a server. Everything is durable when it returns.</summary>
    /// <param name="catalogPath">The catalog's file, which nobody has open. An older one is brought to the newest version.</param>
    /// <param name="keyPath">The server's key.</param>
    /// <param name="backup">What is restored.</param>
    /// <param name="account">Who restores, as the machine knows him.</param>
    /// <param name="time">The clock.</param>
    /// <param name="cancellationToken">Stops the work; what is half done is of no use.</param>
    /// <returns>How many enrolment tokens were revoked, and how many requests dropped.</returns>
    /// <exception cref="HandyBackupException"><see cref="ErrorCode.CatalogNewer"/>, <see cref="ErrorCode.CatalogDamaged"/> or <see cref="ErrorCode.ServerKeyUnusable"/>.</exception>
    public static async Task<(int RevokedTokens, int DroppedRemovals)> PrepareAsync(
        string catalogPath, string keyPath, ServerBackupManifest backup, string account, TimeProvider time, CancellationToken cancellationToken)
    {
        await using SqliteCatalog catalog = await SqliteCatalog.OpenAsync(catalogPath, cancellationToken);
        using SecretSealer sealer = await ServerKey.OpenAsync(keyPath, catalog, cancellationToken);
        DateTimeOffset now = time.GetUtcNow();
        int tokens = await catalog.EnrollmentTokens.RevokeAllAsync(now, cancellationToken);
        int removals = await catalog.RemovalRequests.DropAllAsync(cancellationToken);
        await catalog.Users.UseUpCodesAsync(OneTimeCodes.NewestStep(now), cancellationToken);
        await new RestorationNote(backup.Made, now).SaveAsync(catalog.Settings, cancellationToken);
        await new AuditTrail(catalog, new AuditChain(sealer), time).NoteAsync(
            Caller.LocalAdministrator(account),
            PanelOrigin.Local(account),
            Action,
            $"server of {backup.HostName} as of {backup.Made.UtcDateTime:u}",
            AuditOutcome.Done,
            null,
            cancellationToken);
        return (tokens, removals);
    }
}
