using System.ComponentModel;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace HandyBackup.Rpc.Local;

/// <summary>
/// Whether a pipe was made by someone who may stand for the server. Any user can make a pipe of any name first ("squatting");
/// its owner is the one thing that a stranger cannot choose freely.
/// </summary>
internal static class WindowsPipeOwner
{
    // winnt.h, accctrl.h
    private const int KernelObject = 6;
    private const int OwnerInformation = 1;
    private const int LocalSystemSid = 22;
    private const int AdministratorsSid = 26;
    private const uint QueryToken = 8;
    private const int TokenUser = 1;

    // TOKEN_USER with the longest SID (SECURITY_MAX_SID_SIZE is 68).
    private const int TokenUserSize = 16 + 68;

    /// <summary>True if the owner is the current user, the administrators (what elevated processes make belongs to them) or the system.</summary>
    public static bool IsTrusted(SafePipeHandle pipe)
    {
        int error = GetSecurityInfo(pipe, KernelObject, OwnerInformation, out IntPtr owner, IntPtr.Zero, IntPtr.Zero, IntPtr.Zero, out IntPtr descriptor);
        if (error != 0)
        {
            throw new Win32Exception(error);
        }

        try
        {
            return IsWellKnownSid(owner, LocalSystemSid) || IsWellKnownSid(owner, AdministratorsSid) || IsCurrentUser(owner);
        }
        finally
        {
            LocalFree(descriptor);
        }
    }

    private static bool IsCurrentUser(IntPtr sid)
    {
        if (!OpenProcessToken(GetCurrentProcess(), QueryToken, out SafeAccessTokenHandle token))
        {
            throw new Win32Exception(Marshal.GetLastWin32Error());
        }

        IntPtr user = Marshal.AllocHGlobal(TokenUserSize);
        try
        {
            // TOKEN_USER starts with the pointer to the SID.
            return GetTokenInformation(token, TokenUser, user, TokenUserSize, out _)
                ? EqualSid(Marshal.ReadIntPtr(user), sid)
                : throw new Win32Exception(Marshal.GetLastWin32Error());
        }
        finally
        {
            Marshal.FreeHGlobal(user);
            token.Dispose();
        }
    }

#pragma warning disable SYSLIB1054 // LibraryImport does not exist for .NET Framework, which shares this code.
    [DllImport("advapi32.dll", ExactSpelling = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.System32)]
    private static extern int GetSecurityInfo(SafePipeHandle handle, int objectType, int information, out IntPtr owner, IntPtr group, IntPtr accessList, IntPtr auditList, out IntPtr descriptor);

    [DllImport("advapi32.dll", ExactSpelling = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.System32)]
    [return: MarshalAs(UnmanagedType.Bool)]
    private static extern bool IsWellKnownSid(IntPtr sid, int type);

    [DllImport("advapi32.dll", ExactSpelling = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.System32)]
    [return: MarshalAs(UnmanagedType.Bool)]
    private static extern bool EqualSid(IntPtr left, IntPtr right);

    [DllImport("advapi32.dll", SetLastError = true, ExactSpelling = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.System32)]
    [return: MarshalAs(UnmanagedType.Bool)]
    private static extern bool OpenProcessToken(IntPtr process, uint access, out SafeAccessTokenHandle token);

    [DllImport("advapi32.dll", SetLastError = true, ExactSpelling = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.System32)]
    [return: MarshalAs(UnmanagedType.Bool)]
    private static extern bool GetTokenInformation(SafeAccessTokenHandle token, int kind, IntPtr information, int length, out int needed);

    [DllImport("kernel32.dll", ExactSpelling = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.System32)]
    private static extern IntPtr GetCurrentProcess();

    [DllImport("kernel32.dll", ExactSpelling = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.System32)]
    private static extern IntPtr LocalFree(IntPtr memory);
#pragma warning restore SYSLIB1054
}
