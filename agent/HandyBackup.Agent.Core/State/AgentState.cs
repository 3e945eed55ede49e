using HandyBackup.Contracts;

namespace HandyBackup.Agent.Core.State;

/// <summary>
/// The state file in one run: the old one is read, a new one is written as soon as something differs. Whatever goes wrong with either costs speed only.
/// Safe for several threads.
/// </summary>
/// <param name="states">Where the files lie.</param>
/// <param name="path">The name of the task's file.</param>
/// <param name="order">See <see cref="StateHeader.Order"/>.</param>
/// <param name="repairEpoch">See <see cref="StateHeader.RepairEpoch"/>.</param>
/// <param name="old">What the last run left; null if it cannot be used. From now on this object's own.</param>
internal sealed class AgentState(AgentStates states, string path, Sha256Hash order, Guid repairEpoch, StateFile? old) : IDisposable
{
    private readonly Lock _lock = new();
    private StateWriter? _writer;
    private string? _unfinished;
    private bool _hasFailed;
    private bool _isDamaged;

    /// <summary>The key of the fingerprints: that of the old file, whose records can be copied only as long as it is the same.</summary>
    public FingerprintKey Key { get; } = old?.Header.Key ?? FingerprintKey.Create();

    /// <summary>The top folder; null if nothing is known.</summary>
    public StateChild? Root => old?.Header.Root;

    /// <summary>Opens a folder of the old file.</summary>
    /// <returns>Null if its record is damaged.</returns>
    public StateFolder? Open(StateChild child)
    {
        try
        {
            return old!.OpenFolder(child);
        }
        catch (InvalidDataException exception)
        {
            if (!Interlocked.Exchange(ref _isDamaged, true))
            {
                states.NoteFault(path, exception);
            }

            return null;
        }
    }

    /// <summary>Writes a folder that is not what it was.</summary>
    /// <param name="folder">Its record; stays the caller's.</param>
    /// <param name="subtree">Its tree.</param>
    /// <returns>Null if it could not be written.</returns>
    public StateChild? Save(StateFolderBuilder folder, BlobId subtree)
    {
        try
        {
            return folder.IsUsable && GetWriter() is { } writer ? new StateChild(writer.Write(folder, old), subtree, IsOld: false) : null;
        }
        catch (Exception exception) when (AgentStates.IsFault(exception))
        {
            GiveUp(exception);
            return null;
        }
    }

    /// <summary>Makes what was written the task's state. To be called when nothing of the run is under way any more, and its snapshot can be made.</summary>
    /// <param name="root">The top folder; null to leave everything as it is.</param>
    public void Complete(StateChild? root)
    {
        if (_hasFailed || root is null)
        {
            return;
        }

        if (root is { IsOld: true })
        {
            states.Touch(path);
            return;
        }

        try
        {
            _writer!.Complete((mark, length) => new StateHeader
            {
                FileMark = mark,
                Length = length,
                Root = root.Value,
                RepairEpoch = repairEpoch,
                Order = order,
                Key = Key,
            });
            _writer.Dispose();

            // Windows does not let go of a file that is mapped.
            old?.Dispose();
            File.Move(_unfinished!, path, overwrite: true);
            _unfinished = null;
        }
        catch (Exception exception) when (AgentStates.IsFault(exception))
        {
            GiveUp(exception);
        }
    }

    /// <summary>Removes what was not completed. To be called when nothing of the run is under way any more.</summary>
    public void Dispose()
    {
        old?.Dispose();
        _writer?.Dispose();
        if (_unfinished is not null)
        {
            AgentStates.TryDelete(_unfinished);
        }
    }

    private StateWriter? GetWriter()
    {
        lock (_lock)
        {
            return _hasFailed ? null : _writer ??= new StateWriter(states.CreateUnfinished(out _unfinished));
        }
    }

    // Records that were written after this refer to nothing, and no header is.
    private void GiveUp(Exception exception)
    {
        lock (_lock)
        {
            if (_hasFailed)
            {
                return;
            }

            _hasFailed = true;
        }

        states.NoteFault(path, exception);
    }
}
