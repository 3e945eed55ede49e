using System.ComponentModel;
using System.Runtime.InteropServices;

namespace HandyBackup.Module.Starting;

/// <summary>
/// Detaches on Windows: no window, a process group of its own, no inherited handle. <see cref="System.Diagnostics.Process"/> lets
/// the child inherit handles, and whoever reads this process's output through a pipe would wait until the server ends.
/// </summary>
internal static class WindowsDetachedProcess
{
    private const uint CreateNoWindow = 0x08000000;
    private const uint CreateNewProcessGroup = 0x00000200;

    /// <summary>Starts a program.</summary>
    /// <returns>Its process id.</returns>
    public static int Start(string program, IReadOnlyList<string> arguments)
    {
        // CreateProcessW may write into the command line: a copy of our own, with its terminating zero.
        char[] commandLine = (CommandLine.Join([program, .. arguments]) + '\0').ToCharArray();
        var startup = new StartupInfo { Size = Marshal.SizeOf<StartupInfo>() };
        if (!CreateProcess(program, commandLine, IntPtr.Zero, IntPtr.Zero, false, CreateNoWindow | CreateNewProcessGroup, IntPtr.Zero, Path.GetDirectoryName(program), ref startup, out ProcessInformation process))
        {
            throw new Win32Exception(Marshal.GetLastWin32Error());
        }

        CloseHandle(process.Thread);
        CloseHandle(process.Process);
        return process.ProcessId;
    }

    [DllImport("kernel32.dll", EntryPoint = "CreateProcessW", CharSet = CharSet.Unicode, ExactSpelling = true, SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.System32)]
    [return: MarshalAs(UnmanagedType.Bool)]
    private static extern bool CreateProcess(
        string applicationName,
        [In, Out] char[] commandLine,
        IntPtr processAttributes,
        IntPtr threadAttributes,
        [MarshalAs(UnmanagedType.Bool)] bool inheritHandles,
        uint creationFlags,
        IntPtr environment,
        string? currentDirectory,
        ref StartupInfo startupInfo,
        out ProcessInformation processInformation);

    [DllImport("kernel32.dll", ExactSpelling = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.System32)]
    [return: MarshalAs(UnmanagedType.Bool)]
    private static extern bool CloseHandle(IntPtr handle);

    // STARTUPINFOW of processthreadsapi.h; all but the size stays empty.
    [StructLayout(LayoutKind.Sequential)]
    private struct StartupInfo
    {
        public int Size;
        public IntPtr Reserved;
        public IntPtr Desktop;
        public IntPtr Title;
        public int X;
        public int Y;
        public int Width;
        public int Height;
        public int WidthInCharacters;
        public int HeightInCharacters;
        public int FillAttribute;
        public int Flags;
        public short ShowWindow;
        public short ReservedSize;
        public IntPtr ReservedBytes;
        public IntPtr StandardInput;
        public IntPtr StandardOutput;
        public IntPtr StandardError;
    }

    // PROCESS_INFORMATION of processthreadsapi.h.
    [StructLayout(LayoutKind.Sequential)]
    private struct ProcessInformation
    {
        public IntPtr Process;
        public IntPtr Thread;
        public int ProcessId;
        public int ThreadId;
    }
}
