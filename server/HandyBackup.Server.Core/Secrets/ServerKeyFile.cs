using System.Security.Cryptography;
using HandyBackup.Contracts;
using HandyBackup.Stores;

namespace HandyBackup.Server.Core;

/// <summary>
/// The file with the server's key: 32 random bytes that only the owner may read. On Windows they are also sealed by DPAPI for the
/// account that the server runs as: with the machine's scope any other account of the machine could open a copy of the file.
/// </summary>
internal sealed class ServerKeyFile(string path)
{
    /// <summary>What helps when the key does not fit.</summary>
    public const string Advice = "Restore the server from its backup (Restore-HBServer), or put the file server.key that belongs to this data path back. Without it, start with an empty data path and import the repositories with their passwords; agents on other machines must enrol again.";

    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    /// <summary>True if the file exists.</summary>
    public bool Exists => File.Exists(path);

    /// <summary>Reads the key.</summary>
    /// <exception cref="HandyBackupException"><see cref="ErrorCode.ServerKeyUnusable"/> if it cannot be read, has another length, or others may read it.</exception>
    public byte[] Load()
    {
        try
        {
            if (!OperatingSystem.IsWindows() && (File.GetUnixFileMode(path) & ~OwnerOnly) != 0)
            {
                throw new HandyBackupException(ErrorCode.ServerKeyUnusable, $"Other accounts may read the server's key '{path}'.")
                {
                    Target = path,
                    Advice = $"If nobody else can have read it: chmod 600 '{path}'.",
                };
            }

            byte[] content = File.ReadAllBytes(path);
            byte[] key = OperatingSystem.IsWindows() ? ProtectedData.Unprotect(content, null, DataProtectionScope.CurrentUser) : content;
            return key.Length == SecretSealer.KeySize ? key : throw Unusable($"it holds {key.Length} bytes, not {SecretSealer.KeySize}", null);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or CryptographicException)
        {
            throw Unusable(exception.Message, exception);
        }
    }

    /// <summary>Makes a key and saves it durably before it is used for the first time.</summary>
    /// <exception cref="HandyBackupException"><see cref="ErrorCode.DataPathUnusable"/> if it cannot be written.</exception>
    public byte[] Create()
    {
        byte[] key = RandomNumberGenerator.GetBytes(SecretSealer.KeySize);
        Save(key);
        return key;
    }

    /// <summary>Saves a key of another machine durably, sealed for this machine and account where that is possible. There must be none yet.</summary>
    /// <exception cref="HandyBackupException"><see cref="ErrorCode.DataPathUnusable"/> if it cannot be written.</exception>
    public void Save(byte[] key)
    {
        byte[] content = OperatingSystem.IsWindows() ? ProtectedData.Protect(key, null, DataProtectionScope.CurrentUser) : key;
        string unfinished = path + ".new";
        try
        {
            File.Delete(unfinished);
            using (var file = new FileStream(unfinished, DataFile.OwnerOnly(FileMode.Create)))
            {
                file.Write(content);
                file.Flush(flushToDisk: true);
            }

            File.Move(unfinished, path);
            FolderEntries.Flush(Path.GetDirectoryName(path)!);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new HandyBackupException(ErrorCode.DataPathUnusable, $"The server's key '{path}' cannot be written: {exception.Message}", exception)
            {
                Target = path,
                Advice = "See that the data path exists, that the server's account may write there, and that space is left.",
            };
        }
    }

    private HandyBackupException Unusable(string reason, Exception? cause) =>
        new(ErrorCode.ServerKeyUnusable, $"The server's key '{path}' cannot be used: {reason}.", cause) { Target = path, Advice = Advice };
}
