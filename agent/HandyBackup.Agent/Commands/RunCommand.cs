using HandyBackup.Agent.Core.Home;
using HandyBackup.Agent.Core.Installation;
using HandyBackup.Agent.Core.Limits;
using HandyBackup.Contracts;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace HandyBackup.Agent.Commands;

/// <summary><c>run</c>: the agent itself, under systemd, the service control manager of Windows, or whoever else started it.</summary>
internal static class RunCommand
{
    private static readonly TimeSpan s_stopLimit = TimeSpan.FromSeconds(5);

    /// <summary>Works until it is told to stop.</summary>
    /// <exception cref="HandyBackupException">It cannot work, or cannot go on.</exception>
    public static async Task RunAsync(AgentHome home, CancellationToken cancellationToken)
    {
        home.Prepare();
        using AgentHomeLock held = await AgentHomeLock.AcquireAsync(home, TimeProvider.System, cancellationToken);
        AgentSettings settings = AgentSettingsFile.Read(home);

        // Before there are threads that do work: they take over what the first one has.
        SystemPriority.Current?.Set(settings.CpuPriority, settings.IoPriority);
        using IHost host = Build(home, settings);
        AgentWorker worker = host.Services.GetRequiredService<AgentWorker>();
        await host.RunAsync(cancellationToken);
        if (worker.Failure is { } failure)
        {
            throw failure;
        }
    }

    private static IHost Build(AgentHome home, AgentSettings settings)
    {
        // No configuration files, no environment variables, no command line: what the agent does is in its data folder.
        HostApplicationBuilder builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings { ContentRootPath = home.Path });
        builder.Services.AddSystemd();
        builder.Services.AddWindowsService(options => options.ServiceName = SystemAgentService.WindowsName);
        builder.Services.Configure<HostOptions>(options => options.ShutdownTimeout = s_stopLimit);
        builder.Services.Configure<ConsoleLifetimeOptions>(options => options.SuppressStatusMessages = true);
        builder.Logging.AddConsole();
        builder.Logging.AddFilter("Microsoft", LogLevel.Warning);
        builder.Services.AddSingleton(home);
        builder.Services.AddSingleton(settings);
        builder.Services.AddSingleton<AgentWorker>();
        builder.Services.AddHostedService(services => services.GetRequiredService<AgentWorker>());
        return builder.Build();
    }
}
