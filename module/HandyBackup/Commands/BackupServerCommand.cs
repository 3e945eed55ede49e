using System.Management.Automation;
using HandyBackup.Contracts;
using HandyBackup.Module.Recovery;

namespace HandyBackup.Module.Commands;

/// <summary>Saves all that a server is as one encrypted file on this machine.</summary>
[Cmdlet(VerbsData.Backup, "HBServer", SupportsShouldProcess = true)]
[OutputType(typeof(HBServerBackup))]
public sealed class BackupServerCommand : PasswordCmdlet
{
    /// <summary>The file, on this machine.</summary>
    [Parameter(Mandatory = true, Position = 0)]
    [ValidateNotNullOrEmpty]
    public string Path { get; set; } = "";

    /// <summary>Replace the file if it exists.</summary>
    [Parameter]
    public SwitchParameter Force { get; set; }

    /// <inheritdoc/>
    protected override async Task ProcessAsync(CancellationToken cancellationToken)
    {
        HBSession session = CurrentSession;
        string path = this.ResolvePath(Path);
        if (!Confirm($"{session} to {path}", "Back up server"))
        {
            return;
        }

        using NewFile file = NewFile.Create(path, Force);
        var request = new BackUpServerRequest { Password = ReadPassword($"Password for the backup '{path}'", isNew: true) };
        ServerBackupInfo? saved = null;
        await foreach (ServerBackupPart part in session.Connection.ServerInfo.BackUpAsync(request, cancellationToken).WithCancellation(cancellationToken))
        {
            saved ??= part.Backup;
            file.Write(part.Content);
        }

        Emit(new HBServerBackup(saved!, path, file.Complete()));
    }
}
