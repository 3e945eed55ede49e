using HandyBackup.Agent.Core.Home;
using HandyBackup.Contracts;

namespace HandyBackup.Agent.Core.Installation;

/// <summary>Waits for an agent that was just started to say how it stands.</summary>
/// <param name="home">Its data folder, whose report was deleted before the start.</param>
/// <param name="time">The clock.</param>
internal sealed class AgentStartWatch(AgentHome home, TimeProvider time)
{
    private static readonly TimeSpan s_limit = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan s_look = TimeSpan.FromMilliseconds(100);

    /// <summary>Waits.</summary>
    /// <exception cref="HandyBackupException">It did not come to that in a minute: what the agent itself said, or <see cref="ErrorCode.AgentServiceFailed"/>.</exception>
    public async Task WaitAsync(AgentStart wanted, CancellationToken cancellationToken)
    {
        long began = time.GetTimestamp();
        while (true)
        {
            AgentStatusReport? report = AgentStatusFile.Read(home);
            if (report is not null && Suffices(report, wanted))
            {
                return;
            }

            if (time.GetElapsedTime(began) > s_limit || report?.State == AgentConnectionState.Refused)
            {
                throw Failed(report);
            }

            await Task.Delay(s_look, time, cancellationToken);
        }
    }

    private static bool Suffices(AgentStatusReport report, AgentStart wanted) => report.State switch
    {
        AgentConnectionState.Connected => true,

        // Somebody has to approve it, and that may take longer than an installation should.
        AgentConnectionState.Refused => wanted == AgentStart.Running || report.Error?.Code == ErrorCode.AgentNotApproved,
        AgentConnectionState.Connecting => wanted == AgentStart.Running,
        _ => false,
    };

    private HandyBackupException Failed(AgentStatusReport? report) => report?.Error is { } error
        ? new HandyBackupException(error.Code, error.Message) { Target = error.Target, Advice = error.Advice }
        : new HandyBackupException(ErrorCode.AgentServiceFailed, $"The agent was started but said nothing within {s_limit.TotalSeconds:0} seconds.")
        {
            Target = home.Path,
            Advice = OperatingSystem.IsWindows() ? "See the event log (Application)." : $"See 'journalctl -u {SystemdUnit.Name}'.",
        };
}
