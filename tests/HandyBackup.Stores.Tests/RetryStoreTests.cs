using HandyBackup.Testing;
using Microsoft.Extensions.Time.Testing;

namespace HandyBackup.Stores.Tests;

public sealed class RetryStoreTests : IAsyncDisposable
{
    private const int Limit = 60_000;
    private static readonly StoreFile s_file = new(StoreFileKind.Pack, new string('a', 64));

    private readonly InstantTimeProvider _time = new();
    private readonly MemoryStore _memory = new();
    private readonly FaultyStore _faulty;
    private readonly RetryStore _store;

    public RetryStoreTests()
    {
        _faulty = new FaultyStore(_memory);
        _store = new RetryStore(_faulty, new RetryPolicy { Attempts = 4, FirstPause = TimeSpan.FromSeconds(1), LongestPause = TimeSpan.FromSeconds(3) }, _time);
    }

    public ValueTask DisposeAsync() => _store.DisposeAsync();

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact(Timeout = Limit)]
    public async Task Pauses_double_up_to_the_longest()
    {
        _faulty.Script(new StoreFault(StoreOperation.FindSize) { Times = 3, Error = StoreError.Unavailable });
        Assert.Null(await _store.FindSizeAsync(s_file, Stop));
        Assert.Equal([1, 2, 3], _time.Pauses.Select(pause => pause.TotalSeconds));
    }

    [Fact(Timeout = Limit)]
    public async Task Last_failure_passes_on()
    {
        _faulty.Script(new StoreFault(StoreOperation.Remove) { Error = StoreError.Unavailable });
        Assert.Equal(StoreError.Unavailable, (await Assert.ThrowsAsync<StoreException>(() => _store.RemoveAsync(s_file, Stop))).Error);
        Assert.Equal(4, _faulty.CallsOf(StoreOperation.Remove));
    }

    [Theory(Timeout = Limit)]
    [InlineData(StoreError.Full)]
    [InlineData(StoreError.AccessDenied)]
    [InlineData(StoreError.AlreadyExists)]
    public async Task Lasting_errors_are_not_tried_again(StoreError error)
    {
        _faulty.Script(new StoreFault(StoreOperation.Save) { Error = error });
        Assert.Equal(error, (await Assert.ThrowsAsync<StoreException>(() => _store.SaveAsync(s_file, [new byte[1]], Stop))).Error);
        Assert.Equal(1, _faulty.CallsOf(StoreOperation.Save));
    }

    [Fact(Timeout = Limit)]
    public async Task Save_whose_answer_was_lost_succeeds()
    {
        byte[] content = new byte[200_000];
        Random.Shared.NextBytes(content);
        _faulty.Script(new StoreFault(StoreOperation.Save) { Times = 1, Error = StoreError.Unavailable, SavedBytes = int.MaxValue });
        await _store.SaveAsync(s_file, [content.AsMemory(0, 70_000), content.AsMemory(70_000)], Stop);
        Assert.Equal(content, _memory[s_file]);
    }

    [Fact(Timeout = Limit)]
    public async Task Save_that_finds_anothers_file_after_a_failure_is_refused()
    {
        _memory[s_file] = [1, 2, 3];
        _faulty.Script(new StoreFault(StoreOperation.Save) { Times = 1, Error = StoreError.Unavailable });
        Assert.Equal(StoreError.AlreadyExists, (await Assert.ThrowsAsync<StoreException>(() => _store.SaveAsync(s_file, [new byte[] { 1, 2, 4 }], Stop))).Error);
        Assert.Equal([1, 2, 3], _memory[s_file]);
    }

    [Fact(Timeout = Limit)]
    public async Task Listing_that_breaks_off_fails_instead_of_repeating_files()
    {
        for (int i = 0; i < 10; i++)
        {
            _memory[new StoreFile(StoreFileKind.Pack, $"{i:x64}")] = [];
        }

        _faulty.Script(new StoreFault(StoreOperation.List) { Times = 1, Error = StoreError.Unavailable, ListedFiles = 5 });
        var seen = new List<string>();
        StoreException exception = await Assert.ThrowsAsync<StoreException>(async () =>
        {
            await foreach (StoreFileInfo file in _store.ListAsync(StoreFileKind.Pack, Stop))
            {
                seen.Add(file.Name);
            }
        });
        Assert.Equal(StoreError.Unavailable, exception.Error);
        Assert.Equal(5, seen.Distinct().Count());
    }

    [Fact(Timeout = Limit)]
    public async Task Cancelling_ends_a_pause()
    {
        _faulty.Script(new StoreFault(StoreOperation.Create) { Error = StoreError.Unavailable });
        using var cancelled = CancellationTokenSource.CreateLinkedTokenSource(Stop);
        Task call = new RetryStore(_faulty, new RetryPolicy(), new FakeTimeProvider()).CreateAsync(cancelled.Token);
        await cancelled.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => call);
    }
}
