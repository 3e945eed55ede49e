using HandyBackup.Agent.Core.Home;
using HandyBackup.Contracts;
using HandyBackup.Testing;

namespace HandyBackup.Agent.Tests.Processes;

/// <summary>Both programs as processes, over TLS on the loopback.</summary>
public sealed class ConnectedTests : IAsyncLifetime
{
    private readonly TempFolder _folder = new();
    private readonly ServerProgram _server = new();

    private AgentHome Home => new(_folder.Combine("home"));

    [Theory]
    [InlineData(AgentKind.Workstation, "Files")]
    [InlineData(AgentKind.Server, "Files,PostgreSql")]
    public async Task It_enrols_connects_and_offers_what_its_kind_may(AgentKind kind, string sources)
    {
        Assert.Equal(0, (await EnrollAsync(Home, await _server.CreateTokenAsync(kind))).ExitCode);
        await using AgentProgram agent = AgentProgram.Start("run", "--data-path", Home.Path);
        Assert.Equal(kind, (await ReportAsync(report => report.State == AgentConnectionState.Connected)).Kind);
        AgentInfo info = await InfoAsync();
        Assert.True(info.IsOnline);
        Assert.Equal(sources, string.Join(',', info.Description.Sources.Select(source => source.Kind)));
    }

    [Fact]
    public async Task It_comes_back_to_a_server_that_was_killed()
    {
        await EnrollAsync(Home, await _server.CreateTokenAsync());
        await using AgentProgram agent = AgentProgram.Start("run", "--data-path", Home.Path);
        await ReportAsync(report => report.State == AgentConnectionState.Connected);
        await _server.KillAsync();
        await ReportAsync(report => report.State == AgentConnectionState.Connecting);
        await _server.StartAsync();
        await ReportAsync(report => report.State == AgentConnectionState.Connected);
        Assert.False(agent.HasExited);
    }

    [Fact]
    public async Task Suspending_cuts_it_off_and_it_says_why()
    {
        await EnrollAsync(Home, await _server.CreateTokenAsync());
        await using AgentProgram agent = AgentProgram.Start("run", "--data-path", Home.Path);
        await ReportAsync(report => report.State == AgentConnectionState.Connected);
        await _server.Panel.Agents.SuspendAsync(new AgentReference("pc-17"), TestContext.Current.CancellationToken);
        Assert.Equal(ErrorCode.AgentSuspended, (await ReportAsync(report => report.State == AgentConnectionState.Refused)).Error!.Code);
    }

    [Fact]
    public async Task A_used_up_token_is_refused_with_the_servers_words_and_makes_no_agent()
    {
        string token = await _server.CreateTokenAsync();
        Assert.Equal(0, (await EnrollAsync(Home, token)).ExitCode);
        var other = new AgentHome(_folder.Combine("other"));
        (int exitCode, string said) = await EnrollAsync(other, token);
        Assert.Equal(1603 & 255, exitCode);
        Assert.Contains("token", said, StringComparison.Ordinal);
        Assert.DoesNotContain(token, said, StringComparison.Ordinal);
        Assert.Empty(Directory.GetFileSystemEntries(other.Path));
    }

    public async ValueTask InitializeAsync() => await _server.StartAsync();

    public async ValueTask DisposeAsync()
    {
        await _server.DisposeAsync();
        _folder.Dispose();
    }

    private async Task<(int ExitCode, string Said)> EnrollAsync(AgentHome home, string token)
    {
        string file = _folder.Combine("token");
        await File.WriteAllTextAsync(file, token, TestContext.Current.CancellationToken);
        return await AgentProgram.RunAsync("enroll", "--server", _server.Address, "--token-file", file, "--name", "pc-17", "--data-path", home.Path);
    }

    private async Task<AgentStatusReport> ReportAsync(Func<AgentStatusReport, bool> wanted)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        while (true)
        {
            if (AgentStatusFile.Read(Home) is { } report && wanted(report))
            {
                return report;
            }

            await Task.Delay(20, limit.Token);
        }
    }

    private async Task<AgentInfo> InfoAsync()
    {
        await foreach (AgentInfo info in _server.Panel.Agents.ListAsync(new AgentQuery { Name = "pc-17" }, TestContext.Current.CancellationToken))
        {
            return info;
        }

        throw new InvalidOperationException("The server does not know the agent.");
    }
}
