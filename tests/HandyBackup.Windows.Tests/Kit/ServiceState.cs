using System.Runtime.InteropServices;

namespace HandyBackup.Windows.Tests.Kit;

/// <summary>SERVICE_STATUS.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct ServiceState
{
    public int Type;
    public int Current;
    public int ControlsAccepted;
    public int ExitCode;
    public int SpecificExitCode;
    public int CheckPoint;
    public int WaitHint;
}
