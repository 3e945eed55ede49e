using System.Management.Automation;
using HandyBackup.Contracts;
using HandyBackup.Module.Execution;
using HandyBackup.Module.Sessions;
using HandyBackup.Rpc;

namespace HandyBackup.Module.Commands;

/// <summary>Connects to a server and makes the session the default of this runspace.</summary>
[Cmdlet(VerbsCommunications.Connect, "HBServer")]
[OutputType(typeof(HBSession))]
public sealed class ConnectServerCommand : AsyncPSCmdlet
{
    /// <summary>The server's data path on this machine.</summary>
    [Parameter(Position = 0, ValueFromPipelineByPropertyName = true)]
    [ValidateNotNullOrEmpty]
    public string? DataPath { get; set; }

    /// <summary>How many seconds connecting may take.</summary>
    [Parameter]
    [ValidateRange(1, 3600)]
    public int TimeoutSec { get; set; } = 10;

    /// <inheritdoc/>
    protected override async Task ProcessAsync(CancellationToken cancellationToken)
    {
        string dataPath = Starting.DataPath.Resolve(this, DataPath);
        PanelConnection connection = await PanelConnection.ConnectLocalAsync(dataPath, TimeSpan.FromSeconds(TimeoutSec), cancellationToken);
        var session = new HBSession(dataPath, connection);
        DefaultSession.Current = session;
        Emit(session);
    }

    /// <inheritdoc/>
    protected override bool IsFatal(ErrorCode code) => true;
}
