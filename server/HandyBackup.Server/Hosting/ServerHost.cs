using HandyBackup.Contracts;
using HandyBackup.Rpc;
using HandyBackup.Server.DataPaths;
using HandyBackup.Server.Network;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace HandyBackup.Server.Hosting;

/// <summary>
/// A server on one data path from start to end: first the lock, then what stands behind, the endpoint last, so that whoever
/// gets an answer gets it from a server that is ready. It ends in reverse.
/// </summary>
public sealed partial class ServerHost(ServerArguments arguments, Func<BackendContext, CancellationToken, Task<IPanelBackend>> startBackend, ILoggerFactory loggerFactory, TimeProvider timeProvider)
{
    private static readonly TimeSpan s_stopLimit = TimeSpan.FromSeconds(30);
    private readonly ILogger _logger = loggerFactory.CreateLogger("HandyBackup.Server");

    /// <summary>Serves until it is told to stop: by a signal, by a panel, or by the token.</summary>
    /// <exception cref="HandyBackupException">It cannot start.</exception>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        using var binding = new LocalBinding(arguments.DataPath);
        using var sessionsEnd = new CancellationTokenSource();
        PanelListener? listener = null;
        NetworkListener? network = null;
        await using WebApplication host = Build(binding, connection => listener!.ServeAsync(connection));
        IPanelBackend backend = await startBackend(new BackendContext(arguments, loggerFactory, timeProvider, host.Lifetime.StopApplication), cancellationToken);
        try
        {
            listener = new PanelListener(backend, _logger, sessionsEnd.Token);
            network = ListenToNetwork(backend, sessionsEnd.Token);
            await ListenAsync(host, binding, cancellationToken);
            LogStarted(_logger, arguments.DataPath, Environment.ProcessId);
            await WaitForStopAsync(host.Lifetime, cancellationToken);
            LogStopping(_logger);
        }
        finally
        {
            // Nobody new comes in from here on; who is connected sees runs end before the connection does.
            Task unbound = Task.WhenAll(host.StopAsync(CancellationToken.None), network?.UnbindAsync() ?? Task.CompletedTask);
            await StopBackendAsync(backend);
            await sessionsEnd.CancelAsync();
            await unbound;
            await StopNetworkAsync(network);
        }

        LogStopped(_logger);
    }

    private WebApplication Build(LocalBinding binding, Func<Microsoft.AspNetCore.Connections.ConnectionContext, Task> serve)
    {
        // Nothing of a web server: no configuration files, no environment, no static files, no routes, no HTTP.
        WebApplicationBuilder builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions { ContentRootPath = arguments.DataPath });
        builder.Services.AddSingleton(loggerFactory);
        builder.Services.Configure<ConsoleLifetimeOptions>(options => options.SuppressStatusMessages = true);
        builder.Services.Configure<HostOptions>(options => options.ShutdownTimeout = s_stopLimit + TimeSpan.FromSeconds(5));
        builder.WebHost.UseKestrelCore();
        binding.Configure(builder.WebHost, serve);
        return builder.Build();
    }

    private async Task ListenAsync(WebApplication host, LocalBinding binding, CancellationToken cancellationToken)
    {
        try
        {
            await host.StartAsync(cancellationToken);
            binding.Protect();
            StartErrorFile.Delete(arguments.DataPath);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or System.Net.Sockets.SocketException)
        {
            throw DataFolder.Unusable(arguments.DataPath, "the server cannot listen there: " + exception.Message, exception);
        }
    }

    private NetworkListener? ListenToNetwork(IPanelBackend backend, CancellationToken stopping)
    {
        if (backend.FleetDoor is not { } fleet)
        {
            return null;
        }

        var door = new NetworkDoor(fleet, backend.Receive, new NetworkLimits(), timeProvider, _logger, stopping);
        return NetworkListener.Start(arguments.Listen, door.ServeAsync, _logger);
    }

    private async Task StopNetworkAsync(NetworkListener? network)
    {
        if (network is null)
        {
            return;
        }

        try
        {
            await network.DisposeAsync().AsTask().WaitAsync(s_stopLimit, timeProvider);
        }
        catch (TimeoutException)
        {
            LogStopTimedOut(_logger, s_stopLimit);
        }
    }

    private static async Task WaitForStopAsync(IHostApplicationLifetime lifetime, CancellationToken cancellationToken)
    {
        var stopped = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using CancellationTokenRegistration byHost = lifetime.ApplicationStopping.Register(stopped.SetResult);
        await using CancellationTokenRegistration byCaller = cancellationToken.Register(lifetime.StopApplication);
        await stopped.Task;
    }

    private async Task StopBackendAsync(IPanelBackend backend)
    {
        try
        {
            await backend.DisposeAsync().AsTask().WaitAsync(s_stopLimit, timeProvider);
        }
        catch (TimeoutException)
        {
            LogStopTimedOut(_logger, s_stopLimit);
        }
    }

    [LoggerMessage(EventId = 10, Level = LogLevel.Information, Message = "The server of {DataPath} is ready; process {ProcessId}.")]
    private static partial void LogStarted(ILogger logger, string dataPath, int processId);

    [LoggerMessage(EventId = 11, Level = LogLevel.Information, Message = "The server stops.")]
    private static partial void LogStopping(ILogger logger);

    [LoggerMessage(EventId = 12, Level = LogLevel.Information, Message = "The server has stopped.")]
    private static partial void LogStopped(ILogger logger);

    [LoggerMessage(EventId = 13, Level = LogLevel.Error, Message = "Not all runs and connections ended within {Limit}; the server ends without them.")]
    private static partial void LogStopTimedOut(ILogger logger, TimeSpan limit);
}
