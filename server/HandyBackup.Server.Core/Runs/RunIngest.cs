using HandyBackup.Contracts;
using HandyBackup.Repository;

namespace HandyBackup.Server.Core;

/// <summary>What one backup run may do to its repository. Counts what the repository grew by, and remembers why it could not be written.</summary>
internal sealed class RunIngest(IndexedRepository repository, BlobWriter writer, ActiveRun run, bool verify, Action<HandyBackupException> onRefused) : IIngest
{
    private HandyBackupException? _failure;

    /// <summary>The first failure of the repository; null if there was none. Whatever an agent makes of it, this is why the run failed.</summary>
    public HandyBackupException? Failure => _failure;

    /// <inheritdoc/>
    public ValueTask FindMissingAsync(ReadOnlyMemory<BlobId> ids, BlobType type, Memory<bool> missing, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        ReadOnlySpan<BlobId> asked = ids.Span;
        Span<bool> answer = missing.Span;
        for (int i = 0; i < asked.Length; i++)
        {
            answer[i] = !repository.Contains(asked[i], type);
        }

        return ValueTask.CompletedTask;
    }

    /// <inheritdoc/>
    public async ValueTask PutAsync(BlobPayload blob, CancellationToken cancellationToken)
    {
        try
        {
            run.CountAdded(await writer.PutAsync(blob, verify, cancellationToken));
        }
        catch (HandyBackupException exception)
        {
            Interlocked.CompareExchange(ref _failure, exception, null);
            if (exception.Code == ErrorCode.BlobDamaged)
            {
                onRefused(exception);
            }

            throw;
        }
    }
}
