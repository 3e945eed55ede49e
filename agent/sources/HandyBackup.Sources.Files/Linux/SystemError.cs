using System.Runtime.InteropServices;
using HandyBackup.Sources.Files.Linux.Native;

namespace HandyBackup.Sources.Files.Linux;

/// <summary>Turns error numbers into the errors of the plug-in contract, with the system's own words.</summary>
internal static class SystemError
{
    /// <summary>The error number of the last call on this thread.</summary>
    public static int Last => Marshal.GetLastPInvokeError();

    public static string Describe(int errno) => Marshal.GetPInvokeErrorMessage(errno);

    /// <summary>The error of an item that should have been read.</summary>
    public static SourceException Reading(int errno) => new(
        errno is Errno.NoEntry or Errno.Stale ? SourceError.Vanished : SourceError.Unreadable,
        Describe(errno));

    /// <summary>The error of an item that should have been written.</summary>
    public static SourceException Writing(int errno) => errno switch
    {
        Errno.NoSpace or Errno.QuotaExceeded => new SourceException(SourceError.DestinationFull, Describe(errno))
        {
            Advice = "Free some space at the destination, or choose another one.",
        },
        _ => new SourceException(SourceError.NotWritten, Describe(errno)),
    };
}
