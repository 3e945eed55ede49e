using HandyBackup.Contracts;

namespace HandyBackup.Repository;

/// <summary>Examines a whole repository: key, config, index, pack, snapshot and tree files, and with data every blob of every pack.</summary>
public static class RepositoryCheck
{
    /// <summary>Runs a check and reports each finding as it is made; a sound repository has none.</summary>
    /// <param name="repository">The repository. The check loads its own index and survives damaged files of every kind.</param>
    /// <param name="readData">True to read every pack whole and verify every blob.</param>
    /// <param name="progress">Is told the counters now and then.</param>
    /// <param name="cancellationToken">Stops the check.</param>
    public static IAsyncEnumerable<CheckFinding> RunAsync(OpenRepository repository, bool readData, IProgress<RunProgress> progress, CancellationToken cancellationToken) => throw new NotSupportedException();
}
