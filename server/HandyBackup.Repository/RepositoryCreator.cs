using System.Security.Cryptography;
using System.Text.Json;
using HandyBackup.Contracts;
using HandyBackup.Stores;

namespace HandyBackup.Repository;

/// <summary>Makes the first files of a repository: folders, a key, and the config last.</summary>
internal sealed class RepositoryCreator
{
    // Cleaning up after a failure must not hang on the place that failed.
    private static readonly TimeSpan s_cleanUpLimit = TimeSpan.FromSeconds(30);

    private readonly IStore _store;
    private readonly TimeProvider _time;

    public RepositoryCreator(IStore store, TimeProvider time)
    {
        _store = store;
        _time = time;
    }

    /// <summary>Makes them.</summary>
    /// <exception cref="HandyBackupException">See <see cref="OpenRepository.CreateAsync"/>.</exception>
    public async Task<(OpenedKey Key, RepositoryConfig Config)> CreateAsync(string password, RepositoryCreation creation, CancellationToken cancellationToken)
    {
        Validate(password, creation);
        MasterKey masterKey = MasterKey.Create();
        try
        {
            ScryptCost cost = creation.ScryptCost ?? await Task.Run(() => Scrypt.Calibrate(_time), cancellationToken);
            byte[] keyFile = await Task.Run(
                () => KeyFileCodec.Create(masterKey, password, cost, _time.GetLocalNow(), creation.UserName, creation.HostName), cancellationToken);
            var config = new RepositoryConfig
            {
                Version = creation.FormatVersion,
                Id = RandomNumberGenerator.GetHexString(2 * Sha256Hash.Size, lowercase: true),
                ChunkerPolynomial = ChunkerPolynomial.ToText(ChunkerPolynomial.Create()),
            };
            KeyId id = await SaveAsync(keyFile, UnpackedFileCodec.EncodeConfig(masterKey, JsonSerializer.SerializeToUtf8Bytes(config, RepositoryConfigJson.Default.RepositoryConfig)), cancellationToken);
            return (new OpenedKey(masterKey, id), config);
        }
        catch (StoreException exception)
        {
            masterKey.Dispose();
            throw StoreErrors.Translate(exception, _store);
        }
        catch
        {
            masterKey.Dispose();
            throw;
        }
    }

    private async Task<KeyId> SaveAsync(byte[] keyFile, byte[] config, CancellationToken cancellationToken)
    {
        if (!await _store.IsEmptyAsync(cancellationToken))
        {
            throw NotEmpty();
        }

        KeyId? key = null;
        try
        {
            await _store.CreateAsync(cancellationToken);
            key = new KeyId(await new StoredFiles(_store).SaveAsync(StoreFileKind.Key, keyFile, cancellationToken));
            await _store.SaveAsync(StoreFile.Config, [config], cancellationToken);
            return key.Value;
        }
        catch (StoreException exception) when (exception.Error == StoreError.AlreadyExists)
        {
            // Somebody else made a repository here at the same time and was faster: only our key goes.
            await CleanUpAsync(stop => key is KeyId ours ? _store.RemoveAsync(KeySearch.FileOf(ours), stop) : Task.CompletedTask);
            throw NotEmpty();
        }
        catch
        {
            // The place was empty: what lies there is ours and would stand in the way of the next attempt, unless somebody else finished one.
            await CleanUpAsync(async stop =>
            {
                if (await _store.FindSizeAsync(StoreFile.Config, stop) is null)
                {
                    await _store.DeleteAsync(stop);
                }
            });
            throw;
        }
    }

    private async Task CleanUpAsync(Func<CancellationToken, Task> clean)
    {
        using var limit = new CancellationTokenSource(s_cleanUpLimit, _time);
        try
        {
            await clean(limit.Token);
        }
        catch (Exception exception) when (exception is StoreException or OperationCanceledException)
        {
            // The failure that led here is the one to report.
        }
    }

    private static void Validate(string password, RepositoryCreation creation)
    {
        if (password.Length == 0)
        {
            throw new HandyBackupException(ErrorCode.InvalidArgument, "The password of a repository must not be empty.");
        }

        if (!ConfigFile.IsKnownVersion(creation.FormatVersion))
        {
            throw new HandyBackupException(ErrorCode.InvalidArgument, $"There is no format version {creation.FormatVersion}: 1 and 2 are known.");
        }

        if (creation.ScryptCost is ScryptCost cost && !Scrypt.IsAcceptable(cost))
        {
            throw new HandyBackupException(ErrorCode.InvalidArgument, $"The scrypt parameters N={cost.N}, r={cost.R}, p={cost.P} cannot be used.");
        }
    }

    private HandyBackupException NotEmpty() =>
        new(ErrorCode.RepositoryFolderNotEmpty, $"A new repository wants an empty folder, and '{_store.Location}' is not one.")
        {
            Target = _store.Location,
            Advice = "Choose another folder, or take in the repository that is there with Import-HBRepository.",
        };
}
