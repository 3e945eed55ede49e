using System.Collections.Concurrent;
using System.Text.Json;
using HandyBackup.Contracts;
using HandyBackup.Rpc.Streams;
using HandyBackup.Rpc.Tests.Fakes;
using HandyBackup.Rpc.Wire;
using Nerdbank.Streams;
using StreamJsonRpc;

namespace HandyBackup.Rpc.Tests.Sessions;

public sealed class HelloTests
{
    [Theory]
    [InlineData(ProtocolVersion.Current - 1, "Update the HandyBackup module")]
    [InlineData(ProtocolVersion.Current + 1, "Update the server")]
    public async Task Other_protocol_version_is_refused_with_both_versions_and_advice(int protocol, string advice)
    {
        await using RpcPair pair = RpcPair.Open(RpcPair.Services());
        await using MultiplexingStream multiplexer = ControlChannel.Multiplex(pair.PanelEnd);
        using JsonRpc rpc = Listen(multiplexer);

        ErrorInfo error = await ErrorOfAsync(rpc, "server.HelloAsync", new HelloRequest(protocol, "Crafted panel 9.9", []));

        Assert.Equal(ErrorCode.ProtocolMismatch, error.Code);
        Assert.Contains($"version {protocol}", error.Message, StringComparison.Ordinal);
        Assert.Contains($"version {ProtocolVersion.Current}", error.Message, StringComparison.Ordinal);
        Assert.Contains("Crafted panel 9.9", error.Message, StringComparison.Ordinal);
        Assert.StartsWith(advice, error.Advice, StringComparison.Ordinal);

        // The refused hello has opened nothing.
        error = await ErrorOfAsync(rpc, "agents.ListAsync", new AgentQuery());
        Assert.Equal(ErrorCode.ProtocolMismatch, error.Code);
    }

    [Fact]
    public async Task Panel_refuses_a_server_of_another_version()
    {
        PanelServices services = RpcPair.Services();
        await using RpcPair pair = RpcPair.Open(services with { ServerInfo = new NewerServerInfo() });

        HandyBackupException caught = await Assert.ThrowsAsync<HandyBackupException>(pair.ConnectAsync);

        Assert.Equal((ErrorCode.ProtocolMismatch, "Newer server 2.0"), (caught.Code, caught.Target));
        await pair.Session.WaitAsync(TestTimeout.Token);
    }

    [Theory]
    [InlineData("server.GetStatusAsync", false)]
    [InlineData("tasks.ListAsync", true)]
    [InlineData("repositories.RemoveAsync", true)]
    public async Task Call_before_the_hello_is_refused(string method, bool withArgument)
    {
        var calls = new ConcurrentQueue<RecordedCall>();
        await using RpcPair pair = RpcPair.Open(RecordingService.CreateAll(calls));
        await using MultiplexingStream multiplexer = ControlChannel.Multiplex(pair.PanelEnd);
        using JsonRpc rpc = Listen(multiplexer);

        ErrorInfo error = await ErrorOfAsync(rpc, method, withArgument ? [new { name = "x" }] : []);

        Assert.Equal((ErrorCode.ProtocolMismatch, method), (error.Code, error.Target));
        Assert.Empty(calls);
    }

    [Theory]
    [InlineData("Dispose")]
    [InlineData("tasks.GetType")]
    [InlineData("ListAsync")]
    public async Task Nothing_but_the_contracts_methods_can_be_called(string method)
    {
        await using RpcPair pair = RpcPair.Open(RpcPair.Services());
        await using MultiplexingStream multiplexer = ControlChannel.Multiplex(pair.PanelEnd);
        using JsonRpc rpc = Listen(multiplexer);
        await rpc.InvokeWithCancellationAsync<HelloReply>("server.HelloAsync", [new HelloRequest(ProtocolVersion.Current, "test", [])], TestTimeout.Token);

        await Assert.ThrowsAsync<RemoteMethodNotFoundException>(() => rpc.InvokeWithCancellationAsync(method, [], TestTimeout.Token));
    }

    [Fact]
    public async Task Dispose_of_a_service_cannot_be_reached()
    {
        // The library exposes it with the interface; it must end at the relay.
        var calls = new ConcurrentQueue<RecordedCall>();
        await using RpcPair pair = RpcPair.Open(RecordingService.CreateAll(calls));
        await using MultiplexingStream multiplexer = ControlChannel.Multiplex(pair.PanelEnd);
        using JsonRpc rpc = Listen(multiplexer);
        await rpc.InvokeWithCancellationAsync<HelloReply>("server.HelloAsync", [new HelloRequest(ProtocolVersion.Current, "test", [])], TestTimeout.Token);

        await rpc.InvokeWithCancellationAsync("tasks.Dispose", [], TestTimeout.Token);

        Assert.Empty(calls);
    }

    [Fact]
    public async Task Argument_of_a_wrong_shape_is_an_error_of_the_caller_without_a_stack_trace()
    {
        await using RpcPair pair = RpcPair.Open(RpcPair.Services());
        await using MultiplexingStream multiplexer = ControlChannel.Multiplex(pair.PanelEnd);
        using JsonRpc rpc = Listen(multiplexer);
        await rpc.InvokeWithCancellationAsync<HelloReply>("server.HelloAsync", [new HelloRequest(ProtocolVersion.Current, "test", [])], TestTimeout.Token);

        ErrorInfo error = await ErrorOfAsync(rpc, "runs.StopAsync", new { id = "no guid" });

        Assert.Equal(ErrorCode.InvalidArgument, error.Code);
        Assert.DoesNotContain("   at ", error.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Peer_that_says_nothing_is_cut_off()
    {
        await using RpcPair pair = RpcPair.Open(RpcPair.Services(), TimeSpan.FromMilliseconds(50));
        Assert.IsType<TimeoutException>(await pair.Session.WaitAsync(TestTimeout.Token));
    }

    [Fact]
    public async Task Server_that_says_nothing_is_given_up_in_time()
    {
        (Stream panelEnd, Stream silent) = FullDuplexStream.CreatePair();
        await using (silent)
        {
            HandyBackupException caught = await Assert.ThrowsAsync<HandyBackupException>(
                () => PanelConnection.ConnectAsync(panelEnd, TimeSpan.FromMilliseconds(100), TestTimeout.Token).WaitAsync(TestTimeout.Token));
            Assert.Equal((ErrorCode.TimedOut, true), (caught.Code, caught.IsTransient));
        }
    }

    private static JsonRpc Listen(MultiplexingStream multiplexer)
    {
        var rpc = new JsonRpc(ControlChannel.OpenMessages(multiplexer, new StreamConverter(typeof(ReceivedStreamConverter<>))));
        rpc.StartListening();
        return rpc;
    }

    private static async Task<ErrorInfo> ErrorOfAsync(JsonRpc rpc, string method, params object[] arguments)
    {
        RemoteInvocationException caught = await Assert.ThrowsAsync<RemoteInvocationException>(() => rpc.InvokeWithCancellationAsync(method, arguments, TestTimeout.Token));
        var data = (JsonElement)caught.ErrorData!;
        ErrorInfo info = JsonSerializer.Deserialize<ErrorInfo>(data, WireJson.Options)!;
        Assert.Equal(caught.ErrorCode, (int)info.Code);
        return info;
    }

    private sealed class NewerServerInfo : IServerInfo
    {
        public Task<HelloReply> HelloAsync(HelloRequest request, CancellationToken cancellationToken) =>
            Task.FromResult(new HelloReply(ProtocolVersion.Current + 1, "Newer server 2.0", []));

        public Task<ServerStatus> GetStatusAsync(CancellationToken cancellationToken) => throw new NotSupportedException();

        public Task StopAsync(StopServerRequest request, CancellationToken cancellationToken) => throw new NotSupportedException();

        public IAsyncEnumerable<ServerBackupPart> BackUpAsync(BackUpServerRequest request, CancellationToken cancellationToken) => throw new NotSupportedException();

        public void Dispose()
        {
        }
    }
}
