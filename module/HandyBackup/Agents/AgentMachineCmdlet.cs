using System.Collections;
using System.Diagnostics;
using System.Management.Automation;
using System.Management.Automation.Runspaces;
using HandyBackup.Contracts;
using HandyBackup.Module.Agents.Machines;
using HandyBackup.Module.Execution;

namespace HandyBackup.Module;

/// <summary>A cmdlet that does something to the agents of machines over PowerShell sessions, one machine after the other.</summary>
public abstract class AgentMachineCmdlet : AsyncPSCmdlet
{
    private protected const string LocalSet = "Local";
    private const string ComputerSet = "ComputerName";
    private const string HostSet = "HostName";
    private const string SessionSet = "PSSession";

    private const int ActivityId = 1;

    // A name that nobody answers to must not take the time of all others. In milliseconds.
    private const int ConnectLimit = 60_000;

    private static readonly TimeSpan s_progressInterval = TimeSpan.FromMilliseconds(250);

    private Stopwatch? _sinceProgress;

    /// <summary>Machines that are reached over WinRM.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true, ParameterSetName = ComputerSet)]
    [ValidateNotNullOrEmpty]
    public string[] ComputerName { get; set; } = [];

    /// <summary>The account on those machines.</summary>
    [Parameter(ParameterSetName = ComputerSet)]
    [ValidateNotNull]
    [Credential]
    public PSCredential? Credential { get; set; }

    /// <summary>Reach them over HTTPS.</summary>
    [Parameter(ParameterSetName = ComputerSet)]
    public SwitchParameter UseSSL { get; set; }

    /// <summary>Machines that are reached over SSH.</summary>
    [Parameter(Mandatory = true, ParameterSetName = HostSet)]
    [ValidateNotNullOrEmpty]
    public string[] HostName { get; set; } = [];

    /// <summary>The account on those machines.</summary>
    [Parameter(ParameterSetName = HostSet)]
    [ValidateNotNullOrEmpty]
    public string? UserName { get; set; }

    /// <summary>The file with the private key of the account.</summary>
    [Parameter(ParameterSetName = HostSet)]
    [ValidateNotNullOrEmpty]
    public string? KeyFilePath { get; set; }

    /// <summary>The port of WinRM or SSH on the machines.</summary>
    [Parameter(ParameterSetName = ComputerSet)]
    [Parameter(ParameterSetName = HostSet)]
    [ValidateRange(1, 65535)]
    public int Port { get; set; }

    /// <summary>Sessions with machines.</summary>
    [Parameter(Mandatory = true, ValueFromPipeline = true, ParameterSetName = SessionSet)]
    [ValidateNotNullOrEmpty]
    public PSSession[] PSSession { get; set; } = [];

    /// <summary>The agent's data folder on the machine.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? DataPath { get; set; }

    /// <summary>The folder of the agent's program on the machine.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? ProgramPath { get; set; }

    /// <summary>How many seconds one machine may take.</summary>
    [Parameter]
    [ValidateRange(10, 86400)]
    public int TimeoutSec { get; set; } = 900;

    /// <summary>What the user is asked to confirm.</summary>
    private protected abstract string Action { get; }

    /// <summary>What is being done, as progress shows it.</summary>
    private protected abstract string Activity { get; }

    /// <summary>True for this machine without a session.</summary>
    private protected bool IsLocal => ParameterSetName == LocalSet;

    /// <summary>How long one machine may take.</summary>
    private protected TimeSpan TimeLimit => TimeSpan.FromSeconds(TimeoutSec);

    /// <inheritdoc/>
    protected override async Task ProcessAsync(CancellationToken cancellationToken)
    {
        MachineTarget[] targets = [.. Targets()];
        Prepare(targets.Length);
        foreach (MachineTarget target in targets)
        {
            if (!Confirm(target.Name, Action))
            {
                continue;
            }

            try
            {
                Emit(await HandleAsync(target, cancellationToken));
            }
            catch (HandyBackupException exception) when (!IsFatal(exception.Code) && !cancellationToken.IsCancellationRequested)
            {
                Report(exception);
            }
        }
    }

    /// <summary>Judges the parameters before anything is done.</summary>
    /// <param name="machines">How many machines are named.</param>
    /// <exception cref="HandyBackupException"><see cref="ErrorCode.InvalidArgument"/>.</exception>
    private protected virtual void Prepare(int machines)
    {
        ProgramPath = ProgramPath is null ? null : FolderThere(ProgramPath);
        DataPath = DataPath is null ? null : FolderThere(DataPath);
    }

    /// <summary>Does the work on one machine.</summary>
    private protected abstract Task<HBAgentInstallation> WorkAsync(AgentMachine machine, CancellationToken cancellationToken);

    /// <summary>The options that say where the agent lies.</summary>
    private protected IEnumerable<string> PlaceOptions() =>
        [.. DataPath is null ? Array.Empty<string>() : ["--data-path", DataPath], .. ProgramPath is null ? Array.Empty<string>() : ["--program-path", ProgramPath]];

    /// <summary>Shows what is under way, at most four times a second unless the machine or its step is another one.</summary>
    private protected void ShowProgress(AgentMachine machine, string step, int percent, bool isNew)
    {
        if (isNew || _sinceProgress is null || _sinceProgress.Elapsed >= s_progressInterval)
        {
            Emit(new ProgressRecord(ActivityId, Activity, PrintableText.Clean($"{machine.Name}: {step}")) { PercentComplete = percent });
            _sinceProgress = Stopwatch.StartNew();
        }
    }

    /// <summary>Does work in a copy on the machine, and removes the copy whatever happens.</summary>
    private protected async Task<T> WithCopyAsync<T>(AgentMachine machine, string folder, Func<Task<T>> work, CancellationToken cancellationToken)
    {
        try
        {
            return await work();
        }
        finally
        {
            if (await machine.RemoveAsync(folder) is { } left && !cancellationToken.IsCancellationRequested)
            {
                Warn($"The copy in '{folder}' on {machine.Name} could not be removed: {left}");
            }
        }
    }

    private async Task<HBAgentInstallation> HandleAsync(MachineTarget target, CancellationToken cancellationToken)
    {
        MachineRunspace runspace = OutsidePump(() => target.Open(InvokeCommand));
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(TimeLimit);
        try
        {
            return await WorkAsync(new AgentMachine(runspace.Runspace, target.Name), limit.Token);
        }
        catch (OperationCanceledException exception) when (!cancellationToken.IsCancellationRequested)
        {
            throw new HandyBackupException(ErrorCode.TimedOut, $"{target.Name} did not end its work within {TimeoutSec} seconds; it was told to stop.", exception)
            {
                Target = target.Name,
                Advice = "Give it more time with -TimeoutSec.",
                IsTransient = true,
            };
        }
        finally
        {
            CloseOutsidePump(runspace, cancellationToken.IsCancellationRequested);
        }
    }

    private static void CloseOutsidePump(MachineRunspace runspace, bool isStopping) => OutsidePump(() =>
    {
        runspace.Close(isStopping);
        return true;
    });

    private IEnumerable<MachineTarget> Targets() => ParameterSetName switch
    {
        ComputerSet => ComputerName.Select(name => MachineTarget.Of(name, ComputerParameters(name))),
        HostSet => HostName.Select(name => MachineTarget.Of(name, HostParameters(name))),
        SessionSet => PSSession.Select(MachineTarget.Of),
        _ => [MachineTarget.Local()],
    };

    private Hashtable ComputerParameters(string name)
    {
        Hashtable parameters = WithPort(new Hashtable { ["ComputerName"] = name });
        if (Credential is not null)
        {
            parameters["Credential"] = Credential;
        }

        if (UseSSL)
        {
            parameters["UseSSL"] = true;
        }

        return parameters;
    }

    private Hashtable HostParameters(string name)
    {
        Hashtable parameters = WithPort(new Hashtable { ["HostName"] = name, ["ConnectingTimeout"] = ConnectLimit });
        if (UserName is not null)
        {
            parameters["UserName"] = UserName;
        }

        if (KeyFilePath is not null)
        {
            parameters["KeyFilePath"] = this.ResolvePath(KeyFilePath);
        }

        return parameters;
    }

    private Hashtable WithPort(Hashtable parameters)
    {
        if (Port != 0)
        {
            parameters["Port"] = Port;
        }

        return parameters;
    }

    private string FolderThere(string path) => IsLocal ? this.ResolvePath(path) : PathResolution.RequireAbsolute(path, "on the machines");
}
