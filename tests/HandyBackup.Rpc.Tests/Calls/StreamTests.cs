using System.Runtime.CompilerServices;
using HandyBackup.Contracts;
using HandyBackup.Rpc.Tests.Fakes;

namespace HandyBackup.Rpc.Tests.Calls;

public sealed class StreamTests
{
    private readonly TaskCompletionSource _disposed = new();
    private int _made;

    [Fact]
    public async Task Ten_thousand_items_arrive_in_order_and_are_not_gathered_first()
    {
        await using RpcPair pair = RpcPair.Open(Services(Make(10_000)));
        using PanelConnection connection = await pair.ConnectAsync();
        int expected = 0;
        int farthestAhead = 0;

        await foreach (Run run in connection.Runs.ListAsync(new RunQuery(), TestTimeout.Token))
        {
            Assert.Equal(expected++, run.Warnings);
            farthestAhead = Math.Max(farthestAhead, Volatile.Read(ref _made) - expected);
        }

        Assert.Equal(10_000, expected);
        Assert.InRange(farthestAhead, 1, 2_000);
        await _disposed.Task.WaitAsync(TestTimeout.Token);
    }

    [Fact]
    public async Task Slow_reader_holds_the_service_back()
    {
        await using RpcPair pair = RpcPair.Open(Services(Make(1_000_000)));
        using PanelConnection connection = await pair.ConnectAsync();

        await using (IAsyncEnumerator<Run> runs = connection.Runs.ListAsync(new RunQuery(), TestTimeout.Token).GetAsyncEnumerator(TestTimeout.Token))
        {
            Assert.True(await runs.MoveNextAsync());

            // Other calls go through meanwhile, and each gives the service time to run away if it could.
            for (int i = 0; i < 50; i++)
            {
                await connection.ServerInfo.GetStatusAsync(TestTimeout.Token);
            }

            Assert.InRange(Volatile.Read(ref _made), 1, 2_000);
        }

        await _disposed.Task.WaitAsync(TestTimeout.Token);
    }

    [Fact]
    public async Task Reader_that_stops_early_ends_the_stream_at_the_service()
    {
        await using RpcPair pair = RpcPair.Open(Services(Make(int.MaxValue)));
        using PanelConnection connection = await pair.ConnectAsync();

        await foreach (Run run in connection.Runs.ListAsync(new RunQuery(), TestTimeout.Token))
        {
            if (run.Warnings == 700)
            {
                break;
            }
        }

        await _disposed.Task.WaitAsync(TestTimeout.Token);
    }

    [Fact]
    public async Task Cancelling_ends_a_stream_that_waits_on_both_ends()
    {
        await using RpcPair pair = RpcPair.Open(Services(WaitAfterFirstAsync));
        using PanelConnection connection = await pair.ConnectAsync();
        using var source = new CancellationTokenSource();
        await using IAsyncEnumerator<Run> runs = connection.Runs.WatchAsync(new RunReference(Guid.Empty), source.Token).GetAsyncEnumerator(TestTimeout.Token);
        Assert.True(await runs.MoveNextAsync());

        ValueTask<bool> next = runs.MoveNextAsync();
        await source.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await next);
        await _disposed.Task.WaitAsync(TestTimeout.Token);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Broken_connection_ends_an_idle_stream_on_both_ends(bool live)
    {
        await using RpcPair pair = RpcPair.Open(Services(live ? WaitAfterFirstAsync : Make(int.MaxValue)));
        using PanelConnection connection = await pair.ConnectAsync();
        IAsyncEnumerable<Run> stream = live
            ? connection.Runs.WatchAsync(new RunReference(Guid.Empty), TestTimeout.Token)
            : connection.Runs.ListAsync(new RunQuery(), TestTimeout.Token);
        await using IAsyncEnumerator<Run> runs = stream.GetAsyncEnumerator(TestTimeout.Token);
        Assert.True(await runs.MoveNextAsync());

        await pair.PanelEnd.DisposeAsync();

        await _disposed.Task.WaitAsync(TestTimeout.Token);
        HandyBackupException caught = await Assert.ThrowsAsync<HandyBackupException>(async () =>
        {
            while (await runs.MoveNextAsync())
            {
                // What had arrived before the break may still be read.
            }
        });
        Assert.Equal(ErrorCode.ConnectionLost, caught.Code);
        await pair.Session.WaitAsync(TestTimeout.Token);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(511)]
    [InlineData(3_000)]
    public async Task Error_comes_after_all_that_was_found_before_it(int found)
    {
        await using RpcPair pair = RpcPair.Open(Services(token => FailAfterAsync(found, token)));
        using PanelConnection connection = await pair.ConnectAsync();
        for (int round = 0; round < 50; round++)
        {
            int arrived = 0;

            HandyBackupException caught = await Assert.ThrowsAsync<HandyBackupException>(async () =>
            {
                await foreach (Run run in connection.Runs.ListAsync(new RunQuery(), TestTimeout.Token))
                {
                    Assert.Equal(arrived++, run.Warnings);
                }
            });

            Assert.Equal((ErrorCode.SnapshotDamaged, found), (caught.Code, arrived));
        }
    }

    [Fact]
    public async Task Streams_of_one_connection_do_not_mix()
    {
        await using RpcPair pair = RpcPair.Open(Services(Make(2_000)));
        using PanelConnection connection = await pair.ConnectAsync();

        int[] counts = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(async () =>
        {
            int arrived = 0;
            await foreach (Run run in connection.Runs.ListAsync(new RunQuery(), TestTimeout.Token))
            {
                Assert.Equal(arrived++, run.Warnings);
            }

            return arrived;
        })));

        Assert.All(counts, count => Assert.Equal(2_000, count));
    }

    private static PanelServices Services(Func<CancellationToken, IAsyncEnumerable<Run>> stream) =>
        RpcPair.Services() with { Runs = new ScriptedRuns { OnStream = stream } };

    private Func<CancellationToken, IAsyncEnumerable<Run>> Make(int count) => token => MakeAsync(count, token);

    private async IAsyncEnumerable<Run> MakeAsync(int count, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        try
        {
            for (int i = 0; i < count; i++)
            {
                cancellationToken.ThrowIfCancellationRequested();
                if (i % 64 == 0)
                {
                    await Task.Yield();
                }

                Interlocked.Increment(ref _made);
                yield return ScriptedRuns.Number(i);
            }
        }
        finally
        {
            _disposed.TrySetResult();
        }
    }

    private async IAsyncEnumerable<Run> FailAfterAsync(int count, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (Run run in MakeAsync(count, cancellationToken))
        {
            yield return run;
        }

        throw new HandyBackupException(ErrorCode.SnapshotDamaged, "One file of many is damaged.");
    }

    private async IAsyncEnumerable<Run> WaitAfterFirstAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        try
        {
            yield return ScriptedRuns.Number(0);
            await Task.Delay(Timeout.Infinite, cancellationToken);
        }
        finally
        {
            _disposed.TrySetResult();
        }
    }
}
