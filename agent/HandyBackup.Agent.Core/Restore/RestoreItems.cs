using System.Collections.Concurrent;
using HandyBackup.Contracts;
using HandyBackup.Sources;

namespace HandyBackup.Agent.Core.Restore;

/// <summary>
/// Writes what is not file content, and does what is due when an item is done: counting, links that waited for it, the folder around it. Errors
/// about one item become issues; all others stop the restore. Safe for several threads.
/// </summary>
internal sealed class RestoreItems(IRestoreTarget target, RestoreIssues issues, RestoreCounters counters, CancellationToken cancellationToken)
{
    private readonly ConcurrentDictionary<FileRestore, bool> _openFiles = new();
    private readonly ConcurrentDictionary<RestoreFolder, bool> _openFolders = new();
    private readonly ConcurrentQueue<RestoreStep> _unlinked = new();

    /// <summary>Items that were begun and are not done.</summary>
    public Outstanding Outstanding { get; } = new();

    public RestoreIssues Issues => issues;

    public RestoreCounters Counters => counters;

    /// <summary>Links whose first name failed, taken out.</summary>
    public IReadOnlyList<RestoreStep> TakeUnlinked()
    {
        var links = new List<RestoreStep>();
        while (_unlinked.TryDequeue(out RestoreStep? link))
        {
            links.Add(link);
        }

        return links;
    }

    /// <summary>Creates a folder, and marks it as refused if the target does not take it.</summary>
    public async ValueTask CreateFolderAsync(RestoreStep step)
    {
        RestoreFolder folder = step.Folder;
        try
        {
            await target.CreateFolderAsync(folder.Item!, cancellationToken);
            folder.Parent!.Enter();
            _openFolders[folder] = true;
        }
        catch (SourceException exception) when (RestoreIssues.IsAboutItem(exception))
        {
            folder.IsRefused = true;
            counters.AddItem();
            await issues.ReportAsync(folder.Item!, exception);
        }
    }

    /// <summary>Something in a folder is done, or the walk left it: if that was the last, the folder is finished, and perhaps those around it.</summary>
    public async ValueTask LeaveAsync(RestoreFolder folder)
    {
        for (RestoreFolder? current = folder; current is not null && current.Leave(); current = current.Parent)
        {
            if (!current.IsNew)
            {
                await RemoveLeftoversAsync(current.Item);
            }

            await FinishFolderAsync(current, cancellationToken);
            _openFolders.TryRemove(current, out _);
            counters.AddItem();
        }
    }

    /// <summary>Writes a link, device node, pipe or socket.</summary>
    public async ValueTask WriteSpecialAsync(RestoreStep step)
    {
        try
        {
            await issues.ReportMetadataAsync(step.Item!, await target.CreateSpecialAsync(step.Item!, NodeItems.ToDetails(step.Node!), cancellationToken));
        }
        catch (SourceException exception) when (RestoreIssues.IsAboutItem(exception))
        {
            await issues.ReportAsync(step.Item!, exception);
        }

        await DoneAsync(step);
    }

    /// <summary>Makes a hard link, or puts it aside until the first name of its file is there.</summary>
    public async ValueTask WriteLinkAsync(RestoreStep step)
    {
        switch (step.Links!.TryWait(step))
        {
            case true:
                await LinkAsync(step);
                break;
            case false:
                PutAside(step);
                break;
        }
    }

    public async Task<IRestoreFile> CreateFileAsync(FileRestore file)
    {
        _openFiles[file] = true;
        return await target.CreateFileAsync(file.Step.Item!, file.Options, cancellationToken);
    }

    /// <summary>A file is complete, or given up, and closed.</summary>
    public async ValueTask FileClosedAsync(FileRestore file, bool isComplete)
    {
        _openFiles.TryRemove(file, out _);
        if (file.Step.Links is { } links)
        {
            foreach (RestoreStep link in links.Settle(isComplete))
            {
                if (isComplete)
                {
                    await LinkAsync(link);
                }
                else
                {
                    PutAside(link);
                }
            }
        }

        await DoneAsync(file.Step);
    }

    /// <summary>Removes what interrupted restores left in a folder that existed before, or in the destination itself.</summary>
    public async ValueTask RemoveLeftoversAsync(SourceItem? folder)
    {
        try
        {
            await target.RemoveLeftoversAsync(folder, cancellationToken);
        }
        catch (SourceException exception) when (RestoreIssues.IsAboutItem(exception))
        {
            // Everything was restored; the next restore tries it again.
        }
    }

    /// <summary>After a restore that was stopped: gives up all open files, and finishes the folders as far as possible, deepest first.</summary>
    public async ValueTask AbandonAsync(CancellationToken limit)
    {
        foreach (FileRestore file in _openFiles.Keys)
        {
            await file.AbandonAsync();
        }

        foreach (RestoreFolder folder in _openFolders.Keys.OrderByDescending(folder => folder.Depth))
        {
            try
            {
                await target.FinishFolderAsync(folder.Item!, DetailsOf(folder), limit);
            }
            catch (SourceException)
            {
                // The reason why the restore was stopped is what the user must see.
            }
        }
    }

    private static SourceItemDetails DetailsOf(RestoreFolder folder) => folder.Node is { } node ? NodeItems.ToDetails(node) : SourceItemDetails.None;

    private async ValueTask FinishFolderAsync(RestoreFolder folder, CancellationToken token)
    {
        try
        {
            await issues.ReportMetadataAsync(folder.Item!, await target.FinishFolderAsync(folder.Item!, DetailsOf(folder), token));
        }
        catch (SourceException exception) when (RestoreIssues.IsAboutItem(exception))
        {
            await issues.ReportAsync(folder.Item!, ErrorCode.MetadataNotRestored, exception.Message);
        }
    }

    private async ValueTask LinkAsync(RestoreStep step)
    {
        try
        {
            await target.CreateHardLinkAsync(step.Item!, step.Links!.First, cancellationToken);
            counters.AddUnwritten(step.Item!.Size ?? 0);
        }
        catch (SourceException exception) when (RestoreIssues.IsAboutItem(exception))
        {
            await issues.ReportAsync(step.Item!, exception);
        }

        await DoneAsync(step);
    }

    private void PutAside(RestoreStep link)
    {
        _unlinked.Enqueue(link);
        Outstanding.Done();
    }

    private async ValueTask DoneAsync(RestoreStep step)
    {
        counters.AddItem();
        await LeaveAsync(step.Folder);
        Outstanding.Done();
    }
}
