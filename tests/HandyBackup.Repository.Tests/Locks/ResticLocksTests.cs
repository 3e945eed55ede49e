using System.Diagnostics;
using HandyBackup.Contracts;
using HandyBackup.Stores;
using HandyBackup.Testing;
using static HandyBackup.Repository.Tests.TestRepository;

namespace HandyBackup.Repository.Tests.Locks;

/// <summary>restic and we keep out of each other's way, proven with real locks of both.</summary>
public sealed class ResticLocksTests : IAsyncDisposable
{
    private const int Limit = 120_000;

    private readonly TempFolder _folder = new();
    private readonly LocalStore _store;
    private readonly ResticProgram _restic;

    public ResticLocksTests()
    {
        _store = new LocalStore(_folder.Combine("repo"), TimeProvider.System);
        _restic = ResticProgram.OrSkip(_store.Location, Password);
    }

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public async ValueTask DisposeAsync()
    {
        await _store.DisposeAsync();
        _folder.Dispose();
    }

    [Fact(Timeout = Limit)]
    public async Task Our_exclusive_lock_keeps_restic_out_until_it_is_released()
    {
        await using OpenRepository repository = await CreateAsync(_store);
        await using (RepositoryLock held = await repository.Locks.AcquireAsync(exclusive: true, TimeSpan.Zero, Stop))
        {
            ResticResult refused = (await BackupAsync()).Failed("already locked exclusively");
            Assert.Contains($"PID {Environment.ProcessId} on {LockOwner.ThisProcess.HostName} by {Environment.UserName}", refused.Errors, StringComparison.Ordinal);
        }

        (await BackupAsync()).Succeeded();
        Assert.Empty(await ToListAsync(_store.ListAsync(StoreFileKind.Lock, Stop)));
    }

    [Fact(Timeout = Limit)]
    public async Task Our_shared_lock_lets_restic_back_up_but_not_prune()
    {
        await using OpenRepository repository = await CreateAsync(_store);
        await using RepositoryLock held = await repository.Locks.AcquireAsync(exclusive: false, TimeSpan.Zero, Stop);
        (await BackupAsync()).Succeeded();
        (await _restic.RunAsync(["prune"], Stop)).Failed("already locked by");
    }

    [Fact(Timeout = Limit)]
    public async Task Unlock_by_restic_neither_removes_our_lock_nor_ends_our_process()
    {
        // restic sends SIGHUP to the process that the lock names: this one.
        await using OpenRepository repository = await CreateAsync(_store);
        await using RepositoryLock held = await repository.Locks.AcquireAsync(exclusive: true, TimeSpan.Zero, Stop);
        (await _restic.UnlockAsync(Stop)).Succeeded();
        Assert.Single(await ToListAsync(_store.ListAsync(StoreFileKind.Lock, Stop)));
        (await BackupAsync()).Failed("already locked exclusively");
    }

    [Fact(Timeout = Limit)]
    public async Task Shared_lock_of_a_running_restic_excludes_our_exclusive_one_only()
    {
        await using OpenRepository repository = await CreateAsync(_store);

        // It waits for its input to end, and holds its lock meanwhile.
        await WhileRunningAsync(["backup", "--stdin"], async restic =>
        {
            HandyBackupException exception = await AssertFailsAsync(ErrorCode.RepositoryLocked, () => repository.Locks.AcquireAsync(exclusive: true, TimeSpan.Zero, Stop));
            Assert.Contains($"process {restic.Id} of {Environment.UserName} on {LockOwner.ThisProcess.HostName}", exception.Message, StringComparison.Ordinal);
            await using RepositoryLock held = await repository.Locks.AcquireAsync(exclusive: false, TimeSpan.Zero, Stop);
        });
    }

    [Fact(Timeout = Limit)]
    public async Task Exclusive_lock_of_a_running_restic_excludes_us_and_counts_no_more_once_it_was_killed()
    {
        await using OpenRepository repository = await CreateAsync(_store);

        // It waits for the new password, and holds its lock meanwhile.
        await WhileRunningAsync(["key", "passwd"], async restic =>
        {
            HandyBackupException exception = await AssertFailsAsync(ErrorCode.RepositoryLocked, () => repository.Locks.AcquireAsync(exclusive: false, TimeSpan.Zero, Stop));
            Assert.Contains($"locked exclusively by process {restic.Id} ", exception.Message, StringComparison.Ordinal);
        });

        Assert.Single(await ToListAsync(_store.ListAsync(StoreFileKind.Lock, Stop)));
        await using RepositoryLock held = await repository.Locks.AcquireAsync(exclusive: true, TimeSpan.Zero, Stop);
        Assert.Single(await ToListAsync(_store.ListAsync(StoreFileKind.Lock, Stop)));
    }

    private async Task<ResticResult> BackupAsync()
    {
        string file = _folder.Combine("file");
        await File.WriteAllTextAsync(file, "content", Stop);
        return await _restic.BackupAsync(file, [], Stop);
    }

    /// <summary>Runs the action while restic holds a lock, and kills it then.</summary>
    private async Task WhileRunningAsync(IEnumerable<string> arguments, Func<Process, Task> action)
    {
        using Process restic = _restic.Start(arguments);
        try
        {
            while ((await ToListAsync(_store.ListAsync(StoreFileKind.Lock, Stop))).Count == 0)
            {
                Assert.False(restic.HasExited);
                await Task.Yield();
            }

            await action(restic);
        }
        finally
        {
            restic.Kill();
            await restic.WaitForExitAsync(CancellationToken.None);
        }
    }
}
