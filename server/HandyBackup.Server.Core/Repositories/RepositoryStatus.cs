using HandyBackup.Catalog;
using HandyBackup.Contracts;
using HandyBackup.Repository;
using HandyBackup.Stores;

namespace HandyBackup.Server.Core;

/// <summary>Says how a repository is.</summary>
internal sealed class RepositoryStatus(ICatalog catalog, OpenRepositories repositories)
{
    private static readonly StoreFileKind[] s_kinds = Enum.GetValues<StoreFileKind>().Where(kind => kind != StoreFileKind.Config).ToArray();

    /// <summary>What the catalog knows, and what the place shows now; a place that cannot be read is described by its error.</summary>
    public async Task<RepositoryInfo> DescribeAsync(RepositoryRecord record, CancellationToken cancellationToken)
    {
        VerificationRecord? verification = await catalog.Verifications.FindAsync(record.Id, cancellationToken);
        var info = new RepositoryInfo
        {
            Name = record.Name,
            Id = record.Id,
            Path = record.Path,
            FormatVersion = record.FormatVersion,
            CompressionLevel = record.CompressionLevel,
            ParityPercent = record.ParityPercent,
            Description = record.Description,
            Grace = record.RemovalGrace,
            SweepGrace = record.SweepGrace,
            VerifyWithin = record.VerifyWithin,
            VerifiedSince = verification?.Since,
            UnverifiedBytes = verification?.UnverifiedBytes,
            Added = record.Added,
            LastChecked = record.LastChecked,
        };
        try
        {
            await using RepositoryLease<OpenRepository> lease = await repositories.OpenAsync(record, cancellationToken);
            (int snapshots, long size) = await MeasureAsync(record, lease.Value.Store, cancellationToken);
            return info with { Snapshots = snapshots, Size = size };
        }
        catch (HandyBackupException exception)
        {
            return info with { Error = ErrorTranslation.Describe(exception) };
        }
    }

    private static async Task<(int Snapshots, long Size)> MeasureAsync(RepositoryRecord record, IStore store, CancellationToken cancellationToken)
    {
        try
        {
            return await SumAsync(record, store, cancellationToken);
        }
        catch (StoreException exception)
        {
            throw StoreErrors.Translate(exception, store);
        }
    }

    private static async Task<(int Snapshots, long Size)> SumAsync(RepositoryRecord record, IStore store, CancellationToken cancellationToken)
    {
        // It was open already, perhaps: the folder may have gone since.
        long size = await store.FindSizeAsync(StoreFile.Config, cancellationToken)
            ?? throw new HandyBackupException(ErrorCode.NotARepository, $"The folder '{record.Path}' no longer holds the repository '{record.Name}'.")
            {
                Target = record.Path,
                Advice = "See that the drive is mounted, or tell where the folder was moved to.",
            };
        int snapshots = 0;
        foreach (StoreFileKind kind in s_kinds)
        {
            await foreach (StoreFileInfo file in store.ListAsync(kind, cancellationToken))
            {
                size += file.Size;
                snapshots += kind == StoreFileKind.Snapshot ? 1 : 0;
            }
        }

        return (snapshots, size);
    }
}
