using HandyBackup.Agent.Core.Connection;
using HandyBackup.Agent.Core.Enrollment;
using HandyBackup.Agent.Core.Home;
using HandyBackup.Contracts;

namespace HandyBackup.Agent.Core.Installation;

/// <summary>
/// Installs, upgrades and removes the agent of a machine. Whatever fails takes back what was done before it. What outlives a failure is an identity that the
/// server has granted: a second attempt uses it, where the token may be used up and the name taken.
/// </summary>
/// <param name="places">Where the agent lies.</param>
/// <param name="service">The system's services.</param>
/// <param name="door">The way to the server.</param>
/// <param name="moves">For files in use; null where the system needs none.</param>
/// <param name="time">The clock.</param>
public sealed class AgentInstaller(AgentPlaces places, IAgentService service, IServerDoor door, IRestartMoves? moves, TimeProvider time)
{
    private readonly AgentHome _home = new(places.Data);
    private readonly ProgramFolder _program = new(places.Program, moves);

    /// <summary>Installs the agent and waits until it is connected. On a machine that has it, brings it up to date and makes sure that it runs.</summary>
    /// <exception cref="HandyBackupException">It failed, and everything is as before.</exception>
    public Task<InstallResult> InstallAsync(InstallRequest request, CancellationToken cancellationToken) => WithUndoAsync(
        async undo =>
        {
            // First what can be known at once: the token is used up when the server has answered.
            service.Verify();
            if (!Directory.Exists(places.Data))
            {
                undo.Add(RemoveEmptyHome);
            }

            _home.Prepare();
            CredentialFile credential = new(_home, CredentialFile.SystemProtection);
            await new AgentEnrollment(door, _home, credential).EnrollAsync(request.Server, request.Token, request.Name, cancellationToken);
            return await ReplaceProgramAsync(request.Source, AgentStart.Connected, undo, cancellationToken);
        });

    /// <summary>Puts another version in the place of the installed one; identity and settings stay. If the new one does not start, the old one runs again.</summary>
    /// <param name="source">The folder with the new version.</param>
    /// <param name="cancellationToken">Stops it; what was done is taken back.</param>
    /// <exception cref="HandyBackupException"><see cref="ErrorCode.AgentNotInstalled"/>, or it failed and everything is as before.</exception>
    public Task<InstallResult> UpgradeAsync(string source, CancellationToken cancellationToken)
    {
        if (!service.IsRegistered || !_program.Exists)
        {
            throw new HandyBackupException(ErrorCode.AgentNotInstalled, $"No agent is installed in '{places.Program}'.")
            {
                Target = places.Program,
                Advice = "Install it with 'hb-agent install --server <host:port> --token-file <file>'.",
            };
        }

        // One that could not reach its server before need not do so afterwards.
        AgentStart wanted = AgentStatusFile.Read(_home)?.State == AgentConnectionState.Connected && AgentHomeLock.IsHeld(_home) ? AgentStart.Connected : AgentStart.Running;
        return WithUndoAsync(undo => ReplaceProgramAsync(source, wanted, undo, cancellationToken));
    }

    /// <summary>Removes service and program, and the data folder with the identity unless it is to be kept. Nothing happens where nothing is installed.</summary>
    /// <exception cref="HandyBackupException">Something could not be removed; what is left can be removed by another attempt.</exception>
    public async Task<InstallResult> UninstallAsync(bool keepData, CancellationToken cancellationToken)
    {
        if (service.IsRegistered)
        {
            await service.StopAsync(cancellationToken);
        }

        await service.UnregisterAsync(cancellationToken);
        try
        {
            bool isGone = _program.Remove();
            if (!keepData && Directory.Exists(places.Data))
            {
                Directory.Delete(places.Data, recursive: true);
            }

            return isGone ? InstallResult.Done : InstallResult.RestartNeeded;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw Failed("removed", exception, []);
        }
    }

    private async Task<InstallResult> ReplaceProgramAsync(string source, AgentStart wanted, UndoSteps undo, CancellationToken cancellationToken)
    {
        bool wasRegistered = service.IsRegistered;
        if (wasRegistered && _program.IsSame(source))
        {
            // Nothing to replace, so no backup that runs is disturbed.
            await service.StartAsync(cancellationToken);
            return InstallResult.Done;
        }

        undo.Add(_program.DropStaged);
        _program.Stage(source, cancellationToken);
        if (wasRegistered)
        {
            undo.Add(() => service.StartAsync(CancellationToken.None));
            await service.StopAsync(cancellationToken);
        }

        if (!_program.Swap())
        {
            // The old version works until the restart.
            await service.StartAsync(cancellationToken);
            return InstallResult.RestartNeeded;
        }

        undo.Add(_program.SwapBack);

        // Before, since half a registration may be what fails. The old version gets the settings back that it was registered with: a new one's may ask more of it than it does.
        undo.Add(service.Remember());
        await service.RegisterAsync(places, cancellationToken);

        AgentStatusFile.Delete(_home);
        undo.Add(() => service.StopAsync(CancellationToken.None));
        await service.StartAsync(cancellationToken);
        await new AgentStartWatch(_home, time).WaitAsync(wanted, cancellationToken);
        _program.DropPrevious();
        return InstallResult.Done;
    }

    private static async Task<InstallResult> WithUndoAsync(Func<UndoSteps, Task<InstallResult>> work)
    {
        var undo = new UndoSteps();
        try
        {
            return await work(undo);
        }
        catch (Exception exception)
        {
            IReadOnlyList<Exception> left = await undo.RunAsync();
            if (exception is IOException or UnauthorizedAccessException || left.Count > 0)
            {
                throw Failed("installed", exception, left);
            }

            throw;
        }
    }

    // An identity, once granted, stays, and so does the key to one that may have been; so do the files of whoever had the folder before.
    private void RemoveEmptyHome()
    {
        if (!File.Exists(_home.CredentialFile) && !File.Exists(_home.EnrollmentKeyFile) && Directory.Exists(places.Data))
        {
            Directory.Delete(places.Data, recursive: true);
        }
    }

    private static HandyBackupException Failed(string what, Exception cause, IReadOnlyList<Exception> left) =>
        new(ErrorCode.AgentInstallFailed, $"The agent could not be {what}: {cause.Message}{string.Concat(left.Select(failure => " Could not be taken back: " + failure.Message))}", cause)
        {
            Advice = (cause as HandyBackupException)?.Advice ?? "Run the command as administrator, and see that there is room on the disk.",
        };
}
