using HandyBackup.Contracts;

namespace HandyBackup.Agent.Core.Installation;

/// <summary>systemd's command.</summary>
public interface ISystemctl
{
    /// <summary>Makes sure that systemd runs this machine and obeys this account.</summary>
    /// <exception cref="HandyBackupException"><see cref="ErrorCode.AgentServiceFailed"/>.</exception>
    void Verify();

    /// <summary>Runs it to its end.</summary>
    /// <param name="arguments">Its arguments.</param>
    /// <param name="cancellationToken">Stops waiting for it.</param>
    /// <exception cref="HandyBackupException"><see cref="ErrorCode.AgentServiceFailed"/> with what it said, if it cannot be started or fails.</exception>
    Task RunAsync(IReadOnlyList<string> arguments, CancellationToken cancellationToken);
}
