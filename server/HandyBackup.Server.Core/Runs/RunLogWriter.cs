using System.Threading.Channels;
using HandyBackup.Catalog;
using HandyBackup.Contracts;

namespace HandyBackup.Server.Core;

/// <summary>
/// Saves the lines of one run's log, many in one transaction: each commit waits for the disk, and a run may have a hundred thousand lines.
/// Writing waits while too many are unsaved, so memory stays bounded. Safe to share between threads.
/// </summary>
internal sealed class RunLogWriter
{
    private const int MaximumBatch = 1000;
    private const int MaximumUnsaved = 4000;

    private readonly IRunLogCatalog _log;
    private readonly Guid _runId;
    private readonly TimeProvider _time;
    private readonly Channel<RunLogEntry> _unsaved;
    private readonly Task _saving;

    /// <summary>Starts with an empty log.</summary>
    public RunLogWriter(IRunLogCatalog log, Guid runId, TimeProvider time)
    {
        _log = log;
        _runId = runId;
        _time = time;
        _unsaved = Channel.CreateBounded<RunLogEntry>(new BoundedChannelOptions(MaximumUnsaved) { SingleReader = true });
        _saving = SaveAsync();
    }

    /// <summary>Adds a line.</summary>
    /// <exception cref="HandyBackupException">Earlier lines could not be saved.</exception>
    public async ValueTask WriteAsync(RunLogLevel level, ErrorCode? code, string? path, string message, CancellationToken cancellationToken)
    {
        // The sequence is given when the line is saved: only there is the order known.
        var entry = new RunLogEntry { RunId = _runId, Sequence = 0, Time = _time.GetUtcNow(), Level = level, Code = code, Path = path, Message = message };
        try
        {
            await _unsaved.Writer.WriteAsync(entry, cancellationToken);
        }
        catch (ChannelClosedException)
        {
            await _saving;
            throw;
        }
    }

    /// <summary>Waits until all lines are saved; none may be added after it.</summary>
    /// <exception cref="HandyBackupException">They could not be saved.</exception>
    public Task CompleteAsync()
    {
        _unsaved.Writer.TryComplete();
        return _saving;
    }

    private async Task SaveAsync()
    {
        long sequence = 0;
        var batch = new List<RunLogEntry>();
        try
        {
            while (await _unsaved.Reader.WaitToReadAsync(CancellationToken.None))
            {
                while (batch.Count < MaximumBatch && _unsaved.Reader.TryRead(out RunLogEntry? entry))
                {
                    batch.Add(entry with { Sequence = ++sequence });
                }

                // A saved line is never given up half-way, whatever happens to the run: the log must say why it ended.
                await _log.AppendAsync(_runId, batch, CancellationToken.None);
                batch.Clear();
            }
        }
        catch (Exception exception)
        {
            // Writers must not wait for room that never comes.
            _unsaved.Writer.TryComplete(exception);
            throw;
        }
    }
}
