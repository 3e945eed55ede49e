using System.Collections;
using System.Management.Automation;
using System.Management.Automation.Runspaces;
using HandyBackup.Contracts;

namespace HandyBackup.Module.Agents.Machines;

/// <summary>A machine as the user names it, and the way to a runspace there.</summary>
internal sealed class MachineTarget
{
    // By their names, so that whoever put other commands in their place for a proxy or a jump host is obeyed.
    private const string NewSession = "param([hashtable] $Parameters) New-PSSession @Parameters -ErrorAction Stop";
    private const string RemoveSession = "param($Session) Remove-PSSession -Session $Session";

    private readonly Hashtable? _parameters;
    private readonly PSSession? _given;

    private MachineTarget(string name, Hashtable? parameters, PSSession? given)
    {
        Name = name;
        _parameters = parameters;
        _given = given;
    }

    /// <summary>The machine's name.</summary>
    public string Name { get; }

    /// <summary>True for this machine, without a session.</summary>
    public bool IsLocal => _parameters is null && _given is null;

    /// <summary>This machine.</summary>
    public static MachineTarget Local() => new(Environment.MachineName, null, null);

    /// <summary>A machine behind a session of the user's.</summary>
    public static MachineTarget Of(PSSession session) => new(session.ComputerName, null, session);

    /// <summary>A machine to which a session has to be made.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="parameters">The parameters of New-PSSession.</param>
    public static MachineTarget Of(string name, Hashtable parameters) => new(name, parameters, null);

    /// <summary>Opens a runspace for the time of some work. Blocks while it connects; must be called outside the pump.</summary>
    /// <exception cref="HandyBackupException"><see cref="ErrorCode.MachineUnreachable"/>.</exception>
    public MachineRunspace Open(CommandInvocationIntrinsics commands)
    {
        if (IsLocal)
        {
            Runspace own = RunspaceFactory.CreateRunspace(InitialSessionState.CreateDefault2());
            own.Open();
            return new MachineRunspace(own, _ => own.Dispose());
        }

        if (_given is not null)
        {
            return new MachineRunspace(_given.Runspace, _ => { });
        }

        try
        {
            var session = (PSSession)commands.InvokeScript(NewSession, useNewScope: true, PipelineResultTypes.None, null, _parameters).Single().BaseObject;
            return new MachineRunspace(session.Runspace, isStopping => Close(commands, session, isStopping));
        }
        catch (RuntimeException exception) when (exception is not PipelineStoppedException)
        {
            throw new HandyBackupException(ErrorCode.MachineUnreachable, $"No session with {Name} could be made: {ToldText.Join(exception.Message)}", exception)
            {
                Target = Name,
                Advice = "See that 'New-PSSession' reaches the machine with the same parameters. -HostName needs PowerShell 7 here and as a subsystem of the machine's SSH server.",
                IsTransient = true,
            };
        }
    }

    // A pipeline that was stopped runs no commands any more.
    private static void Close(CommandInvocationIntrinsics commands, PSSession session, bool isStopping)
    {
        if (isStopping)
        {
            session.Runspace.Dispose();
        }
        else
        {
            commands.InvokeScript(RemoveSession, useNewScope: true, PipelineResultTypes.None, null, session);
        }
    }
}
