using System.Management.Automation;
using HandyBackup.Module.Agents;
using HandyBackup.Module.Agents.Machines;

namespace HandyBackup.Module.Commands;

/// <summary>Removes the agents of machines. The server keeps their snapshots, and knows them until Remove-HBAgent.</summary>
[Cmdlet(VerbsLifecycle.Uninstall, "HBAgent", SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.High, DefaultParameterSetName = LocalSet)]
[OutputType(typeof(HBAgentInstallation))]
public sealed class UninstallAgentCommand : AgentMachineCmdlet
{
    /// <summary>Leave the data folder with the identity.</summary>
    [Parameter]
    public SwitchParameter KeepData { get; set; }

    private protected override string Action => KeepData ? "Uninstall agent, keep its data" : "Uninstall agent with its identity";

    private protected override string Activity => "Uninstalling agents";

    private protected override async Task<HBAgentInstallation> WorkAsync(AgentMachine machine, CancellationToken cancellationToken)
    {
        ShowProgress(machine, "uninstalling", 0, isNew: true);
        MachineDescription description = await machine.DescribeAsync(ProgramPath, cancellationToken);
        string folder = description.NewFolder();
        return await WithCopyAsync(machine, folder, async () =>
        {
            string program = await machine.CopyInstalledAsync(ProgramPath, folder, description.IsLinux, cancellationToken);
            string[] arguments = ["uninstall", .. KeepData ? ["--keep-data"] : Array.Empty<string>(), .. PlaceOptions()];
            AgentProgramResult result = await machine.RunAsync(program, arguments, null, TimeLimit, description.IsLinux, cancellationToken);
            return result.IsSuccess
                ? new HBAgentInstallation(machine.Name, description, result, AgentMachineState.Removed)
                : throw AgentFailure.Create(machine.Name, "uninstalled", "The text is what hb-agent said on the machine. What is left can be removed by another attempt.", result);
        }, cancellationToken);
    }
}
