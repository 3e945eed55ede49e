using HandyBackup.Catalog;
using HandyBackup.Contracts;
using HandyBackup.Repository;

namespace HandyBackup.Server.Core;

/// <summary>Executes checks.</summary>
internal sealed class CheckWork(ICatalog catalog, OpenRepositories repositories, TimeProvider time)
{
    /// <summary>Checks a repository: damage counts as something that needs a look, untidiness is only noted.</summary>
    /// <exception cref="HandyBackupException">Damage was found; the code is that of the first finding.</exception>
    public async Task<RunResult> ExecuteAsync(RepositoryRecord record, bool readData, ActiveRun run, CancellationToken cancellationToken)
    {
        await using RepositoryLease<OpenRepository> lease = await repositories.OpenAsync(record, cancellationToken);
        CheckFinding? first = null;
        long damages = 0;
        await foreach (CheckFinding finding in RepositoryCheck.RunAsync(lease.Value, readData, run, cancellationToken))
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
        return new RunResult(run.Current.Progress);
    }
}
