using HandyBackup.Contracts;
using HandyBackup.Rpc.Agents;
using HandyBackup.Rpc.Streams;
using HandyBackup.Rpc.Tests.Agents.Kit;
using HandyBackup.Rpc.Tests.Fakes;
using HandyBackup.Rpc.Wire;
using Microsoft.Extensions.Time.Testing;
using Nerdbank.Streams;
using StreamJsonRpc;

namespace HandyBackup.Rpc.Tests.Agents;

/// <summary>How a connection between server and agent begins, and how one end notices that the other is gone.</summary>
public sealed class AgentHelloTests
{
    [Fact]
    public async Task Hello_tells_each_end_who_the_other_is()
    {
        await using AgentPair pair = await AgentPair.OpenAsync();

        Assert.Equal("Test server 1.0", pair.Connection.Server.Product);
        Assert.Equal((ProtocolVersion.Current, ProtocolAgreement.Product), (pair.Session.Hello.Protocol, pair.Session.Hello.Product));
        Assert.Equal("box", pair.Session.Hello.Description.Name);
    }

    [Theory]
    [InlineData(ProtocolVersion.Current - 1, "Update the agent")]
    [InlineData(ProtocolVersion.Current + 1, "Update the server")]
    public async Task Other_protocol_version_is_refused_with_advice(int protocol, string advice)
    {
        (Stream agentEnd, Stream serverEnd) = FullDuplexStream.CreatePair();
        Task<AgentSession> accepting = AgentSession.AcceptAsync(serverEnd, new ScriptedGateway(), new AgentLinkOptions(), TestTimeout.Token);
        await using MultiplexingStream multiplexer = ControlChannel.Multiplex(agentEnd);
        using var rpc = new PeerRpc(ControlChannel.OpenMessages(multiplexer, new StreamConverter(typeof(ReceivedStreamConverter<>))), Party.Agent);
        rpc.StartListening();

        var hello = new AgentHello { Protocol = protocol, Product = "Crafted agent 9.9", Description = ScriptedAgent.Description };
        RemoteInvocationException caught = await Assert.ThrowsAsync<RemoteInvocationException>(
            () => rpc.InvokeWithCancellationAsync<HelloReply>("gateway.HelloAsync", [hello], TestTimeout.Token));
        HandyBackupException refusal = await Assert.ThrowsAsync<HandyBackupException>(() => accepting.WaitAsync(TestTimeout.Token));

        Assert.Equal((int)ErrorCode.ProtocolMismatch, caught.ErrorCode);
        Assert.Equal(ErrorCode.ProtocolMismatch, refusal.Code);
        Assert.StartsWith(advice, refusal.Advice, StringComparison.Ordinal);
        Assert.Contains("Crafted agent 9.9", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Agent_that_the_server_does_not_want_is_told_why_at_both_ends()
    {
        (Stream agentEnd, Stream serverEnd) = FullDuplexStream.CreatePair();
        var gateway = new ScriptedGateway { OnHello = _ => throw new HandyBackupException(ErrorCode.AccessDenied, "The agent was suspended.") };
        Task<AgentSession> accepting = AgentSession.AcceptAsync(serverEnd, gateway, new AgentLinkOptions(), TestTimeout.Token);

        HandyBackupException atAgent = await Assert.ThrowsAsync<HandyBackupException>(
            () => AgentConnection.ConnectAsync(agentEnd, new ScriptedAgent(), new AgentLinkOptions(), TestTimeout.Token));
        HandyBackupException atServer = await Assert.ThrowsAsync<HandyBackupException>(() => accepting.WaitAsync(TestTimeout.Token));

        Assert.Equal((ErrorCode.AccessDenied, "The agent was suspended."), (atAgent.Code, atAgent.Message));
        Assert.Equal(ErrorCode.AccessDenied, atServer.Code);
    }

    [Fact]
    public async Task Call_before_the_hello_is_refused()
    {
        (Stream agentEnd, Stream serverEnd) = FullDuplexStream.CreatePair();
        var gateway = new ScriptedGateway();
        using var stop = new CancellationTokenSource();
        Task<AgentSession> accepting = AgentSession.AcceptAsync(serverEnd, gateway, new AgentLinkOptions(), stop.Token);
        await using MultiplexingStream multiplexer = ControlChannel.Multiplex(agentEnd);
        using var rpc = new PeerRpc(ControlChannel.OpenMessages(multiplexer, new StreamConverter(typeof(ReceivedStreamConverter<>))), Party.Agent);
        rpc.StartListening();

        RemoteInvocationException caught = await Assert.ThrowsAsync<RemoteInvocationException>(
            () => rpc.InvokeWithCancellationAsync("gateway.HeartbeatAsync", [], TestTimeout.Token));

        Assert.Equal(((int)ErrorCode.ProtocolMismatch, 0), (caught.ErrorCode, gateway.Heartbeats));
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => accepting.WaitAsync(TestTimeout.Token));
    }

    [Fact]
    public async Task Hello_is_said_once()
    {
        await using AgentPair pair = await AgentPair.OpenAsync();
        var hello = new AgentHello { Protocol = ProtocolVersion.Current, Product = "Again", Description = ScriptedAgent.Description };

        HandyBackupException caught = await Assert.ThrowsAsync<HandyBackupException>(() => pair.Connection.Gateway.HelloAsync(hello, TestTimeout.Token));

        Assert.Equal(ErrorCode.InvalidArgument, caught.Code);
        await pair.Connection.Gateway.HeartbeatAsync(TestTimeout.Token);
    }

    [Fact]
    public async Task Agent_gets_its_new_certificate_over_its_connection()
    {
        await using AgentPair pair = await AgentPair.OpenAsync();
        pair.Gateway.OnRenew = request => new RenewedCertificate([.. request.CertificateRequest, 4]);

        RenewedCertificate renewed = await pair.Connection.Gateway.RenewCertificateAsync(new CertificateRenewalRequest([1, 2, 3]), TestTimeout.Token);

        Assert.Equal([1, 2, 3, 4], renewed.Certificate);
    }

    [Fact]
    public async Task Peer_that_says_nothing_is_given_up_at_either_end()
    {
        var options = new AgentLinkOptions { HelloTimeout = TimeSpan.FromMilliseconds(100) };
        (_, Stream serverEnd) = FullDuplexStream.CreatePair();
        (Stream agentEnd, _) = FullDuplexStream.CreatePair();

        HandyBackupException atServer = await Assert.ThrowsAsync<HandyBackupException>(
            () => AgentSession.AcceptAsync(serverEnd, new ScriptedGateway(), options, TestTimeout.Token).WaitAsync(TestTimeout.Token));
        HandyBackupException atAgent = await Assert.ThrowsAsync<HandyBackupException>(
            () => AgentConnection.ConnectAsync(agentEnd, new ScriptedAgent(), options, TestTimeout.Token).WaitAsync(TestTimeout.Token));

        Assert.Equal((ErrorCode.TimedOut, ErrorCode.TimedOut), (atServer.Code, atAgent.Code));
        Assert.True(atAgent.IsTransient);
    }

    [Fact]
    public async Task Both_ends_hold_each_other_alive_and_end_a_half_open_connection()
    {
        var time = new FakeTimeProvider();
        var gates = new List<GateStream>();
        await using AgentPair pair = await AgentPair.OpenAsync(new AgentLinkOptions { Time = time }, stream =>
        {
            gates.Add(new GateStream(stream));
            return gates[^1];
        });

        for (int minute = 1; minute <= 6; minute++)
        {
            int before = pair.Gateway.Heartbeats;
            time.Advance(TimeSpan.FromSeconds(10));
            CancellationToken limit = TestTimeout.Token;
            while (pair.Gateway.Heartbeats == before)
            {
                Assert.False(pair.Session.Ended.IsCompleted || pair.Connection.Ended.IsCompleted || limit.IsCancellationRequested);
                await Task.Delay(5, CancellationToken.None);
            }

            // What the server says travels, too.
            await Task.Delay(50, CancellationToken.None);
        }

        gates.ForEach(gate => gate.SwallowWrites());
        for (int i = 0; i < 5; i++)
        {
            time.Advance(TimeSpan.FromSeconds(10));
            await Task.Delay(20, CancellationToken.None);
        }

        Assert.IsType<TimeoutException>(await pair.Session.Ended.WaitAsync(TestTimeout.Token));
        Assert.IsType<TimeoutException>(await pair.Connection.Ended.WaitAsync(TestTimeout.Token));
    }

    [Fact]
    public async Task Peer_that_reads_no_more_does_not_hold_up_the_end()
    {
        var gates = new List<GateStream>();
        await using AgentPair pair = await AgentPair.OpenAsync(null, stream =>
        {
            gates.Add(new GateStream(stream));
            return gates[^1];
        });
        gates.ForEach(gate => gate.BlockWrites());
        pair.Agent.OnBackup = (_, _, _, _, token) => Task.FromResult(ScriptedAgent.Outcome);
        Task<BackupOutcome> backup = pair.Session.Agent.BackupAsync(AgentPair.Order(), new ScriptedBlobs(), new ScriptedBlobs(), new HandyBackup.Testing.RecordingObserver(), TestTimeout.Token);

        await pair.Session.DisposeAsync().AsTask().WaitAsync(TestTimeout.Token);

        HandyBackupException caught = await Assert.ThrowsAsync<HandyBackupException>(() => backup.WaitAsync(TestTimeout.Token));
        Assert.Equal(ErrorCode.ConnectionLost, caught.Code);
        await pair.Connection.Ended.WaitAsync(TestTimeout.Token);
    }
}
