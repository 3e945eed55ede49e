using HandyBackup.Catalog;
using HandyBackup.Contracts;
using HandyBackup.Repository;
using Microsoft.Extensions.Logging;

namespace HandyBackup.Server.Core;

/// <summary>Executes backups.</summary>
internal sealed class BackupWork(
    ICatalog catalog, OpenRepositories repositories, TaskOptions options, OrderResumption orders, MachineRefusals refusals, TimeSpan lockWait, TimeProvider time, ILogger logger)
{
    // What a stopped run has stored is worth a moment, but not the wait for a dead store.
    private static readonly TimeSpan s_salvageLimit = TimeSpan.FromSeconds(30);

    /// <summary>Has the agent read the source, and makes a snapshot of what it handed in.</summary>
    public async Task<RunResult> ExecuteAsync(TaskRecord task, ConnectedAgent agent, RepositoryRecord record, bool full, ActiveRun run, CancellationToken cancellationToken)
    {
        await using RepositoryLease<IndexedRepository> lease = await repositories.OpenIndexedAsync(record, cancellationToken);
        IndexedRepository repository = lease.Value;
        return await LockedWork.RunAsync(
            record,
            repository.Repository,
            lockWait,
            token => BackUpAsync(task, agent, record, repository, full, run, token),
            cancellationToken);
    }

    private async Task<RunResult> BackUpAsync(
        TaskRecord task, ConnectedAgent agent, RepositoryRecord record, IndexedRepository repository, bool full, ActiveRun run, CancellationToken cancellationToken)
    {
        using RepositoryUse use = repository.BeginUse();
        // Under the lock: what another program removed from the index before that was still known here.
        await repository.RefreshAsync(cancellationToken);
        SnapshotEntry? previous = await FindPreviousAsync(task, agent, repository, use, cancellationToken);
        var order = new BackupOrder
        {
            RunId = run.Id,
            Selection = options.Reveal(task).Selection,
            PreviousTree = previous?.Snapshot?.Tree,
            PreviousTotals = previous?.Snapshot?.Origin?.Totals,
            State = await GetStateKeyAsync(task, record, cancellationToken),
            Full = full,
            ChunkerKey = repository.Repository.ChunkerKey,
            CompressionLevel = record.CompressionLevel,
        };

        await AdoptAsync(record, repository, run, cancellationToken);
        // One writer from beginning to end: see IndexedRepository.Writer.
        BlobWriter writer = repository.Writer;
        BackupOutcome outcome = await ReadSourceAsync(order, agent, repository, writer, run, cancellationToken);
        await writer.FlushAsync(cancellationToken);
        Snapshot snapshot = Describe(task.Definition, agent.Description, run, outcome, previous?.Id);
        SnapshotId id = await repository.Repository.Snapshots.SaveAsync(snapshot, cancellationToken);
        await run.LogAsync(RunLogLevel.Information, null, $"Snapshot {id.ToString()[..8]} was saved.", CancellationToken.None);
        return new RunResult(outcome.Totals, id.ToString());
    }

    // From now on nothing of the previous snapshot goes; unless it went between the finding and the pinning, which its file tells.
    private static async Task<SnapshotEntry?> FindPreviousAsync(
        TaskRecord task, ConnectedAgent agent, IndexedRepository repository, RepositoryUse use, CancellationToken cancellationToken)
    {
        SnapshotEntry? previous = await PreviousSnapshot.FindAsync(repository, task.Definition, agent.Description, cancellationToken);
        bool isKept = previous is not null && use.TryPin(previous.Snapshot!.Tree) && await repository.Repository.Snapshots.ExistsAsync(previous.Id, cancellationToken);
        return isKept ? previous : null;
    }

    // Under the lock, which no repair shares. One that has not ended yet is as good as one that is about to begin.
    private async Task<AgentStateKey?> GetStateKeyAsync(TaskRecord task, RepositoryRecord record, CancellationToken cancellationToken) =>
        await catalog.Runs.FindLastRepairOrDamageAsync(record.Id, cancellationToken) switch
        {
            { Kind: RunKind.Repair, Ended: null } => null,
            { } last => new AgentStateKey(record.Id, task.Id, last.Id),
            null => new AgentStateKey(record.Id, task.Id, Guid.Empty),
        };

    // A backup that did not end well may have stored packs that it could not index any more.
    private async Task AdoptAsync(RepositoryRecord record, IndexedRepository repository, ActiveRun run, CancellationToken cancellationToken)
    {
        if (await catalog.Runs.FindLastBackupAsync(record.Id, cancellationToken) is not { State: RunState.Interrupted or RunState.Failed })
        {
            return;
        }

        AdoptedPacks adopted = await repository.AdoptStrayPacksAsync(cancellationToken);
        if (adopted.Count > 0)
        {
            await run.LogAsync(
                RunLogLevel.Information, null, $"{adopted.Bytes} bytes that an earlier run had stored before it was interrupted are used again.", CancellationToken.None);
        }
    }

    private async Task<BackupOutcome> ReadSourceAsync(BackupOrder order, ConnectedAgent agent, IndexedRepository repository, BlobWriter writer, ActiveRun run, CancellationToken cancellationToken)
    {
        // The embedded agent is this process: what it hashed is not hashed again.
        var conduct = new AgentConduct(agent, run, refusals);
        var ingest = new RunIngest(repository, writer, run, verify: !agent.IsEmbedded, conduct.RefuseWriting);
        IRetrieve retrieve = agent.IsEmbedded ? repository.Reader : ConfinedReader.OfFolders(repository, order.PreviousTree, conduct.RefuseReading);
        try
        {
            BackupOutcome outcome = await orders.RunAsync(
                agent, run, target => target.BackupAsync(order, ingest, retrieve, run, cancellationToken), cancellationToken);
            VerifyRoot(outcome.RootTree, agent, repository);
            return outcome;
        }
        catch
        {
            await SalvageAsync(writer, run);
            if (ingest.Failure is { } failure && !cancellationToken.IsCancellationRequested)
            {
                throw failure;
            }

            throw;
        }
        finally
        {
            await conduct.CompleteAsync();
        }
    }

    // What an agent on another machine says is not taken for granted: a snapshot without its tree would look like a backup and be none.
    private static void VerifyRoot(BlobId root, ConnectedAgent agent, IndexedRepository repository)
    {
        if (!agent.IsEmbedded && !repository.Contains(root, BlobType.Tree))
        {
            throw new HandyBackupException(ErrorCode.RootTreeMissing, $"The agent '{agent.Description.Name}' ended its backup with a root tree that it did not hand in.")
            {
                Target = root.ToString(),
                Advice = "No snapshot was saved. Update the agent; if it goes on, look into its log.",
            };
        }
    }

    // Makes durable what was handed in so far: the next run finds it and goes on from there.
    private async Task SalvageAsync(BlobWriter writer, ActiveRun run)
    {
        using var limit = new CancellationTokenSource(s_salvageLimit, time);
        try
        {
            await writer.FlushAsync(limit.Token);
        }
        catch (Exception exception) when (exception is HandyBackupException or OperationCanceledException)
        {
            // The failure that led here is the one to report.
            ServerLog.SalvageFailed(logger, run.Id, exception);
        }
    }

    private Snapshot Describe(TaskDefinition task, AgentDescription agent, ActiveRun run, BackupOutcome outcome, SnapshotId? parent)
    {
        Run state = run.Current;
        return new Snapshot
        {
            Time = TimeZoneInfo.ConvertTime(state.Started ?? time.GetUtcNow(), time.LocalTimeZone),
            Parent = parent,
            Tree = outcome.RootTree,
            Paths = outcome.Paths,
            HostName = agent.HostName,
            UserName = agent.UserName,
            Tags = task.Tags,
            ProgramVersion = ProductVersion.Product,
            Origin = new SnapshotOrigin
            {
                Task = task.Name,
                Agent = task.Agent,
                Source = task.Selection.Source,
                RunId = run.Id,
                Totals = new ItemTotals(outcome.Totals.Items, outcome.Totals.Bytes),
                AddedBytes = state.Progress.AddedBytes,
            },
        };
    }
}
