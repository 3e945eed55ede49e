using System.Diagnostics.CodeAnalysis;
using HandyBackup.Contracts;
using HandyBackup.Sources;

namespace HandyBackup.Agent.Core.Restore;

/// <summary>
/// One file on its way into the target. Its parts are placed by one thread, and compared and written by several. The target's file is begun with the first part
/// that is compared or written, completed after the last, and given up at the first failure.
/// </summary>
[SuppressMessage("Design", "CA1001", Justification = "A semaphore whose wait handle nobody asks for holds nothing but memory.")]
internal sealed class FileRestore(RestoreStep step, RestoreItems items, CancellationToken cancellationToken)
{
    private readonly Lock _lock = new();

    // A file system lets one at a time write to a file, and the others spin (Linux: i_rwsem). Who waits here leaves the processor to those who decode.
    private readonly SemaphoreSlim? _writing = step.Node!.Content?.Count > 1 ? new(1) : null;
    private Task<IRestoreFile>? _creation;
    private long _placed;
    private long _done;
    private long _kept;
    private int _left = step.Node!.Content?.Count ?? 0;
    private bool _comparesExisting = step.Existing is not null;
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
    public bool TryPlace(long length, bool isLast, out long offset)
    {
        offset = _placed;
        _placed += length;
        return isLast ? _placed == Size : _placed <= Size;
    }

    /// <summary>What the target is told when the file is begun.</summary>
    public RestoreFileOptions Options => new() { Existing = _comparesExisting ? step.Existing : null, HasEqualParts = HasEqualParts() };

    /// <summary>True if parts of the file may be there already. A file of one part is not opened to find out, one of several is.</summary>
    public async ValueTask<bool> OpensEarlierContentAsync()
    {
        bool result = step.Existing is not null;
        if (Content.Count > 1)
        {
            await UseAsync(file =>
            {
                result = file.HasEarlierContent;
                return ValueTask.CompletedTask;
            });
        }

        return result;
    }

    /// <summary>Keeps a part if it is there already; if it is the last one, that completes the file. False if it must be written.</summary>
    public async ValueTask<bool> TryKeepAsync(long offset, int length, BlobId id)
    {
        bool isKept = false;
        await UseAsync(async file =>
        {
            byte[] hash = new byte[Sha256Hash.Size];
            id.Hash.CopyTo(hash);
            isKept = await file.TryKeepAsync(offset, length, hash, cancellationToken);
            if (isKept)
            {
                Interlocked.Add(ref _kept, length);
                items.Counters.AddKept(length);
                await PartDoneAsync(file, length);
            }
            else if (Content.Count == 1)
            {
                await CloseToWriteAnewAsync(file);
            }
        });
        return isKept;
    }

    /// <summary>Writes a part; the last one completes the file. Does nothing if the file was given up.</summary>
    public ValueTask WriteAsync(long offset, ReadOnlyMemory<byte> content) => UseAsync(async file =>
    {
        await WriteInTurnAsync(file, offset, content);
        await PartDoneAsync(file, content.Length);
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

    /// <summary>Closes the file after everything was stopped. What was written of it may stay for the next restore.</summary>
    public ValueTask AbandonAsync() => CloseAsync(isStopped: true);

    private async ValueTask CloseAsync(bool isStopped)
    {
        if (_creation is { } creation)
        {
            await ((Task)creation).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (creation.IsCompletedSuccessfully)
            {
                IRestoreFile file = await creation;
                if (isStopped)
                {
                    file.Suspend();
                }

                await file.DisposeAsync();
            }
        }
    }

    private async ValueTask WriteInTurnAsync(IRestoreFile file, long offset, ReadOnlyMemory<byte> content)
    {
        if (_writing is null)
        {
            await file.WriteAsync(offset, content, cancellationToken);
            return;
        }

        await _writing.WaitAsync(cancellationToken);
        try
        {
            await file.WriteAsync(offset, content, cancellationToken);
        }
        finally
        {
            _writing.Release();
        }
    }

    // Nothing of what exists is right: it need not be held open until the content arrives.
    private async ValueTask CloseToWriteAnewAsync(IRestoreFile file)
    {
        lock (_lock)
        {
            _creation = null;
            _comparesExisting = false;
        }

        await file.DisposeAsync();
    }

    private async ValueTask PartDoneAsync(IRestoreFile file, int length)
    {
        Interlocked.Add(ref _done, length);
        items.Counters.AddBytes(step.Item!, length);
        if (Interlocked.Decrement(ref _left) == 0)
        {
            await CompleteAsync(file);
        }
    }

    // Blobs of a hole follow each other. Others may be equal as well; for very long files only neighbours are looked at, which needs no memory.
    private bool HasEqualParts()
    {
        const int ManyParts = 65_536;
        if (Content.Count is > 1 and <= ManyParts)
        {
            return new HashSet<BlobId>(Content).Count < Content.Count;
        }

        for (int i = 1; i < Content.Count; i++)
        {
            if (Content[i] == Content[i - 1])
            {
                return true;
            }
        }

        return false;
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
            items.Counters.AddFailedBytes(Interlocked.Read(ref _done), Interlocked.Read(ref _kept));
        }

        await CloseAsync(isStopped: false);
        await items.FileClosedAsync(this, !_isFailed);
    }
}
