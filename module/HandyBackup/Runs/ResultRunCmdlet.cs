using System.Management.Automation;

namespace HandyBackup.Module;

/// <summary>A cmdlet whose output is the result of the run that it starts: it waits for it, unless told not to.</summary>
public abstract class ResultRunCmdlet : RunFollowingCmdlet
{
    /// <summary>Return the run at once.</summary>
    [Parameter]
    public SwitchParameter NoWait { get; set; }
}
