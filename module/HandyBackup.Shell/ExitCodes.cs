namespace HandyBackup.Shell;

/// <summary>Process exit codes, equal to those of pwsh.</summary>
internal static class ExitCodes
{
    /// <summary>All went well.</summary>
    public const int Success = 0;

    /// <summary>A terminating error, or a last command that failed.</summary>
    public const int Failure = 1;

    /// <summary>The command line makes no sense, or the script does not exist (pwsh: ExitCodeBadCommandLineParameter).</summary>
    public const int BadArguments = 64;

    /// <summary>Nobody read the output any more, as shells report a SIGPIPE.</summary>
    public const int OutputClosed = 141;

    /// <summary>Stopped by Ctrl+C, as shells report a SIGINT.</summary>
    public const int Interrupted = 130;
}
