using System.Management.Automation;
using System.Security;
using HandyBackup.Contracts;
using HandyBackup.Module.Execution;
using HandyBackup.Module.Passwords;
using HandyBackup.Module.Recovery;
using HandyBackup.Module.Starting;
using HandyBackup.Rpc;

namespace HandyBackup.Module.Commands;

/// <summary>Brings a server back from its backup, on this machine.</summary>
[Cmdlet(VerbsData.Restore, "HBServer", SupportsShouldProcess = true)]
[OutputType(typeof(HBServerRestoration), typeof(HBServerBackup))]
public sealed class RestoreServerCommand : AsyncPSCmdlet
{
    /// <summary>The backup.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipelineByPropertyName = true)]
    [ValidateNotNullOrEmpty]
    public string Path { get; set; } = "";

    /// <summary>The folder that the server gets.</summary>
    [Parameter(Position = 1)]
    [ValidateNotNullOrEmpty]
    public string? DataPath { get; set; }

    /// <summary>The password. Asked for when neither this nor -PasswordFile is given.</summary>
    [Parameter]
    [ValidateNotNull]
    public SecureString? Password { get; set; }

    /// <summary>A file whose first line is the password.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? PasswordFile { get; set; }

    /// <summary>Put a server aside that the folder already holds.</summary>
    [Parameter]
    public SwitchParameter Force { get; set; }

    /// <summary>The server program.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? ServerPath { get; set; }

    /// <inheritdoc/>
    protected override async Task ProcessAsync(CancellationToken cancellationToken)
    {
        string path = this.ResolvePath(Path);
        string dataPath = Starting.DataPath.Resolve(this, DataPath);
        string program = ServerProgram.Find(this, ServerPath);
        bool isConfirmed = Confirm($"{path} to {dataPath}", "Restore server", out bool isWhatIf);
        if (!isConfirmed && !isWhatIf)
        {
            return;
        }

        Secret password = PasswordSource.Read(this, Password, PasswordFile, $"Password of the backup '{path}'", isNew: false);
        string[] options = isWhatIf ? ["--from", path, "--verify-only"] : ["--from", path, "--data-path", dataPath, .. Force ? ["--force"] : Array.Empty<string>()];
        ServerRestoreReport report = await ServerRestore.RunAsync(program, options, password, cancellationToken);
        var backup = new HBServerBackup((report.Restored?.Backup ?? report.Verified)!, path, new FileInfo(path).Length);
        if (report.Restored is not { } restored)
        {
            Emit(backup);
            return;
        }

        Warn($"The server is as it was on {backup.Made.ToLocalTime():g}. What was removed since (users, API tokens, grants, agents, tasks) is there again, what was added is not: see Get-HBUser, Get-HBApiToken and Get-HBAgent.");
        Emit(new HBServerRestoration(restored, backup));
    }
}
