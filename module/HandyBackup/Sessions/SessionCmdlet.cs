using System.Management.Automation;
using HandyBackup.Contracts;
using HandyBackup.Module.Execution;
using HandyBackup.Module.Sessions;
using HandyBackup.Rpc;

namespace HandyBackup.Module;

/// <summary>A cmdlet that talks to a server.</summary>
public abstract class SessionCmdlet : AsyncPSCmdlet
{
    /// <summary>The session to use; the runspace's default when omitted. Objects from a session bring it along through the pipeline.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    public HBSession? Session { get; set; }

    /// <summary>The session for the current input object.</summary>
    /// <exception cref="HandyBackupException"><see cref="ErrorCode.NotConnected"/>.</exception>
    protected HBSession CurrentSession => DefaultSession.Require(Session);

    /// <summary>The connection for the current input object.</summary>
    /// <exception cref="HandyBackupException"><see cref="ErrorCode.NotConnected"/> or <see cref="ErrorCode.ConnectionLost"/>.</exception>
    protected PanelConnection Server => CurrentSession.Connection;
}
