using System.Buffers;
using HandyBackup.Agent.Core.Chunking;
using HandyBackup.Contracts;
using HandyBackup.Sources;

namespace HandyBackup.Agent.Core.Backup;

/// <summary>
/// Makes the nodes of files: takes over what is unchanged, reads the rest. Safe for several threads; two files are read at once for each
/// processor.
/// </summary>
internal sealed class FileSaver(
    ISourceSession session,
    BackupOrder order,
    BlobSaver saver,
    MemoryPool<byte> pool,
    MemoryBudget budget,
    RunScope scope,
    RunCounters counters,
    ItemIssues issues) : IDisposable
{
    private readonly ContentChunker _chunker = new(new GearTable(order.ChunkerKey.Span));

    // Two for each processor, so that one can wait for the disk while another compresses.
    private readonly SemaphoreSlim _readers = new(2 * Environment.ProcessorCount);

    /// <summary>Begins with a file; waits as long as there is no memory for it.</summary>
    /// <param name="file">The file.</param>
    /// <param name="previous">What the previous snapshot has under its name, if anything.</param>
    /// <returns>The node, or a task that makes it; null if the file is left out.</returns>
    public async ValueTask<PendingNode> StartAsync(SourceItem file, TreeNode? previous)
    {
        counters.Begin(file);
        if (previous is not null && !order.Full && NodeFactory.IsUnchanged(file, previous))
        {
            ValueTask<bool> isMissing = saver.IsAnyMissingAsync(previous.Content!);
            if (isMissing.IsCompletedSuccessfully)
            {
                if (!isMissing.Result)
                {
                    return new PendingNode(TakeOver(file, previous));
                }
            }
            else
            {
                Task<bool> answer = isMissing.AsTask();
                await budget.AcquireAsync(FileReadPlan.Smallest.Cost, scope.Token);
                return new PendingNode(scope.StartHere(() => TakeOverOrReadAsync(file, previous, answer)));
            }
        }

        FileReadPlan plan = FileReadPlan.For(file.Size);
        await budget.AcquireAsync(plan.Cost, scope.Token);
        return new PendingNode(scope.Start(() => SaveAsync(file, previous, plan)));
    }

    public void Dispose() => _readers.Dispose();

    private TreeNode TakeOver(SourceItem file, TreeNode previous)
    {
        counters.AddFile(FileChange.Unchanged, (long)previous.Size);
        return NodeFactory.TakeOver(file, previous);
    }

    private async Task<TreeNode?> TakeOverOrReadAsync(SourceItem file, TreeNode previous, Task<bool> isMissing)
    {
        try
        {
            if (!await isMissing)
            {
                return TakeOver(file, previous);
            }
        }
        finally
        {
            budget.Release(FileReadPlan.Smallest.Cost);
        }

        // The repository lost part of the content.
        FileReadPlan plan = FileReadPlan.For(file.Size);
        await budget.AcquireAsync(plan.Cost, scope.Token);
        return await SaveAsync(file, previous, plan);
    }

    // Releases the plan's cost.
    private async Task<TreeNode?> SaveAsync(SourceItem file, TreeNode? previous, FileReadPlan plan)
    {
        try
        {
            (bool isWhole, TreeNode? node) = await TrySaveAsync(file, previous, plan);
            if (isWhole)
            {
                return node;
            }
        }
        finally
        {
            budget.Release(plan.Cost);
        }

        // The file is longer than the listing said.
        await budget.AcquireAsync(FileReadPlan.Streamed.Cost, scope.Token);
        try
        {
            return (await TrySaveAsync(file, previous, FileReadPlan.Streamed)).Node;
        }
        finally
        {
            budget.Release(FileReadPlan.Streamed.Cost);
        }
    }

    private async Task<(bool IsWhole, TreeNode? Node)> TrySaveAsync(SourceItem file, TreeNode? previous, FileReadPlan plan)
    {
        await using var reader = new FileReader(_chunker, saver, pool, scope, counters, plan);
        try
        {
            counters.Begin(file);
            bool wasChanged = false;
            SourceItemDetails details;
            Task<BlobId[]> blobs;

            // Without the token, which would cost more than the waiting: when the run stops, those who read stop, and the others get here in turn.
            await _readers.WaitAsync(CancellationToken.None);
            try
            {
                scope.Token.ThrowIfCancellationRequested();
                await using (ISourceReader content = await session.OpenReadAsync(file, scope.Token))
                {
                    if (!await reader.ReadAsync(content))
                    {
                        return (false, null);
                    }

                    wasChanged = await content.WasChangedAsync(scope.Token);
                    details = await content.GetDetailsAsync(scope.Token);
                }

                // Saved by whoever read it, as long as that does not wait: so small files do not pile up, read and not saved.
                blobs = reader.FinishAsync();
            }
            finally
            {
                _readers.Release();
            }

            TreeNode node = NodeFactory.Create(file, details, await blobs, reader.Length);
            if (wasChanged)
            {
                await issues.ReportAsync(file, ErrorCode.ItemChanged, "The file was altered while it was read; what was stored may mix old and new content.");
            }

            counters.AddFile(Compare(node, previous), reader.Length - reader.CountedLength);
            return (true, node);
        }
        catch (SourceException exception) when (ItemIssues.IsAboutItem(exception))
        {
            counters.AddFailedParts(reader.CountedLength);
            await issues.ReportAsync(file, exception);
            return (true, null);
        }
    }

    private static FileChange Compare(TreeNode node, TreeNode? previous) =>
        previous is not { Type: NodeType.File, Content: { } content } ? FileChange.New
        : node.Size == previous.Size && node.Modified.IsSameInstant(previous.Modified) && node.Changed.IsSameInstant(previous.Changed)
            && content.SequenceEqual(node.Content!) ? FileChange.Unchanged
        : FileChange.Changed;
}
