using HandyBackup.Catalog;
using HandyBackup.Contracts;
using HandyBackup.Repository;

namespace HandyBackup.Server.Core;

/// <summary>Executes checks.</summary>
internal sealed class CheckWork(ICatalog catalog, OpenRepositories repositories, RepositoryDirectory directory, TimeProvider time)
{
    /// <summary>Checks a repository: damage counts as something that needs a look, untidiness is only noted.</summary>
    /// <exception cref="HandyBackupException">Damage was found; the code is that of the first finding.</exception>
    public async Task<RunResult> ExecuteAsync(RepositoryRecord queued, CheckRepositoryRequest request, ActiveRun run, CancellationToken cancellationToken)
    {
        // The time for verification may have changed while the run was queued.
        RepositoryRecord record = await directory.FindByIdAsync(queued, cancellationToken);
        await using RepositoryLease<OpenRepository> lease = await repositories.OpenAsync(record, cancellationToken);
        CheckedData data = request.ReadData ? CheckedData.All : request.ReadDue ? CheckedData.Due : CheckedData.None;
        await CheckAsync(record, lease.Value, data, run, run, cancellationToken);
        return new RunResult(run.Current.Progress);
    }

    /// <summary>Checks a repository that is open.</summary>
    /// <param name="record">The repository.</param>
    /// <param name="repository">The same, open.</param>
    /// <param name="data">The data that is read.</param>
    /// <param name="run">Gets the findings.</param>
    /// <param name="progress">Gets the progress.</param>
    /// <param name="cancellationToken">Stops the check.</param>
    /// <exception cref="HandyBackupException">Damage was found; the code is that of the first finding.</exception>
    public async Task CheckAsync(
        RepositoryRecord record, OpenRepository repository, CheckedData data, ActiveRun run, IProgress<RunProgress> progress, CancellationToken cancellationToken)
    {
        var options = new CheckOptions { Data = data, Record = new CatalogVerificationRecord(catalog.Verifications, record.Id), VerifyWithin = record.VerifyWithin };
        CheckFinding? first = null;
        long damages = 0;
        await foreach (CheckFinding finding in RepositoryCheck.RunAsync(repository, options, progress, cancellationToken))
        {
            if (finding.IsDamage)
            {
                first ??= finding;
                damages++;
                await run.WarnAsync(RunLogLevel.Error, finding.Code, finding.Target, finding.Message, cancellationToken);
            }
            else
            {
                await run.NoteAsync(finding.Code, finding.Target, finding.Message, cancellationToken);
            }
        }

        if (first is not null)
        {
            throw new HandyBackupException(first.Code, $"The repository '{record.Name}' is damaged ({damages} findings). The first: {first.Message}")
            {
                Target = first.Target,
                Advice = "The run's log names all findings. Keep the folder as it is, and restore what you still need first.",
            };
        }

        await catalog.Repositories.SetLastCheckedAsync(record.Id, time.GetUtcNow(), cancellationToken);
    }

    /// <summary>Refuses a request that contradicts itself.</summary>
    public static void Check(CheckRepositoryRequest request)
    {
        if (request.ReadData && request.ReadDue)
        {
            throw new HandyBackupException(ErrorCode.InvalidArgument, "Both all data and the share that is due are asked for.") { Target = nameof(request.ReadDue), Advice = "Ask for one of them." };
        }
    }
}
