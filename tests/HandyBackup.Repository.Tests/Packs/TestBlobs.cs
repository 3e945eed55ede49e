using System.Buffers;
using System.Security.Cryptography;
using System.Text;
using HandyBackup.Contracts;
using ZstdNet;

namespace HandyBackup.Repository.Tests.Packs;

/// <summary>Blobs, and snapshots made of them.</summary>
internal static class TestBlobs
{
    public static BlobId IdOf(byte[] content) => new(new Sha256Hash(SHA256.HashData(content)));

    public static BlobPayload Payload(byte[] content, BlobType type = BlobType.Data, bool compressed = false) =>
        Payload(IdOf(content), content, type, compressed);

    public static BlobPayload Payload(BlobId id, byte[] content, BlobType type = BlobType.Data, bool compressed = false)
    {
        using var compressor = new Compressor();
        byte[] bytes = compressed ? compressor.Wrap(content) : content;
        IMemoryOwner<byte> owner = MemoryPool<byte>.Shared.Rent(Math.Max(1, bytes.Length));
        bytes.CopyTo(owner.Memory);
        return new BlobPayload(id, type, content.Length, compressed, owner, bytes.Length);
    }

    /// <summary>Content that hardly compresses, of a length up to the given one.</summary>
    public static byte[] RandomContent(Random random, int maxLength)
    {
        byte[] content = new byte[random.Next(maxLength + 1)];
        random.NextBytes(content);
        return content;
    }

    public static async Task<BlobId> PutAsync(BlobWriter writer, byte[] content, BlobType type = BlobType.Data, bool compressed = false)
    {
        await writer.PutAsync(Payload(content, type, compressed), verify: true, TestContext.Current.CancellationToken);
        return IdOf(content);
    }

    /// <summary>Saves a snapshot of one folder with these files, each made of the blobs named. The blobs must have been put.</summary>
    public static async Task<SnapshotId> SaveSnapshotAsync(
        IndexedRepository repository, IEnumerable<(string Name, byte[][] Blobs)> files, bool compressed = true, string folder = "folder")
    {
        CancellationToken stop = TestContext.Current.CancellationToken;
        using var builder = new TreeBuilder();
        foreach ((string name, byte[][] blobs) in files.OrderBy(file => file.Name, StringComparer.Ordinal))
        {
            builder.Add(new TreeNode
            {
                Name = Encoding.UTF8.GetBytes(name),
                Type = NodeType.File,
                Mode = GoFileMode.From(NodeType.File, 0x1A4),
                Size = (ulong)blobs.Sum(blob => (long)blob.Length),
                Content = [.. blobs.Select(IdOf)],
            });
        }

        BlobId tree = await PutAsync(repository.Writer, builder.Complete().ToArray(), BlobType.Tree, compressed);
        builder.Add(new TreeNode { Name = Encoding.UTF8.GetBytes(folder), Type = NodeType.Folder, Mode = GoFileMode.From(NodeType.Folder, 0x1ED), Subtree = tree });
        BlobId root = await PutAsync(repository.Writer, builder.Complete().ToArray(), BlobType.Tree, compressed);
        await repository.Writer.FlushAsync(stop);
        var snapshot = new Snapshot { Time = TimeProvider.System.GetLocalNow(), Tree = root, Paths = [$"/{folder}"], HostName = "testhost" };
        return await repository.Repository.Snapshots.SaveAsync(snapshot, stop);
    }
}
