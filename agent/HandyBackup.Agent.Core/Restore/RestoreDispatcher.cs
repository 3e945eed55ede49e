using System.Threading.Channels;
using HandyBackup.Contracts;
using HandyBackup.Sources;

namespace HandyBackup.Agent.Core.Restore;

/// <summary>Acts on the walk's steps: folders at once, because their content comes next; the rest goes to the fetcher and the writers.</summary>
internal sealed class RestoreDispatcher(RestoreItems items, ChannelWriter<RestoreWindow> windows, ChannelWriter<RestoreWork> work, CancellationToken cancellationToken)
{
    private RestoreWindow _window = new();

    /// <summary>Acts on a step. Returns when the next one may be decided on.</summary>
    public ValueTask DispatchAsync(RestoreStep step)
    {
        if (step.IsEnd)
        {
            return items.LeaveAsync(step.Folder);
        }

        switch (step.Action)
        {
            case RestoreAction.Refuse:
                items.Counters.AddUnwritten(step.Item!.Size ?? 0);
                items.Counters.AddItem();
                return items.Issues.ReportAsync(step.Item, step.Code, step.Reason ?? "It cannot be restored here.");
            case RestoreAction.Skip:
                items.Counters.AddSkipped(step.Item!.Size ?? 0);
                return ValueTask.CompletedTask;
            default:
                if (step.Item!.Kind == SourceItemKind.Folder)
                {
                    return items.CreateFolderAsync(step);
                }

                step.Folder.Enter();
                return BeginAsync(step);
        }
    }

    /// <summary>Waits until all is done that was begun, deals with links whose first name failed, and ends the work of the others.</summary>
    public async Task CompleteAsync()
    {
        for (; ; )
        {
            await FlushAsync();
            await items.Outstanding.WhenIdleAsync(cancellationToken);
            IReadOnlyList<RestoreStep> unlinked = items.TakeUnlinked();
            if (unlinked.Count == 0)
            {
                break;
            }

            foreach (RestoreStep step in HardLinks.Renew(unlinked))
            {
                await BeginAsync(step);
            }
        }

        windows.Complete();
    }

    private async ValueTask BeginAsync(RestoreStep step)
    {
        items.Outstanding.Add();
        if (step.Item!.Kind != SourceItemKind.File || step.IsFurtherLink)
        {
            await work.WriteAsync(RestoreWork.ForItem(step), cancellationToken);
            return;
        }

        var file = new FileRestore(step, items, cancellationToken);
        if (file.Content.Count > 0)
        {
            await AddAsync(file);
        }
        else if (file.Size == 0)
        {
            await work.WriteAsync(RestoreWork.ForEmptyFile(file), cancellationToken);
        }
        else
        {
            await file.FailAsync(ErrorCode.TreeDamaged, "It has a size but no content.");
        }
    }

    private async ValueTask AddAsync(FileRestore file)
    {
        for (int next = 0; next < file.Content.Count && !file.IsFailed;)
        {
            next = _window.Add(file, next);
            if (_window.IsFull)
            {
                await FlushAsync();
            }
        }
    }

    private async ValueTask FlushAsync()
    {
        if (_window.Parts.Count > 0)
        {
            await windows.WriteAsync(_window, cancellationToken);
            _window = new RestoreWindow();
        }
    }
}
