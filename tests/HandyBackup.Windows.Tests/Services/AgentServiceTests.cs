using HandyBackup.Agent.Core.Home;
using HandyBackup.Windows.Tests.Kit;

namespace HandyBackup.Windows.Tests.Services;

/// <summary>The agent's own program under the service control manager.</summary>
public sealed class AgentServiceTests
{
    private const int TimeLimit = 120_000;

    // ERROR_EXCEPTION_IN_SERVICE: what is not 0 makes the service control manager start it again.
    private const int FailedByItself = 1064;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact(Timeout = TimeLimit)]
    public async Task It_is_registered_as_it_should_be_and_forgotten_again()
    {
        await using var agent = new InstalledAgent();
        await agent.RegisterAsync(Product.AgentFolder);
        using (var service = RegisteredService.Open())
        {
            ServiceSetup setup = service.Setup;
            Assert.Equal((0x10u, 2u), (setup.Type, setup.Start));
            Assert.Equal($@"""C:\Program Files\HandyBackup\Agent\hb-agent.exe"" run --data-path ""C:\ProgramData\HandyBackup\Agent""", setup.Command);
            Assert.Equal(("LocalSystem", "Handy Backup Agent"), (setup.Account, setup.DisplayName));
            Assert.Equal("Backs up this machine to its Handy Backup server, and restores from it.", setup.Description);
            Assert.Equal(RegisteredService.Stopped, service.State.Current);
        }

        Assert.True(agent.Service.IsRegistered);
        await agent.Service.UnregisterAsync(Token);
        Assert.False(agent.Service.IsRegistered);
        await agent.Service.UnregisterAsync(Token);
        await agent.Service.StopAsync(Token);
    }

    [Fact(Timeout = TimeLimit)]
    public async Task One_that_belongs_to_no_server_runs_makes_its_folder_and_ends_as_failed()
    {
        await using var agent = new InstalledAgent();
        await agent.RegisterAsync(Product.AgentFolder);
        Assert.Equal(FailedByItself, await EndAsync());
        Assert.Contains("agent.lock", Directory.GetFiles(agent.Home.Path).Select(Path.GetFileName));
        Assert.False(AgentHomeLock.IsHeld(agent.Home));
    }

    // Wine has no owners of folders but its one user, whom an agent of the system must not trust; Windows comes as far as the settings.
    [Fact(Timeout = TimeLimit)]
    public async Task One_that_cannot_even_get_ready_ends_as_failed_too()
    {
        await using var agent = new InstalledAgent();
        agent.Home.Prepare();
        await File.WriteAllTextAsync(agent.Home.SettingsFile, "{ \"bandwith\": [] }", Token);
        await agent.RegisterAsync(Product.AgentFolder);
        Assert.Equal(FailedByItself, await EndAsync());
    }

    private static async Task<int> EndAsync()
    {
        using var service = RegisteredService.Open();
        service.Start();
        return (await service.ReachAsync(RegisteredService.Stopped)).ExitCode;
    }
}
