using System.Collections.Concurrent;
using HandyBackup.Contracts;
using HandyBackup.Rpc.Agents;
using HandyBackup.Rpc.Tests.Fakes;
using HandyBackup.Testing;
using Nerdbank.Streams;

namespace HandyBackup.Rpc.Tests.Agents.Kit;

/// <summary>A server's session and an agent's connection, joined in memory, with a pool each that counts what is out.</summary>
internal sealed class AgentPair : IAsyncDisposable
{
    private AgentPair(Stream agentEnd, Stream serverEnd, ConcurrentQueue<UnexpectedError> unexpected)
    {
        AgentEnd = agentEnd;
        ServerEnd = serverEnd;
        UnexpectedErrors = unexpected;
    }

    public Stream AgentEnd { get; }

    public Stream ServerEnd { get; }

    public ConcurrentQueue<UnexpectedError> UnexpectedErrors { get; }

    public AgentSession Session { get; private set; } = null!;

    public AgentConnection Connection { get; private set; } = null!;

    public ScriptedAgent Agent { get; } = new();

    public ScriptedGateway Gateway { get; } = new();

    public CountingMemoryPool ServerPool { get; } = new();

    public CountingMemoryPool AgentPool { get; } = new();

    /// <summary>Both ends, after the hello.</summary>
    /// <param name="options">How both treat the connection.</param>
    /// <param name="wrap">Put around the transport of each end, the agent's first; null for none.</param>
    public static async Task<AgentPair> OpenAsync(AgentLinkOptions? options = null, Func<Stream, Stream>? wrap = null)
    {
        (Stream agentEnd, Stream serverEnd) = FullDuplexStream.CreatePair();
        var unexpected = new ConcurrentQueue<UnexpectedError>();
        var pair = new AgentPair(wrap?.Invoke(agentEnd) ?? agentEnd, wrap?.Invoke(serverEnd) ?? serverEnd, unexpected);
        await pair.GreetAsync((options ?? new AgentLinkOptions()) with { OnUnexpectedError = unexpected.Enqueue });
        return pair;
    }

    public static BackupOrder Order() => new()
    {
        RunId = Guid.NewGuid(),
        Selection = new SourceSelection { Source = "Files" },
        ChunkerKey = new byte[32],
        CompressionLevel = 1,
    };

    public static RestoreOrder RestoreOrder() => new()
    {
        RunId = Guid.NewGuid(),
        Target = new SourceSelection { Source = "Files" },
        RootTree = default,
        Selections = [],
    };

    /// <summary>Waits until no buffer is out at either end.</summary>
    public async Task VerifyNothingIsRentedAsync()
    {
        CancellationToken limit = TestTimeout.Token;
        while (ServerPool.Rented + AgentPool.Rented > 0)
        {
            Assert.False(limit.IsCancellationRequested, $"Server: {ServerPool.Rented}, agent: {AgentPool.Rented} buffers are still out.");
            await Task.Delay(10, CancellationToken.None);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await Connection.DisposeAsync().AsTask().WaitAsync(TestTimeout.Token);
        await Session.DisposeAsync().AsTask().WaitAsync(TestTimeout.Token);
    }

    private async Task GreetAsync(AgentLinkOptions options)
    {
        Task<AgentSession> accepting = AgentSession.AcceptAsync(ServerEnd, Gateway, options with { Buffers = ServerPool }, TestTimeout.Token);
        Connection = await AgentConnection.ConnectAsync(AgentEnd, Agent, options with { Buffers = AgentPool }, TestTimeout.Token);
        Session = await accepting;
    }
}
