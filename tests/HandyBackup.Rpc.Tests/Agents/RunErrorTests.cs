using System.Diagnostics;
using HandyBackup.Contracts;
using HandyBackup.Rpc.Agents;
using HandyBackup.Rpc.Tests.Agents.Kit;
using HandyBackup.Rpc.Tests.Fakes;
using HandyBackup.Testing;

namespace HandyBackup.Rpc.Tests.Agents;

/// <summary>How failures and cancellation cross, each way.</summary>
public sealed class RunErrorTests
{
    private static readonly HandyBackupException s_full = new(ErrorCode.StoreFull, "No space is left.") { Target = "main", Advice = "Make room.", IsTransient = true };

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Full_store_reaches_the_agents_next_call_and_the_runs_result(bool agentGoesOn)
    {
        await using AgentPair pair = await AgentPair.OpenAsync();
        var server = new ScriptedBlobs { OnPut = (_, _) => throw s_full };
        HandyBackupException? seen = null;
        pair.Agent.OnBackup = async (_, ingest, _, _, token) =>
        {
            seen = await Assert.ThrowsAsync<HandyBackupException>(async () =>
            {
                for (int i = 0; i < 10_000; i++)
                {
                    await ingest.PutAsync(Blobs.Make(Blobs.Content(i, 50_000), pair.AgentPool), token);
                    await ingest.FindMissingAsync(new BlobId[1], BlobType.Data, new bool[1], token);
                }
            });
            return agentGoesOn ? ScriptedAgent.Outcome : throw new InvalidOperationException("What an agent may make of it.");
        };

        HandyBackupException caught = await Assert.ThrowsAsync<HandyBackupException>(
            () => pair.Session.Agent.BackupAsync(AgentPair.Order(), server, server, new RecordingObserver(), Stop).WaitAsync(TestTimeout.Token));

        Assert.Same(s_full, caught);
        Assert.Equal((s_full.Code, s_full.Message, s_full.Target, s_full.Advice, s_full.IsTransient), (seen!.Code, seen.Message, seen.Target, seen.Advice, seen.IsTransient));
        await pair.VerifyNothingIsRentedAsync();
        await pair.Session.Agent.ValidateAsync(new SourceSelection { Source = "Files" }, TestTimeout.Token);
    }

    [Fact]
    public async Task Failure_of_the_last_put_fails_the_run_though_the_agent_had_ended_it()
    {
        await using AgentPair pair = await AgentPair.OpenAsync();
        var server = new ScriptedBlobs
        {
            OnPut = async (_, token) =>
            {
                await Task.Delay(300, token);
                throw s_full;
            },
        };
        pair.Agent.OnBackup = async (_, ingest, _, _, token) =>
        {
            await ingest.PutAsync(Blobs.Make([1, 2, 3], pair.AgentPool), token);
            return ScriptedAgent.Outcome;
        };

        Assert.Same(s_full, await Assert.ThrowsAsync<HandyBackupException>(
            () => pair.Session.Agent.BackupAsync(AgentPair.Order(), server, server, new RecordingObserver(), Stop).WaitAsync(TestTimeout.Token)));
        await pair.VerifyNothingIsRentedAsync();
    }

    [Fact]
    public async Task Agent_that_does_not_heed_a_failure_is_stopped()
    {
        await using AgentPair pair = await AgentPair.OpenAsync(new AgentLinkOptions { StopLimit = TimeSpan.FromMilliseconds(300) });
        var server = new ScriptedBlobs { OnPut = (_, _) => throw s_full };
        var stuck = new TaskCompletionSource<BackupOutcome>();
        pair.Agent.OnBackup = async (_, ingest, _, _, token) =>
        {
            await ingest.PutAsync(Blobs.Make([1], pair.AgentPool), token);
            return await stuck.Task;
        };

        Assert.Same(s_full, await Assert.ThrowsAsync<HandyBackupException>(
            () => pair.Session.Agent.BackupAsync(AgentPair.Order(), server, server, new RecordingObserver(), Stop).WaitAsync(TestTimeout.Token)));
        stuck.SetResult(ScriptedAgent.Outcome);
        await pair.VerifyNothingIsRentedAsync();
    }

    [Fact]
    public async Task Agents_error_arrives_as_it_was_thrown()
    {
        await using AgentPair pair = await AgentPair.OpenAsync();
        pair.Agent.OnBackup = (_, _, _, _, _) => throw new HandyBackupException(ErrorCode.SourceUnavailable, "The disk is gone.") { Target = "/dev/sdx", Advice = "Plug it in.", IsTransient = true };

        HandyBackupException caught = await Assert.ThrowsAsync<HandyBackupException>(
            () => pair.Session.Agent.BackupAsync(AgentPair.Order(), new ScriptedBlobs(), new ScriptedBlobs(), new RecordingObserver(), Stop));

        Assert.Equal((ErrorCode.SourceUnavailable, "The disk is gone.", "/dev/sdx", "Plug it in.", true), (caught.Code, caught.Message, caught.Target, caught.Advice, caught.IsTransient));
    }

    [Fact]
    public async Task Defect_of_either_end_crosses_as_a_number_alone()
    {
        await using AgentPair pair = await AgentPair.OpenAsync();
        var server = new ScriptedBlobs { OnFindMissing = (_, _, _) => throw new InvalidOperationException("secret of the server") };
        pair.Agent.OnBackup = async (_, ingest, _, _, token) =>
        {
            HandyBackupException seen = await Assert.ThrowsAsync<HandyBackupException>(async () => await ingest.FindMissingAsync(new BlobId[1], BlobType.Data, new bool[1], token));
            Assert.Equal(ErrorCode.InternalError, seen.Code);
            Assert.DoesNotContain("secret", seen.Message, StringComparison.Ordinal);
            throw new InvalidOperationException("secret of the agent");
        };

        HandyBackupException caught = await Assert.ThrowsAsync<HandyBackupException>(
            () => pair.Session.Agent.BackupAsync(AgentPair.Order(), server, server, new RecordingObserver(), Stop));

        Assert.Equal(ErrorCode.InternalError, caught.Code);
        Assert.DoesNotContain("secret", caught.Message, StringComparison.Ordinal);
        Assert.Equal(2, pair.UnexpectedErrors.Count);
        Assert.Contains(pair.UnexpectedErrors, error => error.CorrelationId == caught.Target);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Cancelling_at_the_server_ends_the_order_in_time(bool agentIsStuck)
    {
        await using AgentPair pair = await AgentPair.OpenAsync();
        using var cancel = new CancellationTokenSource();
        var begun = new TaskCompletionSource();
        var stuck = new TaskCompletionSource<BackupOutcome>();
        var ended = new TaskCompletionSource<Exception>();
        var server = new ScriptedBlobs { OnPut = Hold };
        pair.Agent.OnBackup = async (_, ingest, _, _, token) =>
        {
            begun.SetResult();
            try
            {
                while (true)
                {
                    await ingest.PutAsync(Blobs.Make(Blobs.Content(1, 300_000), pair.AgentPool), CancellationToken.None);
                }
            }
            catch (Exception exception)
            {
                ended.SetResult(exception);
            }

            return agentIsStuck ? await stuck.Task : throw new OperationCanceledException(token);
        };

        Task<BackupOutcome> backup = pair.Session.Agent.BackupAsync(AgentPair.Order(), server, server, new RecordingObserver(), cancel.Token);
        await begun.Task.WaitAsync(TestTimeout.Token);
        await Task.Delay(300, Stop);
        long start = Stopwatch.GetTimestamp();
        await cancel.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => backup.WaitAsync(TestTimeout.Token));
        Assert.InRange(Stopwatch.GetElapsedTime(start).TotalSeconds, 0, 5);
        Assert.IsType<OperationCanceledException>(await ended.Task.WaitAsync(TestTimeout.Token));
        stuck.TrySetResult(ScriptedAgent.Outcome);
        await pair.VerifyNothingIsRentedAsync();
        await pair.Session.Agent.ValidateAsync(new SourceSelection { Source = "Files" }, TestTimeout.Token);

        static async ValueTask Hold(BlobPayload blob, CancellationToken token)
        {
            using (blob)
            {
                await Task.Delay(Timeout.Infinite, token);
            }
        }
    }

    [Fact]
    public async Task Agent_that_stops_an_order_by_itself_says_so()
    {
        await using AgentPair pair = await AgentPair.OpenAsync();
        pair.Agent.OnBackup = (_, _, _, _, _) => throw new OperationCanceledException();

        HandyBackupException caught = await Assert.ThrowsAsync<HandyBackupException>(
            () => pair.Session.Agent.BackupAsync(AgentPair.Order(), new ScriptedBlobs(), new ScriptedBlobs(), new RecordingObserver(), Stop).WaitAsync(TestTimeout.Token));

        Assert.Equal(ErrorCode.Cancelled, caught.Code);
    }

    [Fact]
    public async Task Agent_that_leaves_ends_its_orders_as_a_lost_connection()
    {
        await using AgentPair pair = await AgentPair.OpenAsync();
        var begun = new TaskCompletionSource();
        var cancelled = new TaskCompletionSource();
        pair.Agent.OnBackup = async (_, _, _, _, token) =>
        {
            begun.SetResult();
            await Task.Delay(Timeout.Infinite, token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            cancelled.SetResult();
            return ScriptedAgent.Outcome;
        };

        Task<BackupOutcome> backup = pair.Session.Agent.BackupAsync(AgentPair.Order(), new ScriptedBlobs(), new ScriptedBlobs(), new RecordingObserver(), Stop);
        await begun.Task.WaitAsync(TestTimeout.Token);
        await pair.Connection.DisposeAsync();

        HandyBackupException caught = await Assert.ThrowsAsync<HandyBackupException>(() => backup.WaitAsync(TestTimeout.Token));
        Assert.Equal((ErrorCode.ConnectionLost, true), (caught.Code, caught.IsTransient));
        await cancelled.Task.WaitAsync(TestTimeout.Token);
        Assert.Null(await pair.Session.Ended.WaitAsync(TestTimeout.Token));
    }

    [Fact]
    public async Task Listing_that_hangs_at_the_agent_ends_when_it_is_cancelled()
    {
        await using AgentPair pair = await AgentPair.OpenAsync(new AgentLinkOptions { StopLimit = TimeSpan.FromMilliseconds(300) });
        var stuck = new TaskCompletionSource();
        pair.Agent.OnList = (_, _) => StuckAsync();
        using var cancel = new CancellationTokenSource(500);

        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () =>
        {
            await foreach (Item item in pair.Session.Agent.ListItemsAsync(new LiveItemQuery { Selection = new SourceSelection { Source = "Files" } }, cancel.Token).WithCancellation(TestTimeout.Token))
            {
                Assert.Fail("There is nothing.");
            }
        });
        stuck.SetResult();

        async IAsyncEnumerable<Item> StuckAsync()
        {
            await stuck.Task;
            yield break;
        }
    }
}
