using Microsoft.Win32.SafeHandles;

namespace HandyBackup.Stores;

/// <summary>
/// The permissions of new files and folders on Unix: for the owner only, files read-only; or for the group too if the config file is readable for it
/// (restic's internal/backend/paths.go, DeriveModesFromFileInfo).
/// </summary>
internal sealed class LocalModes
{
    private const UnixFileMode OwnerFolder = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;
    private const UnixFileMode GroupFolder = OwnerFolder | UnixFileMode.GroupRead | UnixFileMode.GroupWrite | UnixFileMode.GroupExecute;

    private readonly string _config;
    private volatile bool _isKnown;
    private volatile bool _isShared;

    public LocalModes(string config) => _config = config;

    public UnixFileMode Folder => IsShared() ? GroupFolder : OwnerFolder;

    /// <summary>Lets the group read a new file, if it may read the others.</summary>
    public void Apply(SafeFileHandle file)
    {
        if (!OperatingSystem.IsWindows() && IsShared())
        {
            File.SetUnixFileMode(file, UnixFileMode.UserRead | UnixFileMode.GroupRead);
        }
    }

    private bool IsShared()
    {
        // Until the config exists there is nothing to go by, and its own mode must not be taken for one that somebody chose.
        if (!OperatingSystem.IsWindows() && !_isKnown && File.Exists(_config))
        {
            _isShared = File.GetUnixFileMode(_config).HasFlag(UnixFileMode.GroupRead);
            _isKnown = true;
        }

        return _isShared;
    }
}
