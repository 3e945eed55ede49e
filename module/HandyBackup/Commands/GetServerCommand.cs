using System.Management.Automation;

namespace HandyBackup.Module.Commands;

/// <summary>Shows how a server is.</summary>
[Cmdlet(VerbsCommon.Get, "HBServer")]
[OutputType(typeof(HBServer))]
public sealed class GetServerCommand : SessionCmdlet
{
    /// <inheritdoc/>
    protected override async Task ProcessAsync(CancellationToken cancellationToken)
    {
        HBSession session = CurrentSession;
        Emit(new HBServer(await session.Connection.ServerInfo.GetStatusAsync(cancellationToken), session));
    }
}
