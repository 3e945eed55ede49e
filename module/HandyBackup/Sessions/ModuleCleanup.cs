using System.Management.Automation;

namespace HandyBackup.Module.Sessions;

/// <summary>Ends the runspace's default session when the module is removed from it.</summary>
public sealed class ModuleCleanup : IModuleAssemblyCleanup
{
    /// <inheritdoc/>
    public void OnRemove(PSModuleInfo psModuleInfo)
    {
        DefaultSession.Current?.Close();
        DefaultSession.Current = null;
    }
}
