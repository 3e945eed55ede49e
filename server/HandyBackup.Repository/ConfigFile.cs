using System.Text.Json;
using HandyBackup.Contracts;
using HandyBackup.Stores;

namespace HandyBackup.Repository;

/// <summary>Loads and opens the config, and says what a place without one is.</summary>
internal static class ConfigFile
{
    private const int OldestVersion = 1;
    private const int NewestVersion = 2;
    private const int MostLength = 64 * 1024;

    /// <summary>True for format versions that this program reads and writes.</summary>
    public static bool IsKnownVersion(long version) => version is >= OldestVersion and <= NewestVersion;

    /// <summary>Loads the file.</summary>
    /// <exception cref="HandyBackupException"><see cref="ErrorCode.NotARepository"/>, <see cref="ErrorCode.ConfigDamaged"/> or a store error.</exception>
    public static async Task<byte[]> LoadAsync(IStore store, StoredFiles files, CancellationToken cancellationToken) =>
        await files.FindAsync(StoreFile.Config, MostLength, cancellationToken) ?? throw await ExplainMissingAsync(store, files, cancellationToken);

    /// <summary>Opens the file.</summary>
    /// <exception cref="HandyBackupException"><see cref="ErrorCode.ConfigDamaged"/> or <see cref="ErrorCode.RepositoryVersionUnsupported"/>.</exception>
    public static RepositoryConfig Open(byte[] stored, MasterKey key, string location)
    {
        if (!UnpackedFileCodec.TryDecodeConfig(key, stored, out byte[]? json))
        {
            throw FileErrors.Damaged(StoreFile.Config, $"in '{location}' was altered, or belongs to another repository than the key that the password opened");
        }

        RepositoryConfig? config = Parse(json);
        if (config is null || string.IsNullOrEmpty(config.Id))
        {
            throw FileErrors.Damaged(StoreFile.Config, $"in '{location}' is not the JSON of a config");
        }

        return IsKnownVersion(config.Version) ? config : throw UnsupportedVersion(config.Version, location);
    }

    private static RepositoryConfig? Parse(byte[] json)
    {
        try
        {
            return JsonSerializer.Deserialize(json, RepositoryConfigJson.Default.RepositoryConfig);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static HandyBackupException UnsupportedVersion(long version, string location) =>
        new(ErrorCode.RepositoryVersionUnsupported, $"The repository in '{location}' has format version {version}; this program knows versions {OldestVersion} to {NewestVersion}.")
        {
            Target = location,
            Advice = "Use a newer version of this program. Nothing was changed.",
        };

    private static async Task<HandyBackupException> ExplainMissingAsync(IStore store, StoredFiles files, CancellationToken cancellationToken)
    {
        if (await IsEmptyAsync(store, cancellationToken))
        {
            return NotARepository(store.Location, "does not exist or is empty", "Check the path, and whether the drive is connected. New-HBRepository makes a new repository.");
        }

        try
        {
            await foreach (StoreFileInfo _ in files.ListAsync(StoreFileKind.Key, cancellationToken))
            {
                return FileErrors.Damaged(StoreFile.Config, $"in '{store.Location}' is missing, although there are keys");
            }
        }
        catch (HandyBackupException exception) when (exception.Code == ErrorCode.StoreUnavailable)
        {
            // The place is a file and not a folder: then it cannot be listed, and is no repository either.
        }

        return NotARepository(store.Location, "has no file 'config'", "Check the path. A repository has the file 'config' and the folders 'data', 'index', 'keys', 'locks' and 'snapshots'.");
    }

    private static async Task<bool> IsEmptyAsync(IStore store, CancellationToken cancellationToken)
    {
        try
        {
            return await store.IsEmptyAsync(cancellationToken);
        }
        catch (StoreException exception)
        {
            throw StoreErrors.Translate(exception, store);
        }
    }

    private static HandyBackupException NotARepository(string location, string why, string advice) =>
        new(ErrorCode.NotARepository, $"'{location}' is not a repository: it {why}.") { Target = location, Advice = advice };
}
