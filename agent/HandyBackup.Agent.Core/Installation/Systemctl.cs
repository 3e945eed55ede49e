using System.ComponentModel;
using System.Diagnostics;
using HandyBackup.Contracts;

namespace HandyBackup.Agent.Core.Installation;

/// <summary>The real command.</summary>
/// <param name="time">The clock.</param>
public sealed class Systemctl(TimeProvider time) : ISystemctl
{
    // systemd itself gives a service 90 seconds to start or to stop.
    private static readonly TimeSpan s_limit = TimeSpan.FromMinutes(2);

    /// <inheritdoc/>
    public void Verify()
    {
        // As sd_booted(3) finds out.
        if (!Directory.Exists("/run/systemd/system"))
        {
            throw Failed("systemctl", "systemd does not run this machine.", cause: null);
        }

        if (!Environment.IsPrivilegedProcess)
        {
            throw Failed("systemctl", "only root may change services.", cause: null);
        }
    }

    /// <inheritdoc/>
    public async Task RunAsync(IReadOnlyList<string> arguments, CancellationToken cancellationToken)
    {
        using var timeout = new CancellationTokenSource(s_limit, time);
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellationToken);
        string command = "systemctl " + string.Join(' ', arguments);
        try
        {
            using Process process = Process.Start(new ProcessStartInfo("systemctl", arguments) { RedirectStandardOutput = true, RedirectStandardError = true })!;
            try
            {
                Task<string> output = process.StandardOutput.ReadToEndAsync(limit.Token);
                string errors = await process.StandardError.ReadToEndAsync(limit.Token);
                await output;
                await process.WaitForExitAsync(limit.Token);
                if (process.ExitCode != 0)
                {
                    throw Failed(command, errors.Trim(), cause: null);
                }
            }
            finally
            {
                if (!process.HasExited)
                {
                    process.Kill();
                }
            }
        }
        catch (Win32Exception exception)
        {
            throw Failed(command, exception.Message, exception);
        }
        catch (OperationCanceledException exception) when (!cancellationToken.IsCancellationRequested)
        {
            throw Failed(command, $"it did not end within {s_limit.TotalMinutes:0} minutes.", exception);
        }
    }

    private static HandyBackupException Failed(string command, string reason, Exception? cause) =>
        new(ErrorCode.AgentServiceFailed, $"'{command}' cannot do its work: {reason}", cause)
        {
            Target = "systemctl",
            Advice = "The agent's service needs systemd and root. Without systemd, run 'hb-agent run' under the service manager that there is.",
        };
}
