using HandyBackup.Contracts;
using HandyBackup.Stores;

namespace HandyBackup.Repository;

/// <summary>Examines a whole repository: key, config, index, pack, snapshot and tree files, and with data every blob of every pack.</summary>
public static class RepositoryCheck
{
    /// <summary>
    /// Runs a check and reports each finding as it is made; a sound repository has none. Holds a shared lock meanwhile. Files and folders of
    /// snapshots that damage affects are named by a path such as <c>1a2b3c4d:/home/file</c>, everything else by its file or blob.
    /// </summary>
    /// <param name="repository">The repository. The check loads its own index and survives damaged files of every kind.</param>
    /// <param name="options">What is read, and where that is remembered.</param>
    /// <param name="progress">Is told the counters now and then, from several threads. Items are packs and snapshots.</param>
    /// <param name="cancellationToken">Stops the check.</param>
    /// <exception cref="HandyBackupException"><see cref="ErrorCode.RepositoryLocked"/> if another program works on the repository alone, or a store error.</exception>
    public static IAsyncEnumerable<CheckFinding> RunAsync(
        OpenRepository repository, CheckOptions options, IProgress<RunProgress> progress, CancellationToken cancellationToken) =>
        FindingStream.RunLockedAsync<CheckFinding>(
            repository,
            exclusive: false,
            "check",
            (findings, stop) => RunAsync(repository, options, new CheckReport(findings, repository.Sidecars, progress), stop),
            cancellationToken);

    private static async Task RunAsync(OpenRepository repository, CheckOptions options, CheckReport report, CancellationToken cancellationToken)
    {
        List<SnapshotEntry> snapshots = await new SmallFilesCheck(repository, report).RunAsync(cancellationToken);
        report.AddTotals(snapshots.Count, 0);
        BlobIndex index = await new IndexCheck(repository, report).RunAsync(cancellationToken);
        VerificationPass pass = await VerificationPass.BeginAsync(index, options, repository.Time, cancellationToken);
        List<SnapshotVerification>? verified = null;
        try
        {
            verified = await CheckContentAsync(repository, index, pass, snapshots, report, cancellationToken);
        }
        finally
        {
            await pass.SaveAsync(verified, CancellationToken.None);
        }

        await new SidecarsCheck(repository, index, report).RunAsync(ReadsSidecar, cancellationToken);

        // Small files are read whole anyway, so their sidecars are as well.
        bool ReadsSidecar(StoreFile file) => options.Data == CheckedData.All
            || (options.Data == CheckedData.Due
                && (file.Kind != StoreFileKind.Pack || (index.TryGetPackNumber(new PackId(Sha256Hash.Parse(file.Name)), out int packNumber) && pass.Reads(packNumber))));
    }

    private static async Task<List<SnapshotVerification>> CheckContentAsync(
        OpenRepository repository, BlobIndex index, VerificationPass pass, List<SnapshotEntry> snapshots, CheckReport report, CancellationToken cancellationToken)
    {
        using var decompressors = new ZstdDecompressors();
        var verifier = new BlobVerifier(decompressors, repository.Buffers);
        var unusable = new EntryFlags(index.Count);
        await new PacksCheck(repository, index, unusable, pass, report).RunAsync(verifier, cancellationToken);
        var reader = new BlobReader(() => index, repository, verifier, readsThroughParity: false);
        var trees = new TreesCheck(index, unusable, reader, report, new TreeTimes(index, pass));
        List<SnapshotVerification> verified = [];
        foreach (SnapshotEntry snapshot in snapshots)
        {
            if (await trees.RunAsync(snapshot, cancellationToken) is { } time)
            {
                verified.Add(new SnapshotVerification(snapshot.Id, time));
            }
        }

        return verified;
    }
}
