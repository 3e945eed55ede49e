using HandyBackup.Contracts;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Hosting.WindowsServices;
using Microsoft.Extensions.Logging;

namespace HandyBackup.Agent;

/// <summary>The agent as the host runs it: works until the host stops, and stops the host when it cannot go on.</summary>
internal sealed partial class AgentWorker(IAgentWork work, IHostLifetime service, IHostApplicationLifetime lifetime, ILoggerFactory loggerFactory) : BackgroundService
{
    // ERROR_EXCEPTION_IN_SERVICE (winerror.h).
    private const int ServiceFailed = 1064;

    private readonly ILogger _logger = loggerFactory.CreateLogger<AgentWorker>();

    /// <summary>Why the agent could not go on; null if it ended because it was told to.</summary>
    public HandyBackupException? Failure { get; private set; }

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            await work.RunAsync(loggerFactory, stoppingToken);
        }
        catch (HandyBackupException exception)
        {
            Failure = exception;
            if (TellServiceManager())
            {
                LogFailed(exception.Message, exception.Advice ?? "");
            }

            lifetime.StopApplication();
        }
        catch (Exception) when (!stoppingToken.IsCancellationRequested && TellServiceManager())
        {
            // The host logs it and stops.
            throw;
        }
    }

    // Without a code the service control manager of Windows takes it for an ordinary end, and does not start the agent again.
    private bool TellServiceManager()
    {
        if (!OperatingSystem.IsWindows() || service is not WindowsServiceLifetime windows)
        {
            return false;
        }

        windows.ExitCode = ServiceFailed;
        return true;
    }

    [LoggerMessage(EventId = 42, Level = LogLevel.Critical, Message = "The agent cannot work: {Reason} {Advice}")]
    private partial void LogFailed(string reason, string advice);
}
