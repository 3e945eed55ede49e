using System.Collections.Concurrent;
using HandyBackup.Contracts;
using HandyBackup.Rpc.Agents.Runs;
using HandyBackup.Rpc.Tests.Agents.Kit;
using HandyBackup.Rpc.Tests.Fakes;
using HandyBackup.Testing;

namespace HandyBackup.Rpc.Tests.Agents;

public sealed class RunPutTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Ten_thousand_blobs_arrive_byte_for_byte_in_bounded_memory()
    {
        const int Count = 10_000;
        await using AgentPair pair = await AgentPair.OpenAsync();
        var sizes = new Random(1);
        int[] lengths = [.. Enumerable.Range(0, Count).Select(i => i % 100 == 0 ? sizes.Next(0, 400_000) : sizes.Next(0, 20_000))];
        var arrived = new ConcurrentDictionary<BlobId, int>();
        var server = new ScriptedBlobs
        {
            OnPut = (blob, _) =>
            {
                using (blob)
                {
                    Assert.Equal(blob.Id, Blobs.IdOf(blob.Bytes.Span));
                    arrived.AddOrUpdate(blob.Id, 1, (_, count) => count + 1);
                    return default;
                }
            },
        };
        pair.Agent.OnBackup = async (_, ingest, _, _, token) =>
        {
            await Parallel.ForEachAsync(Enumerable.Range(0, Count), new ParallelOptions { MaxDegreeOfParallelism = 4, CancellationToken = token }, async (i, inner) =>
                await ingest.PutAsync(Blobs.Make(Blobs.Content(i, lengths[i]), pair.AgentPool), inner));
            return ScriptedAgent.Outcome;
        };

        BackupOutcome outcome = await pair.Session.Agent.BackupAsync(AgentPair.Order(), server, server, new RecordingObserver(), Stop);

        Assert.Equal(7, outcome.Totals.Items);
        Assert.Equal(Count, arrived.Values.Sum());
        Assert.All(Enumerable.Range(0, Count), i => Assert.True(arrived.ContainsKey(Blobs.IdOf(Blobs.Content(i, lengths[i])))));
        await pair.VerifyNothingIsRentedAsync();
        Assert.InRange(pair.ServerPool.MostBytes, 1, 16 * 1024 * 1024);
        Assert.InRange(pair.AgentPool.MostBytes, 1, 16 * 1024 * 1024);
    }

    [Fact]
    public async Task Order_that_is_cancelled_while_its_last_blob_is_stored_ends()
    {
        await using AgentPair pair = await AgentPair.OpenAsync();
        var storing = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var server = new ScriptedBlobs
        {
            OnPut = async (blob, token) =>
            {
                using (blob)
                {
                    storing.TrySetResult();
                    await Task.Delay(Timeout.Infinite, token);
                }
            },
        };
        pair.Agent.OnBackup = async (_, ingest, _, _, token) =>
        {
            await ingest.PutAsync(Blobs.Make(Blobs.Content(1, 100), pair.AgentPool), token);
            return ScriptedAgent.Outcome;
        };
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Stop);
        Task backup = pair.Session.Agent.BackupAsync(AgentPair.Order(), server, server, new RecordingObserver(), stop.Token);
        await storing.Task.WaitAsync(TestTimeout.Token);

        // Time for the agent's last word, after which the server waits for its blobs.
        await Task.Delay(200, Stop);
        await stop.CancelAsync();

        await Task.WhenAny(backup, Task.Delay(TimeSpan.FromSeconds(20), Stop));
        Assert.True(backup.IsCanceled, $"The order is {backup.Status}.");
        await pair.VerifyNothingIsRentedAsync();
    }

    [Theory]
    [InlineData(RunFrame.MaximumLength - RunFrame.BlobHeadLength)]
    [InlineData(RunFrame.MaximumLength - RunFrame.BlobHeadLength + 1)]
    [InlineData((3 * RunFrame.MaximumLength) + 12_345)]
    public async Task Blob_longer_than_a_frame_arrives_whole(int length)
    {
        await using AgentPair pair = await AgentPair.OpenAsync();
        byte[] content = Blobs.Content(1, length);
        var server = new MemoryBlobs();
        pair.Agent.OnBackup = async (_, ingest, _, _, token) =>
        {
            await ingest.PutAsync(Blobs.Make(content, pair.AgentPool, BlobType.Tree), token);
            return ScriptedAgent.Outcome;
        };

        await pair.Session.Agent.BackupAsync(AgentPair.Order(), server, server, new RecordingObserver(), Stop);

        Assert.Equal(content, server.Get(Blobs.IdOf(content), BlobType.Tree));
        await pair.VerifyNothingIsRentedAsync();
    }

    [Fact]
    public async Task Slow_repository_holds_the_agent_back_while_calls_answer_at_once()
    {
        await using AgentPair pair = await AgentPair.OpenAsync();
        var release = new TaskCompletionSource();
        int put = 0;
        var server = new ScriptedBlobs
        {
            OnPut = async (blob, token) =>
            {
                using (blob)
                {
                    await release.Task.WaitAsync(token);
                }
            },
        };
        byte[] content = Blobs.Content(1, 256 * 1024);
        pair.Agent.OnBackup = async (_, ingest, _, _, token) =>
        {
            for (; put < 400; put++)
            {
                await ingest.PutAsync(Blobs.Make(content, pair.AgentPool), token);
            }

            return ScriptedAgent.Outcome;
        };

        Task<BackupOutcome> backup = pair.Session.Agent.BackupAsync(AgentPair.Order(), server, server, new RecordingObserver(), Stop);
        int before;
        do
        {
            before = Volatile.Read(ref put);
            for (int i = 0; i < 20; i++)
            {
                await pair.Session.Agent.ValidateAsync(new SourceSelection { Source = "Files" }, TestTimeout.Token);
                await pair.Connection.Gateway.HeartbeatAsync(TestTimeout.Token);
            }

            await Task.Delay(200, Stop);
        }
        while (before == 0 || before != Volatile.Read(ref put));

        // The window, what waits at either end, and what is being stored; not the hundred megabytes that there are.
        Assert.InRange(put, 30, 90);
        release.SetResult();
        await backup.WaitAsync(TestTimeout.Token);
        Assert.Equal(400, put);
        await pair.VerifyNothingIsRentedAsync();
    }

    [Fact]
    public async Task Many_questions_are_answered_at_once_each_with_its_own_answer()
    {
        await using AgentPair pair = await AgentPair.OpenAsync();
        var server = new ScriptedBlobs
        {
            OnFindMissing = async (ids, missing, _) =>
            {
                await Task.Yield();
                for (int i = 0; i < ids.Length; i++)
                {
                    missing.Span[i] = ids.Span[i].Hash.Prefix % 3 == 0;
                }
            },
            OnGetLengths = (ids, lengths, _) =>
            {
                for (int i = 0; i < ids.Length; i++)
                {
                    lengths.Span[i] = (long)ids.Span[i].Hash.Prefix;
                }

                return default;
            },
        };
        pair.Agent.OnBackup = async (_, ingest, retrieve, _, token) =>
        {
            await Parallel.ForEachAsync(Enumerable.Range(0, 400), new ParallelOptions { MaxDegreeOfParallelism = 32, CancellationToken = token }, async (seed, inner) =>
            {
                BlobId[] ids = [.. Enumerable.Range(0, seed % 50 == 0 ? 70_000 : seed % 20).Select(i => Id((seed * 1000) + i))];
                var missing = new bool[ids.Length];
                long[] lengths = new long[ids.Length];
                await ingest.FindMissingAsync(ids, BlobType.Data, missing, inner);
                await retrieve.GetLengthsAsync(ids, BlobType.Data, lengths, inner);
                Assert.Equal(ids.Select(id => id.Hash.Prefix % 3 == 0), missing);
                Assert.Equal(ids.Select(id => (long)id.Hash.Prefix), lengths);
            });
            return ScriptedAgent.Outcome;
        };

        await pair.Session.Agent.BackupAsync(AgentPair.Order(), server, server, new RecordingObserver(), Stop);

        await pair.VerifyNothingIsRentedAsync();
    }

    [Fact]
    public async Task Issues_arrive_in_order_and_before_the_result()
    {
        await using AgentPair pair = await AgentPair.OpenAsync();
        var observer = new RecordingObserver();
        pair.Agent.OnBackup = async (_, _, _, told, token) =>
        {
            for (int i = 0; i < 500; i++)
            {
                told.Progress(new RunProgress { Items = i });
                await told.IssueAsync(new ItemIssue { Code = ErrorCode.ItemVanished, Path = $"a/{i}", Reason = "It was deleted." }, token);
            }

            return ScriptedAgent.Outcome;
        };

        await pair.Session.Agent.BackupAsync(AgentPair.Order(), new ScriptedBlobs(), new ScriptedBlobs(), observer, Stop);

        Assert.Equal(Enumerable.Range(0, 500).Select(i => $"a/{i}"), observer.Issues.Select(issue => issue.Path));
        Assert.NotEmpty(observer.Reports);
        await pair.VerifyNothingIsRentedAsync();
    }

    private static BlobId Id(int number)
    {
        byte[] bytes = new byte[Sha256Hash.Size];
        BitConverter.TryWriteBytes(bytes, number * 2654435761L);
        return new BlobId(new Sha256Hash(bytes));
    }
}
