using System.ComponentModel;
using System.Runtime.InteropServices;
using System.Runtime.Versioning;

namespace HandyBackup.Agent.Core.Installation;

/// <summary>One service of Windows (winsvc.h). Errors are <see cref="Win32Exception"/>.</summary>
[SupportedOSPlatform("windows")]
internal sealed partial class ServiceHandle(nint handle) : IDisposable
{
    /// <summary>SERVICE_ALL_ACCESS.</summary>
    public const uint FullAccess = 0xF01FF;

    /// <summary>SERVICE_STOPPED.</summary>
    public const int Stopped = 1;

    /// <summary>SERVICE_RUNNING.</summary>
    public const int Running = 4;

    private const uint NoChange = 0xFFFFFFFF;
    private const int StopOrder = 1;
    private const int AlreadyRunning = 1056;
    private const int NotActive = 1062;

    // ERROR_INVALID_LEVEL: the system knows no such setting, and does without it what it always does. An agent that is not installed would be worse.
    private const int UnknownLevel = 124;

    // Levels of ChangeServiceConfig2.
    private const int DescriptionLevel = 1;
    private const int FailureLevel = 2;
    private const int DelayedStartLevel = 3;
    private const int FailureFlagLevel = 4;
    private const int RestartAction = 1;
    private const int SecondsInADay = 86_400;

    /// <summary>What it does, as SERVICE_STATUS says.</summary>
    public int State
    {
        get
        {
            Check(QueryStatus(handle, out Status status));
            return status.CurrentState;
        }
    }

    /// <summary>Closes a handle of a service or of the list.</summary>
    public static void Close(nint handle) => CloseServiceHandle(handle);

    /// <summary>Sets what is run.</summary>
    public ServiceHandle SetCommand(string command)
    {
        Check(ChangeConfig(handle, NoChange, NoChange, NoChange, command, null, 0, null, null, null, null));
        return this;
    }

    /// <summary>Sets the text that people see.</summary>
    public unsafe void Describe(string description)
    {
        fixed (char* text = description)
        {
            char* content = text;
            Check(ChangeConfig2(handle, DescriptionLevel, &content));
        }
    }

    /// <summary>Has it start some minutes after the machine, when the services that people wait for have; at once where the system knows no delay.</summary>
    public unsafe void DelayStart()
    {
        int delayed = 1;
        Check(ChangeConfig2(handle, DelayedStartLevel, &delayed), UnknownLevel);
    }

    /// <summary>Has the system start it again each time that it fails, also when it says itself that it failed, if it can.</summary>
    public unsafe void RestartOnFailure(TimeSpan after)
    {
        FailureAction* actions = stackalloc FailureAction[3];
        for (int i = 0; i < 3; i++)
        {
            actions[i] = new FailureAction { Type = RestartAction, Delay = (uint)after.TotalMilliseconds };
        }

        var failure = new FailureActions { ResetPeriod = SecondsInADay, Count = 3, Actions = actions };
        Check(ChangeConfig2(handle, FailureLevel, &failure), UnknownLevel);
        int alsoWithoutCrash = 1;
        Check(ChangeConfig2(handle, FailureFlagLevel, &alsoWithoutCrash), UnknownLevel);
    }

    /// <summary>Starts it; does not wait.</summary>
    public void Start() => Check(StartService(handle, 0, 0), AlreadyRunning);

    /// <summary>Tells it to stop; does not wait.</summary>
    public void Stop() => Check(ControlService(handle, StopOrder, out _), NotActive);

    /// <summary>Removes it as soon as nobody has it open.</summary>
    public void Delete() => Check(DeleteService(handle));

    /// <summary>Closes the handle.</summary>
    public void Dispose() => Close(handle);

    private static void Check(bool succeeded, int allowed = 0)
    {
        if (!succeeded && Marshal.GetLastPInvokeError() is int error && error != allowed)
        {
            throw new Win32Exception(error);
        }
    }

    [LibraryImport("advapi32.dll", EntryPoint = "QueryServiceStatus", SetLastError = true)]
    [return: MarshalAs(UnmanagedType.Bool)]
    private static partial bool QueryStatus(nint service, out Status status);

    [LibraryImport("advapi32.dll", EntryPoint = "ChangeServiceConfigW", SetLastError = true, StringMarshalling = StringMarshalling.Utf16)]
    [return: MarshalAs(UnmanagedType.Bool)]
    private static partial bool ChangeConfig(
        nint service, uint type, uint start, uint errorControl, string command, string? group, nint tag, string? dependencies, string? user, string? password, string? displayName);

    [LibraryImport("advapi32.dll", EntryPoint = "ChangeServiceConfig2W", SetLastError = true)]
    [return: MarshalAs(UnmanagedType.Bool)]
    private static unsafe partial bool ChangeConfig2(nint service, int level, void* content);

    [LibraryImport("advapi32.dll", EntryPoint = "StartServiceW", SetLastError = true)]
    [return: MarshalAs(UnmanagedType.Bool)]
    private static partial bool StartService(nint service, uint count, nint arguments);

    [LibraryImport("advapi32.dll", SetLastError = true)]
    [return: MarshalAs(UnmanagedType.Bool)]
    private static partial bool ControlService(nint service, int order, out Status status);

    [LibraryImport("advapi32.dll", SetLastError = true)]
    [return: MarshalAs(UnmanagedType.Bool)]
    private static partial bool DeleteService(nint service);

    [LibraryImport("advapi32.dll")]
    [return: MarshalAs(UnmanagedType.Bool)]
    private static partial bool CloseServiceHandle(nint handle);

    // SERVICE_STATUS
    [StructLayout(LayoutKind.Sequential)]
    private struct Status
    {
        public int ServiceType;
        public int CurrentState;
        public int ControlsAccepted;
        public int Win32ExitCode;
        public int ServiceSpecificExitCode;
        public int CheckPoint;
        public int WaitHint;
    }

    // SC_ACTION
    [StructLayout(LayoutKind.Sequential)]
    private struct FailureAction
    {
        public int Type;
        public uint Delay;
    }

    // SERVICE_FAILURE_ACTIONSW
    [StructLayout(LayoutKind.Sequential)]
    private unsafe struct FailureActions
    {
        public uint ResetPeriod;
        public nint RebootMessage;
        public nint Command;
        public uint Count;
        public FailureAction* Actions;
    }
}
