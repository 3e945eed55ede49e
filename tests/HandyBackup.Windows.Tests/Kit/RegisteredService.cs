using System.ComponentModel;
using System.Runtime.InteropServices;
using HandyBackup.Agent.Core.Installation;

namespace HandyBackup.Windows.Tests.Kit;

/// <summary>The agent's service as the service control manager tells of it (winsvc.h).</summary>
internal sealed partial class RegisteredService : IDisposable
{
    public const int Stopped = 1;
    public const int Running = 4;

    private const uint Connect = 0x1;
    private const uint AllAccess = 0xF01FF;
    private const int BufferSize = 8192;
    private readonly nint _manager;
    private readonly nint _service;

    private RegisteredService(nint manager, nint service) => (_manager, _service) = (manager, service);

    /// <summary>What the service said last.</summary>
    public ServiceState State
    {
        get
        {
            Check(QueryServiceStatus(_service, out ServiceState state));
            return state;
        }
    }

    /// <summary>How it is registered.</summary>
    public unsafe ServiceSetup Setup
    {
        get
        {
            byte* buffer = stackalloc byte[BufferSize];
            Check(QueryServiceConfig(_service, buffer, BufferSize, out _));
            var setup = (NativeSetup*)buffer;
            return new ServiceSetup(setup->Type, setup->Start, new string(setup->Command), new string(setup->Account), new string(setup->DisplayName), Description);
        }
    }

    private unsafe string Description
    {
        get
        {
            byte* buffer = stackalloc byte[BufferSize];
            Check(QueryServiceConfig2(_service, 1, buffer, BufferSize, out _));
            return new string(*(char**)buffer);
        }
    }

    /// <summary>Opens the service; it must be registered.</summary>
    public static RegisteredService Open()
    {
        nint manager = OpenSCManager(null, null, Connect);
        Check(manager != 0);
        nint service = OpenService(manager, SystemAgentService.WindowsName, AllAccess);
        Check(service != 0);
        return new RegisteredService(manager, service);
    }

    public void Start() => Check(StartService(_service, 0, 0));

    /// <summary>Waits until it is in a state.</summary>
    public async Task<ServiceState> ReachAsync(int state)
    {
        CancellationToken token = TestContext.Current.CancellationToken;
        while (State.Current != state)
        {
            await Task.Delay(50, token);
        }

        return State;
    }

    public void Dispose()
    {
        CloseServiceHandle(_service);
        CloseServiceHandle(_manager);
    }

    private static void Check(bool succeeded)
    {
        if (!succeeded)
        {
            throw new Win32Exception(Marshal.GetLastPInvokeError());
        }
    }

    [LibraryImport("advapi32.dll", EntryPoint = "OpenSCManagerW", SetLastError = true, StringMarshalling = StringMarshalling.Utf16)]
    private static partial nint OpenSCManager(string? machine, string? database, uint access);

    [LibraryImport("advapi32.dll", EntryPoint = "OpenServiceW", SetLastError = true, StringMarshalling = StringMarshalling.Utf16)]
    private static partial nint OpenService(nint manager, string name, uint access);

    [LibraryImport("advapi32.dll", SetLastError = true)]
    [return: MarshalAs(UnmanagedType.Bool)]
    private static partial bool QueryServiceStatus(nint service, out ServiceState state);

    [LibraryImport("advapi32.dll", EntryPoint = "QueryServiceConfigW", SetLastError = true)]
    [return: MarshalAs(UnmanagedType.Bool)]
    private static unsafe partial bool QueryServiceConfig(nint service, byte* buffer, int size, out int needed);

    [LibraryImport("advapi32.dll", EntryPoint = "QueryServiceConfig2W", SetLastError = true)]
    [return: MarshalAs(UnmanagedType.Bool)]
    private static unsafe partial bool QueryServiceConfig2(nint service, int level, byte* buffer, int size, out int needed);

    [LibraryImport("advapi32.dll", EntryPoint = "StartServiceW", SetLastError = true)]
    [return: MarshalAs(UnmanagedType.Bool)]
    private static partial bool StartService(nint service, uint count, nint arguments);

    [LibraryImport("advapi32.dll")]
    [return: MarshalAs(UnmanagedType.Bool)]
    private static partial bool CloseServiceHandle(nint handle);

    // QUERY_SERVICE_CONFIGW
    [StructLayout(LayoutKind.Sequential)]
    private unsafe struct NativeSetup
    {
        public uint Type;
        public uint Start;
        public uint ErrorControl;
        public char* Command;
        public char* Group;
        public uint Tag;
        public char* Dependencies;
        public char* Account;
        public char* DisplayName;
    }
}
