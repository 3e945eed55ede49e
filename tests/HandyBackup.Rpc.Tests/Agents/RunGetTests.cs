using System.Runtime.CompilerServices;
using HandyBackup.Contracts;
using HandyBackup.Rpc.Agents.Runs;
using HandyBackup.Rpc.Tests.Agents.Kit;
using HandyBackup.Rpc.Tests.Fakes;
using HandyBackup.Testing;

namespace HandyBackup.Rpc.Tests.Agents;

public sealed class RunGetTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Five_thousand_blobs_are_streamed()
    {
        await using AgentPair pair = await AgentPair.OpenAsync();
        var server = new MemoryBlobs();
        BlobId[] ids = [.. Enumerable.Range(0, 5_000).Select(i => server.Add(Blobs.Content(i, (i * 37) % 30_000), BlobType.Data))];
        var got = new HashSet<BlobId>();
        pair.Agent.OnRestore = async (_, retrieve, _, token) =>
        {
            await foreach (BlobPayload blob in retrieve.GetAsync(ids, BlobType.Data, token))
            {
                using (blob)
                {
                    Assert.Equal(blob.Id, Blobs.IdOf(blob.Bytes.Span));
                    got.Add(blob.Id);
                }
            }

            return new RestoreOutcome { Totals = new RunProgress(), Skipped = got.Count };
        };

        RestoreOutcome outcome = await pair.Session.Agent.RestoreAsync(AgentPair.RestoreOrder(), server, new RecordingObserver(), Stop);

        Assert.Equal((ids.Distinct().Count(), got.Count), (got.Count, (int)outcome.Skipped));
        await pair.VerifyNothingIsRentedAsync();
        Assert.InRange(pair.AgentPool.MostBytes, 1, 3 * RunFrame.GetCredit);
    }

    [Fact]
    public async Task Slow_reader_stops_the_repository_and_hinders_no_other_question()
    {
        await using AgentPair pair = await AgentPair.OpenAsync();
        int made = 0;
        var server = new ScriptedBlobs { OnGet = (_, token) => EndlessAsync(token) };
        pair.Agent.OnRestore = async (_, retrieve, _, token) =>
        {
            await foreach (BlobPayload blob in retrieve.GetAsync([default], BlobType.Data, token))
            {
                blob.Dispose();
                for (int i = 0; i < 100; i++)
                {
                    long[] lengths = new long[1];
                    await retrieve.GetLengthsAsync(new BlobId[1], BlobType.Data, lengths, token);
                    Assert.Equal(-1, lengths[0]);
                }

                Assert.InRange(Volatile.Read(ref made), 1, 30);
                break;
            }

            return new RestoreOutcome { Totals = new RunProgress(), Skipped = 0 };
        };

        await pair.Session.Agent.RestoreAsync(AgentPair.RestoreOrder(), server, new RecordingObserver(), Stop).WaitAsync(TestTimeout.Token);

        await pair.VerifyNothingIsRentedAsync();

        async IAsyncEnumerable<BlobPayload> EndlessAsync([EnumeratorCancellation] CancellationToken token)
        {
            byte[] content = Blobs.Content(1, 1024 * 1024);
            for (; !token.IsCancellationRequested; Interlocked.Increment(ref made))
            {
                await Task.Yield();
                yield return Blobs.Make(content, pair.ServerPool);
            }
        }
    }

    [Fact]
    public async Task Missing_blob_is_told_after_those_that_were_found_and_the_run_goes_on()
    {
        await using AgentPair pair = await AgentPair.OpenAsync();
        var server = new MemoryBlobs();
        BlobId[] ids = [.. Enumerable.Range(0, 50).Select(i => server.Add(Blobs.Content(i, 1000), BlobType.Tree)).OrderBy(id => id.Hash)];
        server.Remove(ids[^1], BlobType.Tree);
        int got = 0;
        pair.Agent.OnRestore = async (_, retrieve, _, token) =>
        {
            HandyBackupException caught = await Assert.ThrowsAsync<HandyBackupException>(async () =>
            {
                await foreach (BlobPayload blob in retrieve.GetAsync(ids, BlobType.Tree, token))
                {
                    blob.Dispose();
                    got++;
                }
            });
            Assert.Equal((ErrorCode.BlobMissing, ids[^1].ToString()), (caught.Code, caught.Target));
            await foreach (BlobPayload blob in retrieve.GetAsync(ids[..1], BlobType.Tree, token))
            {
                blob.Dispose();
                got++;
            }

            return new RestoreOutcome { Totals = new RunProgress(), Skipped = 0 };
        };

        await pair.Session.Agent.RestoreAsync(AgentPair.RestoreOrder(), server, new RecordingObserver(), Stop);

        Assert.Equal(50, got);
        await pair.VerifyNothingIsRentedAsync();
    }

    [Fact]
    public async Task Many_reads_at_once_and_inside_each_other_do_not_mix()
    {
        await using AgentPair pair = await AgentPair.OpenAsync();
        var server = new MemoryBlobs();
        BlobId[] ids = [.. Enumerable.Range(0, 300).Select(i => server.Add(Blobs.Content(i, 50_000), BlobType.Data))];
        pair.Agent.OnRestore = async (_, retrieve, _, token) =>
        {
            await Parallel.ForEachAsync(Enumerable.Range(0, 16), new ParallelOptions { MaxDegreeOfParallelism = 16, CancellationToken = token }, async (lane, inner) =>
            {
                BlobId[] wanted = ids[(lane * 10)..((lane * 10) + 100)];
                var got = new HashSet<BlobId>();
                await foreach (BlobPayload blob in retrieve.GetAsync(wanted, BlobType.Data, inner))
                {
                    using (blob)
                    {
                        Assert.Equal(blob.Id, Blobs.IdOf(blob.Bytes.Span));
                        got.Add(blob.Id);
                        await foreach (BlobPayload nested in retrieve.GetAsync([wanted[0]], BlobType.Data, inner))
                        {
                            nested.Dispose();
                        }
                    }
                }

                Assert.True(got.SetEquals(wanted));
            });
            return new RestoreOutcome { Totals = new RunProgress(), Skipped = 0 };
        };

        await pair.Session.Agent.RestoreAsync(AgentPair.RestoreOrder(), server, new RecordingObserver(), Stop).WaitAsync(TestTimeout.Token);

        await pair.VerifyNothingIsRentedAsync();
    }

    [Fact]
    public async Task Plan_reads_while_it_is_streamed()
    {
        await using AgentPair pair = await AgentPair.OpenAsync();
        var server = new MemoryBlobs();
        BlobId[] ids = [.. Enumerable.Range(0, 600).Select(i => server.Add(Blobs.Content(i, 1000), BlobType.Tree))];
        pair.Agent.OnPlan = (_, retrieve, token) => PlanAsync(retrieve, token);

        List<RestorePlanItem> plan = [];
        await foreach (RestorePlanItem item in pair.Session.Agent.PlanRestoreAsync(AgentPair.RestoreOrder(), server, TestTimeout.Token))
        {
            plan.Add(item);
        }

        Assert.Equal(600, plan.Count);
        await pair.VerifyNothingIsRentedAsync();

        async IAsyncEnumerable<RestorePlanItem> PlanAsync(IRetrieve retrieve, [EnumeratorCancellation] CancellationToken token)
        {
            foreach (BlobId id in ids)
            {
                await foreach (BlobPayload blob in retrieve.GetAsync([id], BlobType.Tree, token))
                {
                    using (blob)
                    {
                        yield return new RestorePlanItem { Path = blob.Id.ToString(), Kind = ItemKind.File, Action = RestoreAction.Create };
                    }
                }
            }
        }
    }
}
