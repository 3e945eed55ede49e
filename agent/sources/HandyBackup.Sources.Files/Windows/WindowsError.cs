namespace HandyBackup.Sources.Files.Windows;

/// <summary>Turns the exceptions of System.IO into those of the plug-in contract.</summary>
internal static class WindowsError
{
    // ERROR_HANDLE_DISK_FULL and ERROR_DISK_FULL (winerror.h) as HRESULTs.
    private const int HandleDiskFull = unchecked((int)0x80070027);
    private const int DiskFull = unchecked((int)0x80070070);

    // ERROR_DIR_NOT_EMPTY.
    private const int FolderNotEmpty = unchecked((int)0x80070091);

    /// <summary>True for what file operations throw.</summary>
    public static bool IsFileError(Exception exception) =>
        exception is IOException or UnauthorizedAccessException or NotSupportedException or ArgumentException;

    public static SourceException Reading(Exception exception) => new(
        exception is FileNotFoundException or DirectoryNotFoundException ? SourceError.Vanished : SourceError.Unreadable,
        exception.Message,
        exception);

    public static SourceException Removing(Exception exception) => new(
        exception.HResult == FolderNotEmpty ? SourceError.FolderNotEmpty
            : exception is FileNotFoundException or DirectoryNotFoundException ? SourceError.Vanished
            : SourceError.NotRemoved,
        exception.Message,
        exception);

    public static SourceException Writing(Exception exception) => exception.HResult is HandleDiskFull or DiskFull
        ? new SourceException(SourceError.DestinationFull, exception.Message, exception) { Advice = "Free some space at the destination, or choose another one." }
        : new SourceException(SourceError.NotWritten, exception.Message, exception);
}
