using HandyBackup.Agent.Core.Enrollment;
using HandyBackup.Agent.Core.Home;
using HandyBackup.Agent.Core.Installation;
using HandyBackup.Contracts;

namespace HandyBackup.Agent.Commands;

/// <summary><c>install</c>, <c>enroll</c>, <c>upgrade</c> and <c>uninstall</c>. They ask nothing, so that tools can run them.</summary>
internal static class InstallCommands
{
    /// <summary>Carries out one of them.</summary>
    /// <exception cref="HandyBackupException"><see cref="ErrorCode.InvalidArgument"/> before anything was done; else why it failed.</exception>
    public static async Task<InstallResult> RunAsync(AgentArguments arguments, TextReader input, CancellationToken cancellationToken)
    {
        TimeProvider time = TimeProvider.System;
        if (arguments.Command == "enroll")
        {
            InstallRequest request = ReadRequest(arguments, input);
            var home = new AgentHome(arguments.Places.Data);
            home.Prepare();
            var enrollment = new AgentEnrollment(AgentComposition.OpenDoor(time), home, new CredentialFile(home, CredentialFile.SystemProtection));
            await enrollment.EnrollAsync(request.Server, request.Token, request.Name, cancellationToken);
            return InstallResult.Done;
        }

        IRestartMoves? moves = OperatingSystem.IsWindows() ? new WindowsRestartMoves() : null;
        var installer = new AgentInstaller(arguments.Places, SystemAgentService.Create(time), AgentComposition.OpenDoor(time), moves, time);
        return arguments.Command switch
        {
            "install" => await installer.InstallAsync(ReadRequest(arguments, input), cancellationToken),
            "upgrade" => await installer.UpgradeAsync(AppContext.BaseDirectory, cancellationToken),
            _ => await installer.UninstallAsync(arguments.Has("--keep-data"), cancellationToken),
        };
    }

    private static InstallRequest ReadRequest(AgentArguments arguments, TextReader input) => new()
    {
        Server = ServerAddress.Parse(arguments.Get("--server")),
        Token = TokenInput.Find(arguments.Find("--token"), arguments.Find("--token-file"), input),
        Name = arguments.Find("--name") ?? Environment.MachineName,
        Source = AppContext.BaseDirectory,
    };
}
