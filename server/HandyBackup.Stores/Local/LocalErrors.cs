namespace HandyBackup.Stores;

/// <summary>Turns what the operating system says into the classes of the store contract.</summary>
internal static class LocalErrors
{
    /// <summary>True for exceptions that file operations throw because of the outside world.</summary>
    public static bool IsFromSystem(Exception exception) => exception is IOException or UnauthorizedAccessException;

    /// <summary>Classifies an exception and names the path at fault.</summary>
    public static StoreException Translate(Exception exception, string path)
    {
        StoreError error = Classify(exception);
        string reason = error switch
        {
            StoreError.NotFound => "does not exist",
            StoreError.Full => "cannot be written because no space is left",
            StoreError.AccessDenied => "cannot be accessed: the operating system refuses it",
            _ => $"cannot be accessed: {exception.Message.TrimEnd('.')}",
        };
        return new StoreException(error, $"'{path}' {reason}.", exception);
    }

    private static StoreError Classify(Exception exception) => exception switch
    {
        UnauthorizedAccessException => StoreError.AccessDenied,
        FileNotFoundException or DirectoryNotFoundException => StoreError.NotFound,
        _ when OperatingSystem.IsWindows() => ClassifyWindows(exception.HResult),
        _ => ClassifyUnix(exception.HResult),
    };

    // On Unix .NET puts the errno of the failed call into HResult; Linux and macOS number EDQUOT differently.
    private static StoreError ClassifyUnix(int errno) => errno switch
    {
        28 => StoreError.Full, // ENOSPC
        122 when OperatingSystem.IsLinux() => StoreError.Full, // EDQUOT
        69 when !OperatingSystem.IsLinux() => StoreError.Full, // EDQUOT
        1 or 13 or 30 => StoreError.AccessDenied, // EPERM, EACCES, EROFS
        _ => StoreError.Unavailable,
    };

    // HRESULT_FROM_WIN32 of the codes in winerror.h.
    private static StoreError ClassifyWindows(int hresult) => (hresult & 0xFFFF) switch
    {
        39 or 112 or 1295 => StoreError.Full, // HANDLE_DISK_FULL, DISK_FULL, DISK_QUOTA_EXCEEDED
        5 or 19 => StoreError.AccessDenied, // ACCESS_DENIED, WRITE_PROTECT
        _ => StoreError.Unavailable,
    };
}
