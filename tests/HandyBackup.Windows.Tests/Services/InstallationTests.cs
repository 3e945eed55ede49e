using System.Text.Json;
using HandyBackup.Agent.Core.Connection;
using HandyBackup.Agent.Core.Home;
using HandyBackup.Agent.Core.Installation;
using HandyBackup.Agent.Core.Limits;
using HandyBackup.Testing;
using HandyBackup.Windows.Tests.Kit;
using Microsoft.Extensions.Logging.Abstractions;

namespace HandyBackup.Windows.Tests.Services;

/// <summary>Upgrades and removals of an agent that runs: files, service control manager and the agent's commands are real, the agent that runs is a stand-in.</summary>
public sealed class InstallationTests : IAsyncLifetime
{
    private const int TimeLimit = 240_000;

    private readonly TempFolder _folder = new();
    private readonly InstalledAgent _agent = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        try
        {
            Directory.CreateDirectory(_agent.Home.Path);
            await File.WriteAllTextAsync(_agent.Home.SettingsFile, "{ \"name\": \"pc-17\" }", Token);
            StandInAgent.Unpack(_folder.Combine("one"), "1");
            await _agent.RegisterAsync(_folder.Combine("one"));
        }
        catch
        {
            await DisposeAsync();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _agent.DisposeAsync();
        _folder.Dispose();
    }

    [Fact(Timeout = TimeLimit)]
    public async Task Service_starts_is_seen_running_and_stops_when_told()
    {
        await StartAsync();
        await _agent.Service.StartAsync(Token);
        using var service = RegisteredService.Open();
        Assert.Equal(RegisteredService.Running, service.State.Current);
        ProgramRun status = await ProgramRun.RunAsync(Product.Agent, "status");
        status.Ended(0);
        Assert.True(JsonDocument.Parse(status.Output).RootElement.GetProperty("isRunning").GetBoolean());

        await _agent.Service.StopAsync(Token);
        ServiceState stopped = service.State;
        Assert.Equal((RegisteredService.Stopped, 0), (stopped.Current, stopped.ExitCode));
        Assert.Equal(AgentConnectionState.Stopped, AgentStatusFile.Read(_agent.Home)!.State);
        (await ProgramRun.RunAsync(Product.Agent, "status")).Ended(1);
    }

    [Fact(Timeout = TimeLimit)]
    public async Task Upgrade_puts_the_new_version_in_place_and_settings_stay()
    {
        await StartAsync();
        StandInAgent.Unpack(_folder.Combine("two"), "2");
        var installer = new AgentInstaller(_agent.Places, _agent.Service, new TlsServerDoor(BandwidthSchedule.Parse([]), TimeProvider.System, NullLogger<TlsServerDoor>.Instance), new WindowsRestartMoves(), TimeProvider.System);
        Assert.Equal(InstallResult.Done, await installer.UpgradeAsync(_folder.Combine("two"), Token));
        await ReportedAsync("2");
        Assert.Equal(["Agent"], ProgramFolders());
        Assert.Equal("{ \"name\": \"pc-17\" }", await File.ReadAllTextAsync(_agent.Home.SettingsFile, Token));
        using var service = RegisteredService.Open();
        Assert.Equal(RegisteredService.Running, service.State.Current);
    }

    // The agent's own program ends at once under Wine, which here is what a bad version does.
    [Fact(Timeout = TimeLimit)]
    public async Task Upgrade_to_a_version_that_does_not_connect_brings_the_old_one_back()
    {
        await StartAsync();
        ProgramRun upgrade = await ProgramRun.RunAsync(Product.Agent, "upgrade");
        upgrade.Ended((int)InstallResult.Failed);
        Assert.StartsWith("hb-agent: ", upgrade.Errors, StringComparison.Ordinal);
        await ReportedAsync("1");
        Assert.Equal(["Agent"], ProgramFolders());
        using var service = RegisteredService.Open();
        Assert.Equal(RegisteredService.Running, service.State.Current);
    }

    [Theory(Timeout = TimeLimit)]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Uninstall_stops_the_service_and_removes_everything_but_what_is_to_stay(bool keepData)
    {
        await StartAsync();
        string[] options = keepData ? ["--keep-data"] : [];
        (await ProgramRun.RunAsync(Product.Agent, ["uninstall", .. options])).Ended(0);
        Assert.False(_agent.Service.IsRegistered);
        Assert.Empty(ProgramFolders());
        Assert.Equal(keepData, File.Exists(_agent.Home.SettingsFile));
        (await ProgramRun.RunAsync(Product.Agent, ["uninstall", .. options])).Ended(0);
    }

    private async Task StartAsync()
    {
        await _agent.Service.StartAsync(Token);
        await ReportedAsync("1");
    }

    private async Task ReportedAsync(string version)
    {
        while (AgentStatusFile.Read(_agent.Home) is not { State: AgentConnectionState.Connected } report || report.Version != version)
        {
            await Task.Delay(50, Token);
        }
    }

    private string[] ProgramFolders() => [.. Directory.GetDirectories(Path.GetDirectoryName(_agent.Places.Program)!).Select(folder => Path.GetFileName(folder)!)];
}
