using System.Buffers.Binary;
using System.Text;
using HandyBackup.Contracts;
using HandyBackup.Rpc.Agents;
using HandyBackup.Rpc.Agents.Runs;
using HandyBackup.Rpc.Streams;
using HandyBackup.Rpc.Tests.Agents.Kit;
using HandyBackup.Rpc.Tests.Fakes;
using HandyBackup.Rpc.Tests.Proof;
using HandyBackup.Rpc.Wire;
using HandyBackup.Testing;
using Nerdbank.Streams;

namespace HandyBackup.Rpc.Tests.Agents;

/// <summary>Frames that nobody should send end their own connection, with a reason, take no memory without bound, and leave nothing behind.</summary>
[Collection(nameof(MeasuredAlone))]
public sealed class HostileRunTests
{
    private const int Limit = 24 * 3_600_000;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public static TheoryData<string, byte[]> ToServer => new()
    {
        { "unknown kind", Frame((RunFrameKind)200, []) },
        { "kind of the other direction", Frame(RunFrameKind.GetEnd, new byte[4]) },
        { "negative length", [0xFF, 0xFF, 0xFF, 0xFF, (byte)RunFrameKind.Put] },
        { "too long", Header(RunFrameKind.Put, RunFrame.MaximumLength + 1) },
        { "JSON too long", Header(RunFrameKind.Issue, RunFrame.MaximumJson + 1) },
        { "ids that do not fit", Frame(RunFrameKind.FindMissing, new byte[RunFrame.QuestionLength + 33]) },
        { "no ids", Frame(RunFrameKind.Get, new byte[RunFrame.QuestionLength]) },
        { "too many ids", Header(RunFrameKind.FindMissing, RunFrame.QuestionLength + ((RunFrame.MaximumIds + 1) * 32)) },
        { "blob type that is none", Frame(RunFrameKind.GetLengths, [1, 0, 0, 0, 9, .. new byte[32]]) },
        { "put without head", Frame(RunFrameKind.Put, new byte[10]) },
        { "put of gigabytes", Frame(RunFrameKind.Put, BlobHead(100, int.MaxValue, 1)) },
        { "put of negative plain length", Frame(RunFrameKind.Put, BlobHead(-1, 1, 1)) },
        { "put with more than announced", Frame(RunFrameKind.Put, BlobHead(5, 5, 6)) },
        { "put without any of its content", Frame(RunFrameKind.Put, BlobHead(5, 5, 0)) },
        { "put with unknown flags", Frame(RunFrameKind.Put, BlobHead(5, 5, 5, flags: 6)) },
        { "put that goes on with another frame", [.. Frame(RunFrameKind.Put, BlobHead(9, 9, 5)), .. Frame(RunFrameKind.End, [])] },
        { "put that goes on with too much", [.. Frame(RunFrameKind.Put, BlobHead(9, 9, 5)), .. Frame(RunFrameKind.More, new byte[5])] },
        { "put that goes on with nothing", [.. Frame(RunFrameKind.Put, BlobHead(9, 9, 5)), .. Frame(RunFrameKind.More, [])] },
        { "more of nothing", Frame(RunFrameKind.More, new byte[5]) },
        { "no JSON", Frame(RunFrameKind.Progress, Encoding.UTF8.GetBytes("{\"items\":")) },
        { "JSON of nothing", Frame(RunFrameKind.Issue, Encoding.UTF8.GetBytes("null")) },
        { "issue without a path", Frame(RunFrameKind.Issue, Encoding.UTF8.GetBytes("""{"code":"ItemChanged","path":null,"reason":"x"}""")) },
        { "something after the end", [.. Frame(RunFrameKind.End, []), .. Frame(RunFrameKind.Progress, Encoding.UTF8.GetBytes("{}"))] },
        { "two questions of one number", [.. Frame(RunFrameKind.Get, new byte[RunFrame.QuestionLength + 32]), .. Frame(RunFrameKind.Get, new byte[RunFrame.QuestionLength + 32])] },
    };

    public static TheoryData<string, byte[]> ToAgent => new()
    {
        { "unknown kind", Frame((RunFrameKind)200, new byte[8]) },
        { "kind of the other direction", Frame(RunFrameKind.Put, BlobHead(1, 1, 1)) },
        { "answer to no question", Frame(RunFrameKind.Missing, [77, 0, 0, 0, 1]) },
        { "blob for no question", Frame(RunFrameKind.Blob, [77, 0, 0, 0, .. BlobHead(1, 1, 1)]) },
        { "answer that is too short", Frame(RunFrameKind.Missing, [1, 0, 0, 0]) },
        { "answer that is too long", Frame(RunFrameKind.Missing, [1, 0, 0, 0, 1, 2]) },
        { "answer of another kind", Frame(RunFrameKind.Lengths, [1, 0, 0, 0, .. new byte[8]]) },
        { "no number", Frame(RunFrameKind.Failed, [1]) },
        { "failure that is none", Frame(RunFrameKind.RunFailed, Encoding.UTF8.GetBytes("[]")) },
        { "too long", Header(RunFrameKind.Blob, RunFrame.MaximumLength + 1) },
    };

    [Theory]
    [MemberData(nameof(ToServer))]
    public async Task Agent_that_breaks_the_rules_is_cut_off(string what, byte[] frames)
    {
        Assert.NotEmpty(what);
        await using var hostile = await HostileAgent.OpenAsync();
        Task<BackupOutcome> backup = hostile.BackupAsync(Stop);
        MultiplexingStream.Channel channel = await hostile.AcceptRunAsync();

        await channel.Output.WriteAsync(frames, TestTimeout.Token);

        Exception? reason = await hostile.Session.Ended.WaitAsync(TestTimeout.Token);
        Assert.IsType<InvalidDataException>(reason);
        HandyBackupException caught = await Assert.ThrowsAsync<HandyBackupException>(() => backup.WaitAsync(TestTimeout.Token));
        Assert.Equal((ErrorCode.ConnectionLost, true), (caught.Code, caught.IsTransient));
        Assert.InRange(hostile.Pool.MostBytes, 0, 33 * 1024 * 1024);
        await hostile.VerifyNothingIsRentedAsync();
    }

    [Theory]
    [MemberData(nameof(ToAgent))]
    public async Task Server_that_breaks_the_rules_is_left(string what, byte[] frames)
    {
        Assert.NotEmpty(what);
        (Stream near, Stream far) = FullDuplexStream.CreatePair();
        await using MultiplexingStream nearEnd = ControlChannel.Multiplex(near);
        await using MultiplexingStream farEnd = ControlChannel.Multiplex(far);
        Task<MultiplexingStream.Channel> offering = nearEnd.OfferChannelAsync("run", RunChannel.Options, TestTimeout.Token);
        MultiplexingStream.Channel accepted = await farEnd.AcceptChannelAsync("run", RunChannel.Options, TestTimeout.Token);
        MultiplexingStream.Channel server = await offering;
        var pool = new CountingMemoryPool();
        var broken = new TaskCompletionSource<Exception>();
        await using (var run = new AgentRun(new RunChannel(accepted, pool, CancellationToken.None), pool, reason => broken.TrySetResult(reason)))
        {
            Task asking = run.FindMissingAsync(new BlobId[5], BlobType.Data, new bool[5], TestTimeout.Token).AsTask();
            await server.Input.ReadAtLeastAsync(RunFrame.HeaderLength, TestTimeout.Token);

            await server.Output.WriteAsync(frames, TestTimeout.Token);

            Assert.IsType<InvalidDataException>(await broken.Task.WaitAsync(TestTimeout.Token));
            HandyBackupException caught = await Assert.ThrowsAsync<HandyBackupException>(() => asking.WaitAsync(TestTimeout.Token));
            Assert.Equal(ErrorCode.ConnectionLost, caught.Code);
        }

        Assert.Equal(0, pool.Rented);
    }

    [Fact]
    public async Task Agent_that_opens_a_channel_is_cut_off()
    {
        await using var hostile = await HostileAgent.OpenAsync();

        _ = hostile.Multiplexer.OfferChannelAsync("more", TestTimeout.Token);

        Assert.IsType<InvalidDataException>(await hostile.Session.Ended.WaitAsync(TestTimeout.Token));
    }

    [Fact(Timeout = Limit)]
    public async Task Altered_frames_end_their_own_connection_and_nothing_else()
    {
        byte[] recorded = Recorded();
        await ProofRun.RunAsync("run-frames", everyday: 3, integration: 10, async seed =>
        {
            var random = new Random(seed);
            FuzzEdit[] edits = [.. Enumerable.Range(0, random.Next(1, 6)).Select(_ => new FuzzEdit(random.Next(), random.Next(9), random.Next(256)))];
            byte[] input = random.Next(10) == 0 ? FuzzEdit.Apply([], edits) : FuzzEdit.Apply(recorded, edits);
            await using var hostile = await HostileAgent.OpenAsync();
            using var stop = CancellationTokenSource.CreateLinkedTokenSource(Stop);
            Task<BackupOutcome> backup = hostile.BackupAsync(stop.Token);
            MultiplexingStream.Channel channel = await hostile.AcceptRunAsync();
            await channel.Output.WriteAsync(input, TestTimeout.Token);
            await channel.Output.CompleteAsync();
            await Task.WhenAny(hostile.Session.Ended, backup, Task.Delay(20, Stop));
            await stop.CancelAsync();
            await ((Task)backup.WaitAsync(TestTimeout.Token)).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            Assert.True(backup.IsCompleted);
            Assert.True(backup.Exception?.InnerException is null or HandyBackupException, backup.Exception?.ToString());
            await hostile.VerifyNothingIsRentedAsync();
            Assert.InRange(hostile.Pool.MostBytes, 0, 66 * 1024 * 1024);
        });
    }

    // Some of everything that an agent sends.
    private static byte[] Recorded() =>
    [
        .. Frame(RunFrameKind.FindMissing, [1, 0, 0, 0, 0, .. new byte[64]]),
        .. Frame(RunFrameKind.Put, BlobHead(100, 100, 100)),
        .. Frame(RunFrameKind.Get, [2, 0, 0, 0, 1, .. new byte[32]]),
        .. Frame(RunFrameKind.Progress, Encoding.UTF8.GetBytes("""{"items":3,"bytes":4,"currentItem":"a/b"}""")),
        .. Frame(RunFrameKind.Took, [2, 0, 0, 0, 0, 0, 0, 0]),
        .. Frame(RunFrameKind.Put, BlobHead(100, 100, 60)),
        .. Frame(RunFrameKind.More, new byte[40]),
        .. Frame(RunFrameKind.StopGet, [2, 0, 0, 0]),
        .. Frame(RunFrameKind.GetLengths, [3, 0, 0, 0, 0, .. new byte[32]]),
        .. Frame(RunFrameKind.Issue, Encoding.UTF8.GetBytes("""{"code":"ItemChanged","path":"a","reason":"b"}""")),
        .. Frame(RunFrameKind.End, []),
    ];

    private static byte[] Header(RunFrameKind kind, int length)
    {
        byte[] header = new byte[RunFrame.HeaderLength];
        RunFrame.WriteHeader(header, kind, length);
        return header;
    }

    private static byte[] Frame(RunFrameKind kind, byte[] content) => [.. Header(kind, content.Length), .. content];

    private static byte[] BlobHead(int plainLength, int length, int sent, byte flags = 0)
    {
        byte[] blob = new byte[RunFrame.BlobHeadLength + sent];
        blob[1] = flags;
        BinaryPrimitives.WriteInt32LittleEndian(blob.AsSpan(2), plainLength);
        BinaryPrimitives.WriteInt32LittleEndian(blob.AsSpan(6), length);
        return blob;
    }

    /// <summary>The agent's end of a connection whose hello is right and whose run is a test's own.</summary>
    private sealed class HostileAgent : IAsyncDisposable
    {
        private readonly TaskCompletionSource<string> _ordered = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private PeerRpc? _rpc;

        public required MultiplexingStream Multiplexer { get; init; }

        public AgentSession Session { get; private set; } = null!;

        public CountingMemoryPool Pool { get; } = new();

        public static async Task<HostileAgent> OpenAsync()
        {
            (Stream agentEnd, Stream serverEnd) = FullDuplexStream.CreatePair();
            var agent = new HostileAgent { Multiplexer = ControlChannel.Multiplex(agentEnd) };
            Task<AgentSession> accepting = AgentSession.AcceptAsync(serverEnd, new ScriptedGateway(), new AgentLinkOptions { Buffers = agent.Pool }, TestTimeout.Token);
            agent._rpc = new PeerRpc(ControlChannel.OpenMessages(agent.Multiplexer, new StreamConverter(typeof(ReceivedStreamConverter<>))), Party.Agent);
            agent._rpc.AddLocalRpcMethod("agent.BackupAsync", agent.BeginAsync);
            agent._rpc.StartListening();
            var hello = new AgentHello { Protocol = ProtocolVersion.Current, Product = "Hostile agent", Description = ScriptedAgent.Description };
            await agent._rpc.InvokeWithCancellationAsync<HelloReply>("gateway.HelloAsync", [hello], TestTimeout.Token);
            agent.Session = await accepting;
            return agent;
        }

        public Task<BackupOutcome> BackupAsync(CancellationToken cancellationToken)
        {
            var server = new ScriptedBlobs { OnGet = (_, token) => WaitAsync(token) };
            return Session.Agent.BackupAsync(AgentPair.Order(), server, server, new RecordingObserver(), cancellationToken);
        }

        public async Task<MultiplexingStream.Channel> AcceptRunAsync() =>
            await Multiplexer.AcceptChannelAsync(await _ordered.Task.WaitAsync(TestTimeout.Token), RunChannel.Options, TestTimeout.Token);

        public async Task VerifyNothingIsRentedAsync()
        {
            CancellationToken limit = TestTimeout.Token;
            while (Pool.Rented > 0)
            {
                Assert.False(limit.IsCancellationRequested, $"{Pool.Rented} buffers are still out.");
                await Task.Delay(5, CancellationToken.None);
            }
        }

        public async ValueTask DisposeAsync()
        {
            _rpc?.Dispose();
            await Multiplexer.DisposeAsync();
            await Session.DisposeAsync().AsTask().WaitAsync(TestTimeout.Token);
        }

        private static async IAsyncEnumerable<BlobPayload> WaitAsync([System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken token)
        {
            await Task.Delay(Timeout.Infinite, token);
            yield break;
        }

        private async Task<BackupOutcome> BeginAsync(RemoteBackupOrder order, CancellationToken cancellationToken)
        {
            _ordered.TrySetResult(order.Channel);
            await Task.Delay(Timeout.Infinite, cancellationToken);
            return ScriptedAgent.Outcome;
        }
    }
}
