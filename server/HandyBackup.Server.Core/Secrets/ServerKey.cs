using System.Security.Cryptography;
using HandyBackup.Catalog;
using HandyBackup.Contracts;

namespace HandyBackup.Server.Core;

/// <summary>Fits the server's key to the secrets that the catalog holds.</summary>
internal static class ServerKey
{
    // A known text sealed by the key: tells a wrong key from a right one before the first password is needed.
    private const string CheckSetting = "server-key-check";

    /// <summary>Opens the key of a data path, or makes one where no secret needs an older one.</summary>
    /// <exception cref="HandyBackupException"><see cref="ErrorCode.ServerKeyUnusable"/>.</exception>
    public static async Task<SecretSealer> OpenAsync(string path, ICatalog catalog, CancellationToken cancellationToken)
    {
        var file = new ServerKeyFile(path);
        byte[]? check = await catalog.Settings.FindAsync(CheckSetting, cancellationToken);
        if (!file.Exists && check is not null)
        {
            await foreach (RepositoryRecord repository in catalog.Repositories.ListAsync(cancellationToken))
            {
                throw new HandyBackupException(ErrorCode.ServerKeyUnusable, $"The server's key '{path}' is missing; it sealed the password of the repository '{repository.Name}'.")
                {
                    Target = path,
                    Advice = ServerKeyFile.Advice,
                };
            }

            if (await catalog.Settings.FindAsync(CertificateAuthority.Setting, cancellationToken) is not null)
            {
                throw new HandyBackupException(ErrorCode.ServerKeyUnusable, $"The server's key '{path}' is missing; it sealed the key that signs the certificates of the agents.")
                {
                    Target = path,
                    Advice = ServerKeyFile.Advice,
                };
            }

            if (await catalog.Users.ListAsync(cancellationToken).FirstOrDefaultAsync(user => user.CodeSecret is not null, cancellationToken) is { } user)
            {
                throw new HandyBackupException(ErrorCode.ServerKeyUnusable, $"The server's key '{path}' is missing; it sealed the secret of the one-time codes of the user '{user.Name}'.")
                {
                    Target = path,
                    Advice = ServerKeyFile.Advice,
                };
            }

            check = null;
        }

        byte[] key = file.Exists ? file.Load() : file.Create();
        var sealer = new SecretSealer(key);
        CryptographicOperations.ZeroMemory(key);
        if (check is null)
        {
            await catalog.Settings.SaveAsync(CheckSetting, sealer.Seal(CheckSetting, CheckSetting), cancellationToken);
        }
        else
        {
            sealer.Open(check, CheckSetting);
        }

        return sealer;
    }
}
