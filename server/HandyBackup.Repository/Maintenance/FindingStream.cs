using System.Runtime.CompilerServices;
using System.Threading.Channels;
using HandyBackup.Contracts;

namespace HandyBackup.Repository;

/// <summary>Hands on what long work finds while it goes on.</summary>
internal static class FindingStream
{
    // Findings are few or many thousands; a slow reader of them slows the work down.
    private const int MaxUnread = 1000;

    /// <summary>Does the work while its findings are read. When the reader stops, the work is stopped and waited for.</summary>
    /// <param name="work">Writes its findings; the writer is completed when it ends.</param>
    /// <param name="cancellationToken">Stops the work.</param>
    public static async IAsyncEnumerable<T> RunAsync<T>(Func<ChannelWriter<T>, CancellationToken, Task> work, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        Channel<T> findings = Channel.CreateBounded<T>(MaxUnread);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        Task working = CompleteAfterAsync(work, findings.Writer, stop.Token);
        try
        {
            await foreach (T finding in findings.Reader.ReadAllAsync(cancellationToken))
            {
                yield return finding;
            }

            await working;
        }
        finally
        {
            await stop.CancelAsync();
            await working.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    /// <summary>The same under a lock of a repository, which is taken at once or not at all.</summary>
    /// <param name="repository">The repository.</param>
    /// <param name="exclusive">True to exclude everybody else.</param>
    /// <param name="name">What the work is called in a message, such as <c>check</c>.</param>
    /// <param name="work">Writes its findings.</param>
    /// <param name="cancellationToken">Stops the work.</param>
    /// <exception cref="HandyBackupException"><see cref="ErrorCode.RepositoryLocked"/>; <see cref="ErrorCode.StoreUnavailable"/> if the lock was lost meanwhile.</exception>
    public static async IAsyncEnumerable<T> RunLockedAsync<T>(
        OpenRepository repository,
        bool exclusive,
        string name,
        Func<ChannelWriter<T>, CancellationToken, Task> work,
        [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await using RepositoryLock held = await repository.Locks.AcquireAsync(exclusive, TimeSpan.Zero, cancellationToken);
        await foreach (T finding in RunAsync<T>(WorkWhileHeldAsync, cancellationToken))
        {
            yield return finding;
        }

        async Task WorkWhileHeldAsync(ChannelWriter<T> findings, CancellationToken stop)
        {
            using var lost = CancellationTokenSource.CreateLinkedTokenSource(stop, held.Lost);
            try
            {
                await work(findings, lost.Token);
            }
            catch (OperationCanceledException) when (held.Lost.IsCancellationRequested && !stop.IsCancellationRequested)
            {
                // Said below, as for work that ended without noticing.
            }

            if (held.Lost.IsCancellationRequested)
            {
                throw new HandyBackupException(ErrorCode.StoreUnavailable, $"The {name} of '{repository.Store.Location}' was stopped: its lock could not be refreshed.")
                {
                    Target = repository.Store.Location,
                    Advice = $"Check that the place of the repository can be reached and written, and start the {name} again.",
                };
            }
        }
    }

    private static async Task CompleteAfterAsync<T>(Func<ChannelWriter<T>, CancellationToken, Task> work, ChannelWriter<T> findings, CancellationToken cancellationToken)
    {
        try
        {
            await work(findings, cancellationToken);
        }
        finally
        {
            findings.Complete();
        }
    }
}
