using System.Management.Automation;
using HandyBackup.Module.Sessions;

namespace HandyBackup.Module.Commands;

/// <summary>Ends a session. Runs go on.</summary>
[Cmdlet(VerbsCommunications.Disconnect, "HBServer")]
public sealed class DisconnectServerCommand : SessionCmdlet
{
    /// <inheritdoc/>
    protected override Task ProcessAsync(CancellationToken cancellationToken)
    {
        HBSession session = CurrentSession;
        session.Close();
        if (DefaultSession.Current == session)
        {
            DefaultSession.Current = null;
        }

        return Task.CompletedTask;
    }
}
