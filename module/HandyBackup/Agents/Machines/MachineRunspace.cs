using System.Management.Automation.Runspaces;

namespace HandyBackup.Module.Agents.Machines;

/// <summary>A runspace on a machine, and how it is given back.</summary>
/// <param name="Runspace">The runspace, opened.</param>
/// <param name="Close">Ends it if it was made for the work; true says that the user has stopped the pipeline.</param>
internal sealed record MachineRunspace(Runspace Runspace, Action<bool> Close);
