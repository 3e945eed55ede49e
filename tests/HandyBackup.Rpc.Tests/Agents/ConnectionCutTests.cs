using System.Collections.Concurrent;
using HandyBackup.Contracts;
using HandyBackup.Rpc.Tests.Agents.Kit;
using HandyBackup.Rpc.Tests.Fakes;
using HandyBackup.Rpc.Tests.Proof;
using HandyBackup.Testing;

namespace HandyBackup.Rpc.Tests.Agents;

/// <summary>A connection that breaks anywhere: both ends end soon, say so in the same way, and leave nothing behind.</summary>
[Collection(nameof(MeasuredAlone))]
public sealed class ConnectionCutTests
{
    private const int Cuts = 200;

    // Hello, orders, some thousand frames each way.
    private const int MostBytes = 12_000_000;

    [Fact]
    public async Task Cut_anywhere_ends_both_ends_as_a_lost_connection_and_leaks_nothing()
    {
        var overlooked = new ConcurrentQueue<Exception>();
        EventHandler<UnobservedTaskExceptionEventArgs> note = (_, e) => overlooked.Enqueue(e.Exception);

        // What tests before this one have left behind is theirs.
        Collect();
        TaskScheduler.UnobservedTaskException += note;
        try
        {
            for (int seed = 1; seed <= Cuts; seed++)
            {
                try
                {
                    await CutAsync(seed);
                }
                catch (Exception exception)
                {
                    throw new InvalidOperationException($"Seed {seed}: {exception.Message}", exception);
                }
            }

            Collect();
            Assert.DoesNotContain(overlooked, IsOurs);
        }
        finally
        {
            TaskScheduler.UnobservedTaskException -= note;
        }
    }

    // The libraries leave tasks of their own behind when a connection breaks while they send (StreamJsonRpc's JsonRpc.InvokeCoreAsync, MultiplexingStream.Channel.AutoCloseOnPipesClosureAsync).
    // What one of our methods failed with has that method in its stack, and what one of our sources was failed with is of our type.
    private static bool IsOurs(Exception exception) =>
        exception.GetBaseException() is HandyBackupException
        || exception.ToString().Split('\n').Any(line => line.Contains("HandyBackup.Rpc.", StringComparison.Ordinal) && !line.Contains("HandyBackup.Rpc.Tests", StringComparison.Ordinal));

    private static void Collect()
    {
        for (int i = 0; i < 3; i++)
        {
            GC.Collect();
            GC.WaitForPendingFinalizers();
        }
    }

    private static async Task CutAsync(int seed)
    {
        var random = new Random(seed);
        var gates = new List<GateStream>();
        await using AgentPair pair = await AgentPair.OpenAsync(null, stream =>
        {
            gates.Add(new GateStream(stream));
            return gates[^1];
        });
        GateStream gate = gates[random.Next(2)];
        gate.CutAfter(random.Next(4) == 0 ? random.Next(2_000) : random.Next(MostBytes));
        var ended = new TaskCompletionSource<Exception>(TaskCreationOptions.RunContinuationsAsynchronously);
        pair.Agent.OnBackup = (_, ingest, retrieve, observer, token) => WorkAsync(pair, ingest, retrieve, observer, ended, token);
        ScriptedBlobs server = Server(pair);

        HandyBackupException caught = await Assert.ThrowsAsync<HandyBackupException>(
            () => pair.Session.Agent.BackupAsync(AgentPair.Order(), server, server, new RecordingObserver(), TestTimeout.Token).WaitAsync(TestTimeout.Token));
        Assert.Equal((ErrorCode.ConnectionLost, true), (caught.Code, caught.IsTransient));
        await pair.Session.Ended.WaitAsync(TestTimeout.Token);
        await pair.Connection.Ended.WaitAsync(TestTimeout.Token);
        await pair.VerifyNothingIsRentedAsync();

        // Orders that came so far end with the connection, too.
        if (ended.Task.IsCompleted)
        {
            Exception atAgent = await ended.Task;
            Assert.True(atAgent is OperationCanceledException or HandyBackupException { Code: ErrorCode.ConnectionLost, IsTransient: true }, atAgent.ToString());
        }
    }

    private static async Task<BackupOutcome> WorkAsync(
        AgentPair pair, IIngest ingest, IRetrieve retrieve, IRunObserver observer, TaskCompletionSource<Exception> ended, CancellationToken token)
    {
        try
        {
            await Task.WhenAll(Enumerable.Range(0, 3).Select(lane => Task.Run(
                async () =>
                {
                    byte[] content = Blobs.Content(lane, 30_000);
                    while (true)
                    {
                        await ingest.FindMissingAsync(new BlobId[20], BlobType.Data, new bool[20], token);
                        await ingest.PutAsync(Blobs.Make(content, pair.AgentPool), token);
                        observer.Progress(new RunProgress { Items = 1 });
                        await foreach (BlobPayload blob in retrieve.GetAsync(new BlobId[3], BlobType.Data, token))
                        {
                            blob.Dispose();
                        }

                        await observer.IssueAsync(new ItemIssue { Code = ErrorCode.ItemChanged, Path = "x", Reason = "y" }, token);
                    }
                },
                CancellationToken.None)));
            return ScriptedAgent.Outcome;
        }
        catch (Exception exception)
        {
            ended.TrySetResult(exception);
            throw;
        }
    }

    private static ScriptedBlobs Server(AgentPair pair) => new()
    {
        OnGet = (ids, _) => GiveAsync(pair, ids.Count),
        OnPut = async (blob, token) =>
        {
            using (blob)
            {
                await Task.Yield();
                token.ThrowIfCancellationRequested();
            }
        },
    };

    private static async IAsyncEnumerable<BlobPayload> GiveAsync(AgentPair pair, int count)
    {
        for (int i = 0; i < count; i++)
        {
            await Task.Yield();
            yield return Blobs.Make(Blobs.Content(i, 10_000), pair.ServerPool);
        }
    }
}
