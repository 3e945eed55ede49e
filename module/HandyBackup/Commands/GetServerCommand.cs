using System.Management.Automation;
using HandyBackup.Contracts;

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
        ServerStatus status = await session.Connection.ServerInfo.GetStatusAsync(cancellationToken);
        CallerInfo caller = await session.Connection.Login.GetCallerAsync(cancellationToken);
        Emit(new HBServer(status, session, caller));
    }
}
