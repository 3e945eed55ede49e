using System.Management.Automation.Remoting;
using System.Management.Automation.Runspaces;

namespace HandyBackup.Module.Tests.Hosting;

/// <summary>
/// A double of another machine that is as real as one process allows: the engine's own remoting server, a real PSSession to it over a pipe with the remoting protocol, and the very
/// scripts. It serves one session at a time, so tests that use it share <see cref="Collection"/>.
/// </summary>
internal sealed class RemoteMachine : IDisposable
{
    public const string Collection = "Sessions over the remoting protocol";

    private static readonly string s_pipe = $"hb-remote-{Environment.ProcessId}";
    private static readonly Lazy<bool> s_server = new(() =>
    {
        RemoteSessionNamedPipeServer.CreateCustomNamedPipeServer(s_pipe);
        return true;
    });

    private RemoteMachine(Runspace runspace, PSSession session)
    {
        Runspace = runspace;
        Session = session;
    }

    public Runspace Runspace { get; }

    public PSSession Session { get; }

    /// <summary>A session with the machine.</summary>
    public static RemoteMachine Connect()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux() && Environment.IsPrivilegedProcess, "The package is a shell script, and agents are installed by root.");
        Assert.True(s_server.Value);
        Runspace runspace = RunspaceFactory.CreateRunspace(new NamedPipeConnectionInfo(s_pipe));
        runspace.Open();
        return new RemoteMachine(runspace, PSSession.Create(runspace, "Pipe", null));
    }

    public void Dispose() => Runspace.Dispose();
}
