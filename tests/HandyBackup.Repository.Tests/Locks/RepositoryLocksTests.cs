using System.Diagnostics;
using System.Text.Json;
using HandyBackup.Contracts;
using HandyBackup.Stores;
using HandyBackup.Testing;
using Microsoft.Extensions.Time.Testing;
using static HandyBackup.Repository.Tests.TestRepository;

namespace HandyBackup.Repository.Tests.Locks;

public sealed class RepositoryLocksTests : IAsyncDisposable
{
    private const int Limit = 30_000;
    private const string OtherHost = "another.example.org";

    private static readonly DateTimeOffset s_start = new(2026, 11, 22, 12, 0, 0, TimeSpan.Zero);

    private readonly MemoryStore _store = new();
    private readonly FakeTimeProvider _time = new(s_start);

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    private List<StoreFile> LockFiles => [.. _store.Files.Where(file => file.Kind == StoreFileKind.Lock)];

    public ValueTask DisposeAsync() => _store.DisposeAsync();

    [Theory(Timeout = Limit)]
    [InlineData(false, false, false)]
    [InlineData(false, true, true)]
    [InlineData(true, false, true)]
    [InlineData(true, true, true)]
    public async Task Exclusive_lock_excludes_all_and_shared_lock_only_exclusive_ones(bool held, bool wanted, bool isRefused)
    {
        await using OpenRepository repository = await CreateAsync(_store);
        await using RepositoryLock first = await repository.Locks.AcquireAsync(held, TimeSpan.Zero, Stop);
        if (isRefused)
        {
            await AssertFailsAsync(ErrorCode.RepositoryLocked, () => repository.Locks.AcquireAsync(wanted, TimeSpan.Zero, Stop));
            Assert.Single(LockFiles);
        }
        else
        {
            await using RepositoryLock second = await repository.Locks.AcquireAsync(wanted, TimeSpan.Zero, Stop);
            Assert.Equal(2, LockFiles.Count);
        }
    }

    [Fact(Timeout = Limit)]
    public async Task Disposed_lock_is_gone()
    {
        await using OpenRepository repository = await CreateAsync(_store);
        RepositoryLock held = await repository.Locks.AcquireAsync(exclusive: true, TimeSpan.Zero, Stop);
        await held.DisposeAsync();
        await held.DisposeAsync();
        Assert.Empty(LockFiles);
        await using RepositoryLock again = await repository.Locks.AcquireAsync(exclusive: true, TimeSpan.Zero, Stop);
    }

    [Fact(Timeout = Limit)]
    public async Task Refusal_names_host_process_and_time()
    {
        await using OpenRepository repository = await CreateAsync(_store, time: _time);
        await WriteLockAsync(repository, s_start.AddMinutes(-29), OtherHost, 4711, exclusive: true);
        HandyBackupException exception = await AssertFailsAsync(ErrorCode.RepositoryLocked, () => repository.Locks.AcquireAsync(exclusive: false, TimeSpan.Zero, Stop));
        Assert.Contains(OtherHost, exception.Message, StringComparison.Ordinal);
        Assert.Contains("4711", exception.Message, StringComparison.Ordinal);
        Assert.Contains("2026-11-22 11:31:00 +00:00", exception.Message, StringComparison.Ordinal);
        Assert.Contains("00:29:00 ago", exception.Message, StringComparison.Ordinal);
        Assert.True(exception.IsTransient);
    }

    [Fact(Timeout = Limit)]
    public async Task Lock_older_than_30_minutes_is_passed_over_and_removed()
    {
        await using OpenRepository repository = await CreateAsync(_store, time: _time);
        await WriteLockAsync(repository, s_start.AddMinutes(-30).AddSeconds(-1), OtherHost, 4711, exclusive: true);
        await using RepositoryLock held = await AcquireAsync(repository, exclusive: true);
        Assert.Single(LockFiles);
    }

    [Fact(Timeout = Limit)]
    public async Task Lock_of_an_ended_process_on_this_host_is_passed_over_and_removed()
    {
        await using OpenRepository repository = await CreateAsync(_store, time: _time);
        int ended = await RunToEndAsync();
        await WriteLockAsync(repository, s_start, LockOwner.ThisProcess.HostName, ended, exclusive: true);
        await using RepositoryLock held = await AcquireAsync(repository, exclusive: true);
        Assert.Single(LockFiles);
    }

    [Fact(Timeout = Limit)]
    public async Task Lock_of_an_unknown_process_on_another_host_counts()
    {
        await using OpenRepository repository = await CreateAsync(_store, time: _time);
        int ended = await RunToEndAsync();
        await WriteLockAsync(repository, s_start, OtherHost, ended, exclusive: true);
        await AssertFailsAsync(ErrorCode.RepositoryLocked, () => repository.Locks.AcquireAsync(exclusive: true, TimeSpan.Zero, Stop));
    }

    [Fact(Timeout = Limit)]
    public async Task Damaged_lock_is_passed_over_and_stays()
    {
        await using OpenRepository repository = await CreateAsync(_store);
        _store[new StoreFile(StoreFileKind.Lock, new string('a', 64))] = [1, 2, 3];
        await repository.Files.SaveAsync(StoreFileKind.Lock, "[1]"u8.ToArray(), Stop);
        await using RepositoryLock held = await repository.Locks.AcquireAsync(exclusive: true, TimeSpan.Zero, Stop);
        Assert.Equal(3, LockFiles.Count);
    }

    [Fact(Timeout = Limit)]
    public async Task Damaged_lock_has_its_own_error_for_checks()
    {
        await using OpenRepository repository = await CreateAsync(_store);
        StoreFile file = await WriteLockAsync(repository, s_start, OtherHost, 1, exclusive: true);
        byte[] content = _store[file];
        content[20] ^= 4;
        foreach (byte[] damaged in new[] { content, content[..^1], [] })
        {
            _store[file] = damaged;
            HandyBackupException exception = await AssertFailsAsync(
                ErrorCode.LockDamaged, () => repository.Files.FindAsync(StoreFileKind.Lock, Sha256Hash.Parse(file.Name), 1000, Stop));
            Assert.Equal($"locks/{file.Name}", exception.Target);
        }
    }

    [Fact(Timeout = Limit)]
    public async Task Waiting_ends_when_the_other_lock_goes()
    {
        var time = new InstantTimeProvider();
        await using OpenRepository repository = await CreateAsync(_store, time: time);
        StoreFile other = await WriteLockAsync(repository, time.GetUtcNow(), OtherHost, 1, exclusive: true);
        Task<RepositoryLock> waiting = repository.Locks.AcquireAsync(exclusive: true, TimeSpan.FromHours(1), Stop);
        while (time.Pauses.Count < 5)
        {
            await Task.Yield();
            Stop.ThrowIfCancellationRequested();
        }

        Assert.False(waiting.IsCompleted);
        await _store.RemoveAsync(other, Stop);
        await using RepositoryLock held = await waiting;
        Assert.Single(LockFiles);
    }

    [Fact(Timeout = Limit)]
    public async Task Waiting_ends_after_the_given_time()
    {
        await using OpenRepository repository = await CreateAsync(_store, time: _time);
        await WriteLockAsync(repository, s_start.AddDays(1), OtherHost, 1, exclusive: true);
        Task<RepositoryLock> waiting = repository.Locks.AcquireAsync(exclusive: true, TimeSpan.FromSeconds(10), Stop);
        while (!waiting.IsCompleted)
        {
            // Slowly enough that who waits sees it: after half an hour the lock would be stale.
            _time.Advance(TimeSpan.FromMilliseconds(100));
            await Task.Delay(1, Stop);
        }

        await AssertFailsAsync(ErrorCode.RepositoryLocked, () => waiting);
        Assert.True(_time.GetUtcNow() - s_start >= TimeSpan.FromSeconds(10));
    }

    [Fact(Timeout = Limit)]
    public async Task Of_many_that_want_it_at_once_at_most_one_holds_the_exclusive_lock()
    {
        await using OpenRepository repository = await CreateAsync(_store);
        RepositoryLock?[] held = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(() => TryAcquireAsync(repository, exclusive: true), Stop)));

        RepositoryLock[] winners = [.. held.OfType<RepositoryLock>()];
        Assert.InRange(winners.Length, 0, 1);
        Assert.Equal(winners.Length, LockFiles.Count);
        foreach (RepositoryLock winner in winners)
        {
            await winner.DisposeAsync();
        }

        Assert.Empty(LockFiles);
    }

    /// <summary>In a real folder, where nobody waits before looking again.</summary>
    [Fact(Timeout = Limit)]
    public async Task Of_two_processes_at_once_in_one_folder_only_one_holds_a_lock_that_excludes_the_other()
    {
        using var folder = new TempFolder();
        await using var store = new LocalStore(folder.Combine("repo"), TimeProvider.System);
        await using OpenRepository one = await CreateAsync(store);
        Assert.True(store.ListsAtOnce);
        await using OpenRepository other = await OpenRepository.OpenAsync(store, Password, TimeProvider.System, Stop);
        int heldByOne = 0;
        for (int round = 0; round < 200; round++)
        {
            using var start = new Barrier(2);
            Task<RepositoryLock?> exclusive = Task.Run(() => AtOnceAsync(start, one, exclusive: true), Stop);
            Task<RepositoryLock?> shared = Task.Run(() => AtOnceAsync(start, other, exclusive: round % 2 == 0), Stop);
            RepositoryLock?[] held = await Task.WhenAll(exclusive, shared);

            Assert.False(held[0] is not null && held[1] is not null, $"Round {round}: both hold a lock.");
            foreach (RepositoryLock winner in held.OfType<RepositoryLock>())
            {
                heldByOne++;
                await winner.DisposeAsync();
            }
        }

        // They keep each other out, and not everybody always.
        Assert.InRange(heldByOne, 1, 200);
    }

    [Theory(Timeout = Limit)]
    [InlineData(false, 1)]
    [InlineData(true, 0)]
    public async Task Before_it_looks_again_it_waits_only_where_a_new_file_may_not_show_at_once(bool listsAtOnce, int pauses)
    {
        var time = new InstantTimeProvider();
        _store.ListsAtOnce = listsAtOnce;
        await using OpenRepository repository = await CreateAsync(_store, time: time);
        await using RepositoryLock held = await repository.Locks.AcquireAsync(exclusive: true, TimeSpan.Zero, Stop);
        Assert.Equal(pauses, time.Pauses.Count(pause => pause == TimeSpan.FromMilliseconds(200)));
    }

    [Fact(Timeout = Limit)]
    public async Task Lock_that_turns_up_meanwhile_makes_us_step_back()
    {
        await using OpenRepository repository = await CreateAsync(_store, time: _time);
        Task<RepositoryLock> waiting = repository.Locks.AcquireAsync(exclusive: true, TimeSpan.Zero, Stop);
        while (LockFiles.Count == 0)
        {
            await Task.Yield();
            Stop.ThrowIfCancellationRequested();
        }

        StoreFile other = await WriteLockAsync(repository, s_start.AddDays(1), OtherHost, 1, exclusive: false);
        await PassAsync(waiting);
        await AssertFailsAsync(ErrorCode.RepositoryLocked, () => waiting);
        Assert.Equal([other], LockFiles);
    }

    [Fact(Timeout = Limit)]
    public async Task Cancelled_acquiring_leaves_no_lock()
    {
        await using OpenRepository repository = await CreateAsync(_store, time: _time);
        using var cancelled = CancellationTokenSource.CreateLinkedTokenSource(Stop);
        Task<RepositoryLock> waiting = repository.Locks.AcquireAsync(exclusive: true, TimeSpan.Zero, cancelled.Token);
        while (LockFiles.Count == 0)
        {
            await Task.Yield();
            Stop.ThrowIfCancellationRequested();
        }

        await cancelled.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting);
        Assert.Empty(LockFiles);
    }

    [Fact(Timeout = Limit)]
    public async Task Held_lock_is_refreshed_so_that_it_never_seems_stale()
    {
        await using OpenRepository repository = await CreateAsync(_store, time: _time);
        await using RepositoryLock held = await AcquireAsync(repository, exclusive: true);
        for (int i = 0; i < 12; i++)
        {
            StoreFile former = Assert.Single(LockFiles);
            _time.Advance(TimeSpan.FromMinutes(5));
            while (LockFiles is not [StoreFile only] || only == former)
            {
                await Task.Yield();
                Stop.ThrowIfCancellationRequested();
            }
        }

        Assert.False(held.Lost.IsCancellationRequested);
        await AssertFailsAsync(ErrorCode.RepositoryLocked, () => repository.Locks.AcquireAsync(exclusive: false, TimeSpan.Zero, Stop));
        await held.DisposeAsync();
        Assert.Empty(LockFiles);
    }

    [Fact(Timeout = Limit)]
    public async Task Lock_that_cannot_be_refreshed_is_lost_before_others_take_it_for_stale()
    {
        await using OpenRepository created = await CreateAsync(_store);
        var faulty = new FaultyStore(_store);
        await using OpenRepository repository = await OpenRepository.OpenAsync(faulty, Password, _time, Stop);
        await using RepositoryLock held = await AcquireAsync(repository, exclusive: true);
        int saves = faulty.CallsOf(StoreOperation.Save);
        faulty.Script(new StoreFault(StoreOperation.Save) { Error = StoreError.Unavailable });

        for (int turn = 1; turn <= 4; turn++)
        {
            _time.Advance(TimeSpan.FromMinutes(5));
            while (faulty.CallsOf(StoreOperation.Save) < saves + turn)
            {
                await Task.Yield();
                Stop.ThrowIfCancellationRequested();
            }

            Assert.False(held.Lost.IsCancellationRequested);
        }

        var lost = new TaskCompletionSource();
        await using CancellationTokenRegistration registration = held.Lost.Register(lost.SetResult);
        _time.Advance(TimeSpan.FromMinutes(5));
        await lost.Task.WaitAsync(Stop);
    }

    /// <summary>Runs a program that every system has, and gives the number that its process had.</summary>
    private static async Task<int> RunToEndAsync()
    {
        using Process process = Process.Start(new ProcessStartInfo("hostname") { RedirectStandardOutput = true })!;
        await process.WaitForExitAsync(Stop);
        return process.Id;
    }

    private static async Task<StoreFile> WriteLockAsync(OpenRepository repository, DateTimeOffset time, string host, int process, bool exclusive)
    {
        var record = new LockRecord { Time = time, Exclusive = exclusive, HostName = host, UserName = "somebody", ProcessId = process };
        (Sha256Hash id, _) = await repository.Files.SaveAsync(StoreFileKind.Lock, JsonSerializer.SerializeToUtf8Bytes(record, LockJson.Default.LockRecord), Stop);
        return new StoreFile(StoreFileKind.Lock, id.ToString());
    }

    private static Task<RepositoryLock?> AtOnceAsync(Barrier start, OpenRepository repository, bool exclusive)
    {
        start.SignalAndWait(Stop);
        return TryAcquireAsync(repository, exclusive);
    }

    private static async Task<RepositoryLock?> TryAcquireAsync(OpenRepository repository, bool exclusive)
    {
        try
        {
            return await repository.Locks.AcquireAsync(exclusive, TimeSpan.Zero, Stop);
        }
        catch (HandyBackupException exception) when (exception.Code == ErrorCode.RepositoryLocked)
        {
            return null;
        }
    }

    private async Task<RepositoryLock> AcquireAsync(OpenRepository repository, bool exclusive)
    {
        Task<RepositoryLock> acquiring = repository.Locks.AcquireAsync(exclusive, TimeSpan.Zero, Stop);
        await PassAsync(acquiring);
        return await acquiring;
    }

    /// <summary>Lets time pass, a little at a time, until the task has ended.</summary>
    private async Task PassAsync(Task task)
    {
        while (!task.IsCompleted)
        {
            _time.Advance(TimeSpan.FromMilliseconds(10));
            await Task.Yield();
            Stop.ThrowIfCancellationRequested();
        }
    }
}
