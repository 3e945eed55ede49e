using HandyBackup.Contracts;
using HandyBackup.Sources;

namespace HandyBackup.Agent.Core.Restore;

/// <summary>
/// One file on its way into the target. Its parts are placed by one thread and written by several. The target's file is begun with the first part
/// that is written, completed after the last, and given up at the first failure.
/// </summary>
internal sealed class FileRestore(RestoreStep step, RestoreItems items, CancellationToken cancellationToken)
{
    private readonly Lock _lock = new();
    private Task<IRestoreFile>? _creation;
    private long _placed;
    private long _written;
    private int _left = step.Node!.Content?.Count ?? 0;
    private int _users;
    private bool _isFailed;
    private bool _isComplete;
    private bool _isClosed;

    public RestoreStep Step => step;

    public IReadOnlyList<BlobId> Content { get; } = step.Node!.Content ?? [];

    public long Size { get; } = (long)step.Node!.Size;

    /// <summary>True once the file was given up: nothing more needs to be read for it.</summary>
    public bool IsFailed => Volatile.Read(ref _isFailed);

    /// <summary>Says where the next part goes. One thread at a time, in the order of the content.</summary>
    /// <param name="length">The part's length in bytes.</param>
    /// <param name="isLast">True for the last part.</param>
    /// <param name="offset">Where it goes.</param>
    /// <returns>False if the content does not have the length that the snapshot says.</returns>
    public bool TryPlace(int length, bool isLast, out long offset)
    {
        offset = _placed;
        _placed += length;
        return isLast ? _placed == Size : _placed <= Size;
    }

    /// <summary>Writes a part; the last one completes the file. Does nothing if the file was given up.</summary>
    public ValueTask WriteAsync(long offset, ReadOnlyMemory<byte> content) => UseAsync(async file =>
    {
        await file.WriteAsync(offset, content, cancellationToken);
        Interlocked.Add(ref _written, content.Length);
        items.Counters.AddBytes(step.Item!, content.Length);
        if (Interlocked.Decrement(ref _left) == 0)
        {
            await CompleteAsync(file);
        }
    });

    /// <summary>Writes a file without content.</summary>
    public ValueTask WriteEmptyAsync() => UseAsync(CompleteAsync);

    /// <summary>Gives the file up and reports why. Only the first reason counts.</summary>
    public async ValueTask FailAsync(ErrorCode code, string reason)
    {
        lock (_lock)
        {
            if (_isFailed || _isComplete)
            {
                return;
            }

            _isFailed = true;
            _users++;
        }

        items.Counters.AddUnwritten(Size);
        await items.Issues.ReportAsync(step.Item!, code, reason);
        await LeaveAsync();
    }

    /// <summary>Removes what was written, after everything was stopped.</summary>
    public async ValueTask AbandonAsync()
    {
        if (_creation is { } creation)
        {
            await ((Task)creation).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (creation.IsCompletedSuccessfully)
            {
                await (await creation).DisposeAsync();
            }
        }
    }

    private async ValueTask UseAsync(Func<IRestoreFile, ValueTask> use)
    {
        Task<IRestoreFile> creation;
        lock (_lock)
        {
            if (_isFailed)
            {
                return;
            }

            _users++;
            creation = _creation ??= items.CreateFileAsync(this);
        }

        try
        {
            await use(await creation);
        }
        catch (SourceException exception) when (RestoreIssues.IsAboutItem(exception))
        {
            await FailAsync(Sources.SourceErrors.ToCode(exception.Error), exception.Message);
        }

        // Not in a finally block: after any other failure the restore is over, and whoever stops it closes the file.
        await LeaveAsync();
    }

    private async ValueTask CompleteAsync(IRestoreFile file)
    {
        IReadOnlyList<string> failures = await file.CompleteAsync(NodeItems.ToDetails(step.Node!), cancellationToken);
        lock (_lock)
        {
            _isComplete = true;
        }

        await items.Issues.ReportMetadataAsync(step.Item!, failures);
    }

    // The last one out closes the file.
    private async ValueTask LeaveAsync()
    {
        lock (_lock)
        {
            if (--_users > 0 || _isClosed || !(_isFailed || _isComplete))
            {
                return;
            }

            _isClosed = true;
        }

        if (_isFailed)
        {
            items.Counters.AddFailedBytes(Interlocked.Read(ref _written));
        }

        await AbandonAsync();
        await items.FileClosedAsync(this, !_isFailed);
    }
}
