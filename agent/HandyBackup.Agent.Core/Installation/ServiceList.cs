using System.ComponentModel;
using System.Runtime.InteropServices;
using System.Runtime.Versioning;

namespace HandyBackup.Agent.Core.Installation;

/// <summary>The list of services of Windows. Errors are <see cref="Win32Exception"/>.</summary>
[SupportedOSPlatform("windows")]
internal sealed partial class ServiceList : IDisposable
{
    /// <summary>ERROR_SERVICE_DOES_NOT_EXIST.</summary>
    public const int NoSuchService = 1060;

    // SC_MANAGER_CONNECT and SC_MANAGER_CREATE_SERVICE
    private const uint ManagerAccess = 0x1 | 0x2;
    private const uint OwnProcess = 0x10;
    private const uint AutoStart = 2;
    private const uint NormalError = 1;
    private readonly nint _handle;

    private ServiceList(nint handle) => _handle = handle;

    /// <summary>Opens the list to find services and to add one.</summary>
    public static ServiceList Open()
    {
        nint handle = OpenManager(null, null, ManagerAccess);
        return handle == 0 ? throw new Win32Exception(Marshal.GetLastPInvokeError()) : new ServiceList(handle);
    }

    /// <summary>Opens a service; null if there is none of this name.</summary>
    public ServiceHandle? Find(string name)
    {
        nint service = OpenService(_handle, name, ServiceHandle.FullAccess);
        int error = Marshal.GetLastPInvokeError();
        return service != 0 ? new ServiceHandle(service)
            : error == NoSuchService ? null
            : throw new Win32Exception(error);
    }

    /// <summary>Adds a service of the system account that starts with the machine.</summary>
    public ServiceHandle Create(string name, string displayName, string command)
    {
        nint service = CreateService(_handle, name, displayName, ServiceHandle.FullAccess, OwnProcess, AutoStart, NormalError, command, null, 0, null, null, null);
        return service == 0 ? throw new Win32Exception(Marshal.GetLastPInvokeError()) : new ServiceHandle(service);
    }

    /// <summary>Closes the list.</summary>
    public void Dispose() => ServiceHandle.Close(_handle);

    [LibraryImport("advapi32.dll", EntryPoint = "OpenSCManagerW", SetLastError = true, StringMarshalling = StringMarshalling.Utf16)]
    private static partial nint OpenManager(string? machine, string? database, uint access);

    [LibraryImport("advapi32.dll", EntryPoint = "OpenServiceW", SetLastError = true, StringMarshalling = StringMarshalling.Utf16)]
    private static partial nint OpenService(nint manager, string name, uint access);

    [LibraryImport("advapi32.dll", EntryPoint = "CreateServiceW", SetLastError = true, StringMarshalling = StringMarshalling.Utf16)]
    private static partial nint CreateService(
        nint manager, string name, string displayName, uint access, uint type, uint start, uint errorControl, string command, string? group, nint tag, string? dependencies, string? user, string? password);
}
