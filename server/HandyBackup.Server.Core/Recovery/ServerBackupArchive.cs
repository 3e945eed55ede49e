using System.Formats.Tar;
using System.IO.Compression;
using System.Security.Cryptography;
using System.Text.Json;

namespace HandyBackup.Server.Core;

/// <summary>What is inside a server's backup once it is open: a tar file packed by gzip, with these three entries in this order.</summary>
internal static class ServerBackupArchive
{
    private const string ManifestEntry = "backup.json";
    private const string KeyEntry = "server.key";
    private const string CatalogEntry = "catalog.db";
    private const int MaximumManifest = 64 * 1024;

    private static readonly JsonSerializerOptions s_json = new(JsonSerializerDefaults.Web) { WriteIndented = true };

    /// <summary>Writes an archive.</summary>
    /// <param name="output">Receives it. Stays open.</param>
    /// <param name="manifest">What it says of itself.</param>
    /// <param name="key">The server's key.</param>
    /// <param name="catalog">The file of a catalog that nobody writes to.</param>
    /// <param name="cancellationToken">Stops the writing.</param>
    public static async Task WriteAsync(Stream output, ServerBackupManifest manifest, byte[] key, string catalog, CancellationToken cancellationToken)
    {
        await using var packed = new GZipStream(output, CompressionLevel.Fastest, leaveOpen: true);
        await using var tar = new TarWriter(packed, TarEntryFormat.Pax, leaveOpen: true);
        await WriteEntryAsync(tar, ManifestEntry, new MemoryStream(JsonSerializer.SerializeToUtf8Bytes(manifest, s_json)), manifest.Made, cancellationToken);
        await WriteEntryAsync(tar, KeyEntry, new MemoryStream(key, writable: false), manifest.Made, cancellationToken);
        await using FileStream content = File.OpenRead(catalog);
        await WriteEntryAsync(tar, CatalogEntry, content, manifest.Made, cancellationToken);
    }

    /// <summary>Reads an archive to its very end.</summary>
    /// <param name="input">The archive. Stays open.</param>
    /// <param name="catalog">The file that the catalog is written to; it is made.</param>
    /// <param name="cancellationToken">Stops the reading.</param>
    /// <returns>What it says of itself, and the server's key, which the caller clears.</returns>
    /// <exception cref="InvalidDataException">It is not as <see cref="WriteAsync"/> writes it.</exception>
    public static async Task<(ServerBackupManifest Manifest, byte[] Key)> ReadAsync(Stream input, string catalog, CancellationToken cancellationToken)
    {
        await using var unpacked = new GZipStream(input, CompressionMode.Decompress, leaveOpen: true);
        await using var tar = new TarReader(unpacked, leaveOpen: true);
        byte[] json = await ReadAllAsync(await NextAsync(tar, ManifestEntry, cancellationToken), 1, MaximumManifest, cancellationToken);
        byte[] key = await ReadAllAsync(await NextAsync(tar, KeyEntry, cancellationToken), SecretSealer.KeySize, SecretSealer.KeySize, cancellationToken);
        try
        {
            Stream content = await NextAsync(tar, CatalogEntry, cancellationToken);
            await using (var file = new FileStream(catalog, DataFile.OwnerOnly(FileMode.CreateNew)))
            {
                await content.CopyToAsync(file, cancellationToken);
                file.Flush(flushToDisk: true);
            }

            if (await tar.GetNextEntryAsync(copyData: false, cancellationToken) is not null)
            {
                throw new InvalidDataException("it holds more than it should");
            }

            // Whether the file was cut off shows at its very end.
            await unpacked.CopyToAsync(Stream.Null, cancellationToken);
            return (JsonSerializer.Deserialize<ServerBackupManifest>(json, s_json)!, key);
        }
        catch
        {
            CryptographicOperations.ZeroMemory(key);
            throw;
        }
    }

    private static async Task WriteEntryAsync(TarWriter tar, string name, Stream content, DateTimeOffset time, CancellationToken cancellationToken)
    {
        await using (content)
        {
            var entry = new PaxTarEntry(TarEntryType.RegularFile, name)
            {
                DataStream = content,
                Mode = UnixFileMode.UserRead | UnixFileMode.UserWrite,
                ModificationTime = time,
            };
            await tar.WriteEntryAsync(entry, cancellationToken);
        }
    }

    private static async Task<Stream> NextAsync(TarReader tar, string name, CancellationToken cancellationToken)
    {
        TarEntry? entry = await tar.GetNextEntryAsync(copyData: false, cancellationToken);
        return entry is { EntryType: TarEntryType.RegularFile, DataStream: { } content } && entry.Name == name
            ? content
            : throw new InvalidDataException($"it lacks '{name}'");
    }

    private static async Task<byte[]> ReadAllAsync(Stream content, int least, int most, CancellationToken cancellationToken)
    {
        if (content.Length < least || content.Length > most)
        {
            throw new InvalidDataException($"an entry has {content.Length} bytes");
        }

        byte[] all = new byte[content.Length];
        await content.ReadExactlyAsync(all, cancellationToken);
        return all;
    }
}
