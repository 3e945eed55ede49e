using System.Management.Automation;
using HandyBackup.Contracts;
using HandyBackup.Module.Execution;
using HandyBackup.Module.Starting;

namespace HandyBackup.Module.Commands;

/// <summary>Starts a server as a background process and returns when it answers.</summary>
[Cmdlet(VerbsLifecycle.Start, "HBServer", SupportsShouldProcess = true)]
[OutputType(typeof(HBServer))]
public sealed class StartServerCommand : AsyncPSCmdlet
{
    /// <summary>Host an agent for this machine in the server's own process.</summary>
    [Parameter]
    public SwitchParameter Standalone { get; set; }

    /// <summary>The folder for catalog, key and log.</summary>
    [Parameter(Position = 0)]
    [ValidateNotNullOrEmpty]
    public string? DataPath { get; set; }

    /// <summary>Addresses on which the server waits for agents and panels of other machines.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string[] Listen { get; set; } = [];

    /// <summary>Names by which other machines know this one.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string[] ServerName { get; set; } = [];

    /// <summary>The server program.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? ServerPath { get; set; }

    /// <summary>How many seconds the server may take until it answers.</summary>
    [Parameter]
    [ValidateRange(1, 3600)]
    public int TimeoutSec { get; set; } = 30;

    private string[] Options =>
        [.. Standalone ? ["--standalone"] : Array.Empty<string>(), .. Listen.SelectMany(address => new[] { "--listen", address }), .. ServerName.SelectMany(name => new[] { "--name", name })];

    /// <inheritdoc/>
    protected override async Task ProcessAsync(CancellationToken cancellationToken)
    {
        string dataPath = Starting.DataPath.Resolve(this, DataPath);
        string program = ServerProgram.Find(this, ServerPath);
        if (Confirm(dataPath, "Start server"))
        {
            ServerStatus status = await ServerStart.RunAsync(program, dataPath, Options, TimeSpan.FromSeconds(TimeoutSec), cancellationToken);
            Emit(new HBServer(status, null, null));
        }
    }

    /// <inheritdoc/>
    protected override bool IsFatal(ErrorCode code) => true;
}
