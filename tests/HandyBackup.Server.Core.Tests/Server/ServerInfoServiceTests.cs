using HandyBackup.Contracts;

namespace HandyBackup.Server.Core.Tests;

public sealed class ServerInfoServiceTests : ServerHarness
{
    [Fact]
    public async Task Hello_agrees_on_what_both_sides_know()
    {
        HelloReply reply = await Server.ServerInfo.HelloAsync(new HelloRequest(ProtocolVersion.Current, "panel 1", ["unheard of"]), Token);

        Assert.Equal(ProtocolVersion.Current, reply.Protocol);
        Assert.Empty(reply.Capabilities);
        Assert.Contains(ProductVersion.Current, reply.Product, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(-1, "panel")]
    [InlineData(1, "server")]
    public async Task Other_protocol_is_refused_and_says_who_is_to_be_updated(int distance, string older)
    {
        int protocol = ProtocolVersion.Current + distance;
        HandyBackupException exception = await FailsAsync(
            ErrorCode.ProtocolMismatch, () => Server.ServerInfo.HelloAsync(new HelloRequest(protocol, "panel 1", []), Token));

        Assert.Contains($"{protocol}", exception.Message, StringComparison.Ordinal);
        Assert.Contains($"{ProtocolVersion.Current}", exception.Message, StringComparison.Ordinal);
        Assert.Contains(older, exception.Advice, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Status_counts_what_there_is()
    {
        await CreateRepositoryAsync();
        await CreateTaskAsync();

        ServerStatus status = await Server.ServerInfo.GetStatusAsync(Token);

        Assert.Equal((1, 1, 1, 0), (status.Repositories, status.Tasks, status.Agents, status.ActiveRuns));
        Assert.Equal((DataPath, Environment.ProcessId), (status.DataPath, status.ProcessId));
    }

    [Fact]
    public async Task Stop_is_refused_while_runs_are_under_way_unless_forced()
    {
        await CreateRepositoryAsync();
        await CreateTaskAsync();
        Agent.DuringBackup = (_, _, _, token) => Task.Delay(Timeout.Infinite, token);
        await StartAsync();

        await FailsAsync(ErrorCode.TaskBusy, () => Server.ServerInfo.StopAsync(new StopServerRequest(), Token));
        Assert.Equal(0, StopRequests);
        await Server.ServerInfo.StopAsync(new StopServerRequest { Force = true }, Token);
        Assert.Equal(1, StopRequests);
    }

    [Fact]
    public async Task Embedded_agent_is_listed()
    {
        AgentInfo agent = await Server.Agents.ListAsync(new AgentQuery { Name = "h*" }, Token).SingleAsync(Token);

        Assert.Equal(("here", true, true), (agent.Description.Name, agent.IsOnline, agent.IsEmbedded));
        Assert.Equal("Files", agent.Description.Sources.Single().Kind);
        Assert.Empty(await Server.Agents.ListAsync(new AgentQuery { Name = "x*" }, Token).ToListAsync(Token));
    }

    [Fact]
    public async Task Data_path_that_cannot_be_used_is_named()
    {
        await Server.DisposeAsync();
        await File.WriteAllTextAsync(Folder("file"), "x", Token);
        var server = new ServerCore(new ServerCoreOptions
        {
            DataPath = Folder("file"),
            Time = TimeProvider.System,
            LoggerFactory = Log,
            OpenStore = path => throw new NotSupportedException(),
            RequestStop = () => { },
        });
        await using (server)
        {
            HandyBackupException exception = await FailsAsync(ErrorCode.DataPathUnusable, () => server.StartAsync(Token));
            Assert.Equal(Folder("file"), exception.Target);
        }
    }
}
