namespace HandyBackup.Sources.Files.Linux.Native;

/// <summary>Error numbers of Linux (asm-generic/errno-base.h and errno.h), those that are told apart here.</summary>
internal static class Errno
{
    public const int NotPermitted = 1;
    public const int NoEntry = 2;
    public const int Interrupted = 4;
    public const int NoDeviceOrAddress = 6;
    public const int TryAgain = 11;
    public const int AccessDenied = 13;
    public const int Exists = 17;
    public const int NotDirectory = 20;
    public const int IsDirectory = 21;
    public const int Invalid = 22;
    public const int NoSpace = 28;
    public const int Range = 34;
    public const int ReadOnlyFileSystem = 30;
    public const int NameTooLong = 36;
    public const int NotEmpty = 39;
    public const int TooManyLinks = 40;
    public const int NoData = 61;
    public const int NotSupported = 95;
    public const int Stale = 116;
    public const int QuotaExceeded = 122;
}
