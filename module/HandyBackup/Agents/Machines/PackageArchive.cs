using System.IO.Compression;
using System.Security.Cryptography;
using HandyBackup.Contracts;

namespace HandyBackup.Module.Agents.Machines;

/// <summary>A package as one compressed file for the way to another machine. The file is removed with this object.</summary>
internal sealed class PackageArchive : IDisposable
{
    private readonly FileStream _stream;

    private PackageArchive(FileStream stream, IReadOnlyList<string> names, IReadOnlyList<DateTime> times, Sha256Hash hash)
    {
        _stream = stream;
        Names = names;
        Times = times;
        Hash = hash;
    }

    /// <summary>The files, relative to the package, with <c>/</c>.</summary>
    public IReadOnlyList<string> Names { get; }

    /// <summary>When each of <see cref="Names"/> was written last (UTC).</summary>
    public IReadOnlyList<DateTime> Times { get; }

    /// <summary>The hash of the archive.</summary>
    public Sha256Hash Hash { get; }

    /// <summary>The number of bytes.</summary>
    public long Length => _stream.Length;

    /// <summary>Packs a package.</summary>
    /// <exception cref="HandyBackupException"><see cref="ErrorCode.AgentPackageUnusable"/>.</exception>
    public static Task<PackageArchive> CreateAsync(AgentPackage package, CancellationToken cancellationToken) => Task.Run(() => Create(package, cancellationToken), cancellationToken);

    /// <summary>Reads from the place where the last reading ended.</summary>
    /// <returns>The bytes; fewer than asked for at the end, none after it.</returns>
    public byte[] Read(int count)
    {
        byte[] part = new byte[(int)Math.Min(count, _stream.Length - _stream.Position)];
        int read = 0;
        while (read < part.Length && _stream.Read(part, read, part.Length - read) is var some and > 0)
        {
            read += some;
        }

        return part;
    }

    /// <inheritdoc/>
    public void Dispose() => _stream.Dispose();

    private static PackageArchive Create(AgentPackage package, CancellationToken cancellationToken)
    {
        FileStream? stream = null;
        try
        {
            stream = new FileStream(
                Path.Combine(Path.GetTempPath(), $"handybackup-{Guid.NewGuid():N}.zip"), FileMode.CreateNew, FileAccess.ReadWrite, FileShare.None, 1 << 16, FileOptions.DeleteOnClose);
            FileInfo[] files = [.. new DirectoryInfo(package.Folder).EnumerateFiles("*", SearchOption.AllDirectories)];
            string[] names = [.. files.Select(file => file.FullName.Substring(package.Folder.Length).TrimStart('/', '\\').Replace('\\', '/'))];
            using (var zip = new ZipArchive(stream, ZipArchiveMode.Create, leaveOpen: true))
            {
                for (int i = 0; i < files.Length; i++)
                {
                    cancellationToken.ThrowIfCancellationRequested();
                    using FileStream from = files[i].OpenRead();
                    using Stream to = zip.CreateEntry(names[i], CompressionLevel.Fastest).Open();
                    from.CopyTo(to);
                }
            }

            stream.Position = 0;
            using var algorithm = SHA256.Create();
            var hash = new Sha256Hash(algorithm.ComputeHash(stream));
            stream.Position = 0;
            return new PackageArchive(stream, names, [.. files.Select(file => file.LastWriteTimeUtc)], hash);
        }
        catch (Exception exception)
        {
            stream?.Dispose();
            if (exception is IOException or UnauthorizedAccessException)
            {
                throw AgentPackage.Unusable(package.Folder, $"cannot be packed: {exception.Message}", exception);
            }

            throw;
        }
    }
}
