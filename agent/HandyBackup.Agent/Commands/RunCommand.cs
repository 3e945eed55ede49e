using HandyBackup.Agent.Core.Home;
using HandyBackup.Agent.Core.Installation;
using HandyBackup.Agent.Core.Limits;
using HandyBackup.Contracts;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Hosting.WindowsServices;
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
        AgentHomeLock held;
        AgentSettings settings;
        try
        {
            (held, settings) = await PrepareAsync(home, cancellationToken);
        }
        catch (HandyBackupException exception) when (WindowsServiceHelpers.IsWindowsService())
        {
            // What a service of Windows writes to its error stream nobody reads: it has to run to say in the event log why it cannot.
            await HostAsync(new AgentFailure(exception), cancellationToken);
            return;
        }

        using (held)
        {
            await HostAsync(new AgentWork(home, settings), cancellationToken);
        }
    }

    private static async Task<(AgentHomeLock Held, AgentSettings Settings)> PrepareAsync(AgentHome home, CancellationToken cancellationToken)
    {
        home.Prepare();
        AgentHomeLock held = await AgentHomeLock.AcquireAsync(home, TimeProvider.System, cancellationToken);
        try
        {
            AgentSettings settings = AgentSettingsFile.Read(home);

            // Before there are threads that do work: they take over what the first one has.
            SystemPriority.Current?.Set(settings.CpuPriority, settings.IoPriority);
            return (held, settings);
        }
        catch
        {
            held.Dispose();
            throw;
        }
    }

    private static async Task HostAsync(IAgentWork work, CancellationToken cancellationToken)
    {
        using IHost host = Build(work);
        AgentWorker worker = host.Services.GetRequiredService<AgentWorker>();
        await host.RunAsync(cancellationToken);
        if (worker.Failure is { } failure)
        {
            throw failure;
        }
    }

    private static IHost Build(IAgentWork work)
    {
        // No configuration files, no environment variables, no command line: what the agent does is in its data folder.
        HostApplicationBuilder builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings { ContentRootPath = AppContext.BaseDirectory });
        builder.Services.AddSystemd();
        builder.Services.AddWindowsService(options => options.ServiceName = SystemAgentService.WindowsName);
        builder.Services.Configure<HostOptions>(options => options.ShutdownTimeout = s_stopLimit);
        builder.Services.Configure<ConsoleLifetimeOptions>(options => options.SuppressStatusMessages = true);
        builder.Logging.AddConsole();
        builder.Logging.AddFilter("Microsoft", LogLevel.Warning);
        builder.Services.AddSingleton(work);
        builder.Services.AddSingleton<AgentWorker>();
        builder.Services.AddHostedService(services => services.GetRequiredService<AgentWorker>());
        return builder.Build();
    }
}
