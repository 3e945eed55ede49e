using HandyBackup.Contracts;
using HandyBackup.Stores;

namespace HandyBackup.Repository;

/// <summary>
/// Repairs a repository. Nothing is removed before what replaces it is durable, so a repair that is cut short at any point leaves the repository
/// not worse than it was. Snapshots are never removed, but for what cannot be read of the trash.
/// </summary>
public static class RepositoryRepair
{
    /// <summary>
    /// Examines every file, heals what parity can heal, makes lost and damaged index files anew from the packs, and stores what is sound in damaged packs
    /// once more. What is lost leaves the index, so that the next backup that meets it stores it again. Holds an exclusive lock meanwhile.
    /// </summary>
    /// <param name="repository">The repository. Indexes that were loaded from it before are to be refreshed afterwards.</param>
    /// <param name="options">How to repair.</param>
    /// <param name="progress">Is told the counters now and then, from several threads. Items are packs.</param>
    /// <param name="cancellationToken">Stops the repair.</param>
    /// <returns>What was done, as it is done; nothing for a sound repository.</returns>
    /// <exception cref="HandyBackupException"><see cref="ErrorCode.RepositoryLocked"/> if others work on the repository, or a store error.</exception>
    public static IAsyncEnumerable<RepairFinding> RunAsync(
        OpenRepository repository, RepairOptions options, IProgress<RunProgress> progress, CancellationToken cancellationToken) =>
        FindingStream.RunLockedAsync<RepairFinding>(
            repository,
            exclusive: true,
            "repair",
            (findings, stop) => RunAsync(repository, options, new RepairReport(findings, progress, options.PlanOnly), stop),
            cancellationToken);

    private static async Task RunAsync(OpenRepository repository, RepairOptions options, RepairReport report, CancellationToken cancellationToken)
    {
        try
        {
            if (options.OnlyAddParity)
            {
                await new ParityAddition(repository, report).RunAsync(cancellationToken);
            }
            else
            {
                await RepairAsync(repository, options, report, cancellationToken);
            }
        }
        catch (StoreException exception)
        {
            throw StoreErrors.Translate(exception, repository.Store);
        }
    }

    private static async Task RepairAsync(OpenRepository repository, RepairOptions options, RepairReport report, CancellationToken cancellationToken)
    {
        using var decompressors = new ZstdDecompressors();
        var verifier = new BlobVerifier(decompressors, repository.Buffers);
        var files = new FileRepair(repository, report);
        await new SmallFilesRepair(repository, files, report).RunAsync(cancellationToken);
        IndexSurvey index = await new IndexSurvey(repository).LoadAsync(cancellationToken);
        PackSurvey packs = new(repository, index, files, report);
        await packs.RunAsync(cancellationToken);
        await files.ReportAddedAsync(cancellationToken);
        await using var sound = new RepositoryIndex(new IndexFiles(repository.Files));
        packs.AddSoundTo(sound.Blobs);
        var salvage = new PackSalvage(repository, index, sound, verifier, report);
        await salvage.RunAsync(packs.Damaged, options.Donor, cancellationToken);
        await new IndexRebuild(repository, index, packs, report).RunAsync(cancellationToken);
        await salvage.RemoveAsync(packs.Damaged, cancellationToken);
        await new OrphanedSidecars(repository, sound.Blobs, files, report).RunAsync(cancellationToken);
        await new RemovalsRepair(repository, report).RunAsync(cancellationToken);
        await new LostContent(repository, sound.Blobs, verifier, report).RunAsync(cancellationToken);
    }
}
