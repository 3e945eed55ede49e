using System.Diagnostics;
using System.Management.Automation;
using HandyBackup.Contracts;
using HandyBackup.Module.Sessions;

namespace HandyBackup.Module.Commands;

/// <summary>Stops a server and returns when its process has ended.</summary>
[Cmdlet(VerbsLifecycle.Stop, "HBServer", SupportsShouldProcess = true)]
public sealed class StopServerCommand : SessionCmdlet
{
    private static readonly TimeSpan s_interval = TimeSpan.FromMilliseconds(50);

    /// <summary>Stop the runs that are under way, too.</summary>
    [Parameter]
    public SwitchParameter Force { get; set; }

    /// <summary>How many seconds the server may take to end.</summary>
    [Parameter]
    [ValidateRange(1, 3600)]
    public int TimeoutSec { get; set; } = 60;

    /// <inheritdoc/>
    protected override async Task ProcessAsync(CancellationToken cancellationToken)
    {
        HBSession session = CurrentSession;
        if (!Confirm(session.ToString(), "Stop server"))
        {
            return;
        }

        ServerStatus status = await session.Connection.ServerInfo.GetStatusAsync(cancellationToken);
        try
        {
            await session.Connection.ServerInfo.StopAsync(new StopServerRequest { Force = Force }, cancellationToken);
        }
        catch (HandyBackupException exception) when (exception.Code == ErrorCode.ConnectionLost)
        {
            // The server was quicker than its answer.
        }

        await WaitForEndAsync(session, status, cancellationToken);
        session.Close();
        if (DefaultSession.Current == session)
        {
            DefaultSession.Current = null;
        }
    }

    // The connection ends before the process does, and until then the data path is taken. On another machine the number means another process.
    private async Task WaitForEndAsync(HBSession session, ServerStatus status, CancellationToken cancellationToken)
    {
        var waited = Stopwatch.StartNew();
        var limit = TimeSpan.FromSeconds(TimeoutSec);
        while (!session.Disconnected.IsCompleted || (session.ComputerName is null && IsAlive(status.ProcessId)))
        {
            if (waited.Elapsed > limit)
            {
                throw new HandyBackupException(ErrorCode.TimedOut, $"The server of '{status.DataPath}' (process {status.ProcessId}) was asked to stop and has not ended within {TimeoutSec} seconds.")
                {
                    Target = status.DataPath,
                    Advice = "Wait a little longer: it finishes what it must not leave half done.",
                };
            }

            await Task.Delay(s_interval, cancellationToken);
        }
    }

    private static bool IsAlive(int processId)
    {
        // A server inside this very process, as tests have it, does not end with its service.
        if (processId == ProcessId())
        {
            return false;
        }

        try
        {
            using var process = Process.GetProcessById(processId);
            return !process.HasExited;
        }
        catch (ArgumentException)
        {
            return false;
        }
    }

    private static int ProcessId()
    {
        using var current = Process.GetCurrentProcess();
        return current.Id;
    }
}
