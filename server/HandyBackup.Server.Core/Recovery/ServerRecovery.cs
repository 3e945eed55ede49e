using System.Security.Cryptography;
using HandyBackup.Catalog;
using HandyBackup.Contracts;

namespace HandyBackup.Server.Core;

/// <summary>Brings a server back from its backup, where no server runs. Nothing is put in place before the whole file was read and found good.</summary>
public static class ServerRecovery
{
    /// <summary>Reads a backup from end to end and restores nothing.</summary>
    /// <param name="file">The backup.</param>
    /// <param name="password">Opens it.</param>
    /// <param name="cancellationToken">Stops the reading.</param>
    /// <returns>What is in it.</returns>
    /// <exception cref="HandyBackupException"><see cref="ErrorCode.NotAServerBackup"/>, <see cref="ErrorCode.ServerBackupNewer"/>, <see cref="ErrorCode.ServerBackupDamaged"/>,
    /// <see cref="ErrorCode.WrongPassword"/>, <see cref="ErrorCode.CatalogDamaged"/>, <see cref="ErrorCode.InvalidArgument"/> or <see cref="ErrorCode.ServerRestoreFailed"/>.</exception>
    public static async Task<ServerBackupInfo> VerifyAsync(string file, Secret password, CancellationToken cancellationToken)
    {
        // Closed to others from the start.
        string folder = Directory.CreateTempSubdirectory("handybackup-").FullName;
        try
        {
            (ServerBackupManifest manifest, byte[] key) = await UnpackAsync(file, password, Path.Join(folder, ServerFiles.Catalog), cancellationToken);
            CryptographicOperations.ZeroMemory(key);
            return manifest.Describe();
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    /// <summary>Restores a server. If it fails, the data path is as it was.</summary>
    /// <param name="file">The backup.</param>
    /// <param name="password">Opens it.</param>
    /// <param name="dataPath">The folder that the server gets, absolute; it exists. The caller has made sure that no server works on it.</param>
    /// <param name="replace">True to put a server aside that the folder already holds.</param>
    /// <param name="account">Who restores, as the machine knows him; for the audit log.</param>
    /// <param name="time">The clock.</param>
    /// <param name="cancellationToken">Stops the restoration; not in the moment in which it is put in place.</param>
    /// <exception cref="HandyBackupException">As for <see cref="VerifyAsync"/>; besides <see cref="ErrorCode.DataPathOccupied"/>, <see cref="ErrorCode.CatalogNewer"/> or <see cref="ErrorCode.ServerKeyUnusable"/>.</exception>
    public static async Task<ServerRestoration> RestoreAsync(
        string file, Secret password, string dataPath, bool replace, string account, TimeProvider time, CancellationToken cancellationToken)
    {
        var content = new DataPathContent(dataPath);
        if (content.HasServer && !replace)
        {
            throw new HandyBackupException(ErrorCode.DataPathOccupied, $"The data path '{dataPath}' holds a server already.")
            {
                Target = dataPath,
                Advice = "Restore to another data path, or use -Force: then what is there is put aside, not removed.",
            };
        }

        try
        {
            content.CreateStaging();
            string catalog = Path.Join(content.Staging, ServerFiles.Catalog);
            string keyFile = Path.Join(content.Staging, ServerFiles.Key);
            (ServerBackupManifest manifest, byte[] key) = await UnpackAsync(file, password, catalog, cancellationToken);
            new ServerKeyFile(keyFile).Save(key);
            CryptographicOperations.ZeroMemory(key);
            (int tokens, int removals) = await RestoredCatalog.PrepareAsync(catalog, keyFile, manifest, account, time, cancellationToken);
            return new ServerRestoration
            {
                Backup = manifest.Describe(),
                DataPath = dataPath,
                KeptAside = content.Replace(time.GetUtcNow()),
                RevokedTokens = tokens,
                DroppedRemovals = removals,
            };
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new HandyBackupException(ErrorCode.ServerRestoreFailed, $"The server cannot be restored to '{dataPath}': {exception.Message}", exception)
            {
                Target = dataPath,
                Advice = "See that your account may write there, that space is left, and that no other program has files of the folder open.",
            };
        }
        finally
        {
            content.RemoveStaging();
        }
    }

    private static async Task<(ServerBackupManifest Manifest, byte[] Key)> UnpackAsync(string file, Secret password, string catalog, CancellationToken cancellationToken)
    {
        (ServerBackupManifest manifest, byte[] key) = await ServerBackupFile.ReadAsync(file, password, catalog, cancellationToken);
        try
        {
            await SqliteCatalog.VerifyAsync(catalog, cancellationToken);
            return (manifest, key);
        }
        catch
        {
            CryptographicOperations.ZeroMemory(key);
            throw;
        }
    }
}
