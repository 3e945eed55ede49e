using HandyBackup.Agent.Core.Home;
using HandyBackup.Agent.Core.Installation;
using HandyBackup.Contracts;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace HandyBackup.Windows.Tests.Kit;

/// <summary>
/// What the installation sees of an agent that is connected: a service that holds the data folder and reports. The agent's own program cannot stay connected under Wine,
/// which has neither keys on elliptic curves nor TLS.
/// </summary>
internal sealed class StandInAgent(AgentHome home) : BackgroundService
{
    private const string VersionFile = "version.txt";

    /// <summary>Makes a folder with a version of it, as a package of the agent would be unpacked.</summary>
    public static void Unpack(string folder, string version)
    {
        InstalledAgent.CopyFolder(AppContext.BaseDirectory, folder);
        File.Move(Path.Join(folder, "HandyBackup.Windows.Tests.exe"), Path.Join(folder, "hb-agent.exe"));
        File.WriteAllText(Path.Join(folder, VersionFile), version);
    }

    /// <summary>Is the service until it is stopped.</summary>
    public static async Task RunAsync(string dataPath)
    {
        HostApplicationBuilder builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings { ContentRootPath = AppContext.BaseDirectory });
        builder.Services.AddWindowsService(options => options.ServiceName = SystemAgentService.WindowsName);
        builder.Services.AddSingleton(new AgentHome(dataPath));
        builder.Services.AddHostedService<StandInAgent>();
        using IHost host = builder.Build();
        await host.RunAsync();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using AgentHomeLock held = await AgentHomeLock.AcquireAsync(home, TimeProvider.System, stoppingToken);
        Report(AgentConnectionState.Connected);
        await Task.Delay(Timeout.Infinite, stoppingToken).ContinueWith(_ => Report(AgentConnectionState.Stopped), TaskScheduler.Default);
    }

    private void Report(AgentConnectionState state) => AgentStatusFile.Write(home, new AgentStatusReport
    {
        State = state,
        Since = TimeProvider.System.GetUtcNow(),
        Server = "127.0.0.1:9",
        ProcessId = Environment.ProcessId,
        Version = File.ReadAllText(Path.Join(AppContext.BaseDirectory, VersionFile)),
        Kind = AgentKind.Workstation,
    });
}
