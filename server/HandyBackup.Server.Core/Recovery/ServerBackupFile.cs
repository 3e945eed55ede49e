using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using HandyBackup.Contracts;

namespace HandyBackup.Server.Core;

/// <summary>A server's backup as a file: header, then the archive sealed by a secretstream. The format is described in docs/design/server-backup.md.</summary>
internal static class ServerBackupFile
{
    /// <summary>Writes a backup.</summary>
    /// <param name="output">Receives it, front to back. Stays open.</param>
    /// <param name="password">Opens it again.</param>
    /// <param name="cost">What guessing the password shall cost.</param>
    /// <param name="manifest">What it says of itself.</param>
    /// <param name="key">The server's key.</param>
    /// <param name="catalog">The file of a catalog that nobody writes to.</param>
    /// <param name="cancellationToken">Stops the writing.</param>
    public static async Task WriteAsync(
        Stream output, Secret password, PasswordCost cost, ServerBackupManifest manifest, byte[] key, string catalog, CancellationToken cancellationToken)
    {
        (ServerBackupHeader header, SecretStream stream) = await WithBytesAsync(password, bytes => ServerBackupHeader.Create(bytes, cost), cancellationToken);
        byte[] context = header.Bytes.ToArray();
        await output.WriteAsync(context, cancellationToken);
        await using var sealing = new SecretStreamWriter(stream, context, output);
        await ServerBackupArchive.WriteAsync(sealing, manifest, key, catalog, cancellationToken);
        await sealing.CompleteAsync(cancellationToken);
    }

    /// <summary>Reads a backup to its end. Whatever is wrong with it, it is found.</summary>
    /// <param name="file">The file.</param>
    /// <param name="password">Opens it.</param>
    /// <param name="catalog">The file that the catalog is written to; it is made. After an error it is of no use.</param>
    /// <param name="cancellationToken">Stops the reading.</param>
    /// <returns>What it says of itself, and the server's key, which the caller clears.</returns>
    /// <exception cref="HandyBackupException"><see cref="ErrorCode.NotAServerBackup"/>, <see cref="ErrorCode.ServerBackupNewer"/>, <see cref="ErrorCode.ServerBackupDamaged"/>,
    /// <see cref="ErrorCode.WrongPassword"/>, <see cref="ErrorCode.InvalidArgument"/> if the file cannot be opened, or <see cref="ErrorCode.ServerRestoreFailed"/> if something cannot be read or written.</exception>
    public static async Task<(ServerBackupManifest Manifest, byte[] Key)> ReadAsync(string file, Secret password, string catalog, CancellationToken cancellationToken)
    {
        try
        {
            await using FileStream input = Open(file);
            byte[] first = new byte[ServerBackupHeader.Size];
            int length = await input.ReadAtLeastAsync(first, first.Length, throwOnEndOfStream: false, cancellationToken);
            ServerBackupHeader header = ServerBackupHeader.Read(first[..length], file);
            SecretStream stream = await WithBytesAsync(password, bytes => header.Open(bytes, file), cancellationToken);
            await using var opening = new SecretStreamReader(stream, header.Bytes.ToArray(), input, file);
            return await ServerBackupArchive.ReadAsync(opening, catalog, cancellationToken);
        }
        catch (Exception exception) when (exception is InvalidDataException or EndOfStreamException or JsonException)
        {
            // It opened, so it is as somebody wrote it who knew the password: and that was not this product.
            throw ServerBackupErrors.Damaged(file, "its content cannot be understood", exception);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new HandyBackupException(ErrorCode.ServerRestoreFailed, $"The server's backup '{file}' cannot be unpacked: {exception.Message}", exception)
            {
                Target = file,
                Advice = "See that the file can be read, that the data path can be written, and that space is left there.",
            };
        }
    }

    private static FileStream Open(string file)
    {
        try
        {
            return new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.Read, SecretStream.ChunkSize, useAsync: true);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or ArgumentException)
        {
            throw new HandyBackupException(ErrorCode.InvalidArgument, $"The file '{file}' cannot be opened: {exception.Message}", exception)
            {
                Target = file,
                Advice = "Name a file that Backup-HBServer has written and that your account can read.",
            };
        }
    }

    // Slow by intent, and not on the thread that waits for it.
    private static Task<T> WithBytesAsync<T>(Secret password, Func<byte[], T> use, CancellationToken cancellationToken) => Task.Run(
        () =>
        {
            byte[] bytes = Encoding.UTF8.GetBytes(password.Value);
            try
            {
                return use(bytes);
            }
            finally
            {
                CryptographicOperations.ZeroMemory(bytes);
            }
        },
        cancellationToken);
}
