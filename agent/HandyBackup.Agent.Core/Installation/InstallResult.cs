namespace HandyBackup.Agent.Core.Installation;

/// <summary>How an installation ended, in the numbers of Windows Installer, which every tool that rolls out software knows.</summary>
public enum InstallResult
{
    /// <summary>Done, or there was nothing to do (ERROR_SUCCESS).</summary>
    Done = 0,

    /// <summary>It failed, and what was changed has been put back (ERROR_INSTALL_FAILURE).</summary>
    Failed = 1603,

    /// <summary>Done, but some files are replaced or removed when the machine restarts (ERROR_SUCCESS_REBOOT_REQUIRED).</summary>
    RestartNeeded = 3010,
}
