using System.Buffers;
using System.Security.Cryptography;
using System.Text;
using HandyBackup.Contracts;

namespace HandyBackup.Server.Core.Tests;

/// <summary>Files by path, handed in as the plainest agent would: each file one blob.</summary>
public sealed class FakeTree
{
    private readonly SortedDictionary<string, (string Content, int Mode)> _files = new(StringComparer.Ordinal);

    public FakeTree With(string path, string content, int mode = 0x1A4)
    {
        _files[path] = (content, mode);
        return this;
    }

    public FakeTree Without(string path)
    {
        _files.Remove(path);
        return this;
    }

    public IEnumerable<string> Paths => _files.Keys;

    /// <summary>Hands everything in and returns the root tree.</summary>
    public async Task<(BlobId Root, RunProgress Totals)> StoreAsync(IIngest ingest, CancellationToken cancellationToken)
    {
        var totals = new RunProgress();
        foreach ((string content, _) in _files.Values)
        {
            byte[] bytes = Encoding.UTF8.GetBytes(content);
            totals = totals with { Items = totals.Items + 1, Bytes = totals.Bytes + bytes.Length };
            await PutAsync(ingest, bytes, BlobType.Data, cancellationToken);
        }

        return (await StoreFolderAsync(ingest, "", cancellationToken), totals);
    }

    public static BlobId IdOf(ReadOnlySpan<byte> bytes) => new(new Sha256Hash(SHA256.HashData(bytes)));

    public static async Task<BlobId> PutAsync(IIngest ingest, byte[] bytes, BlobType type, CancellationToken cancellationToken)
    {
        BlobId id = IdOf(bytes);
        bool[] missing = new bool[1];
        await ingest.FindMissingAsync(new[] { id }, type, missing, cancellationToken);
        if (missing[0])
        {
            IMemoryOwner<byte> owner = MemoryPool<byte>.Shared.Rent(Math.Max(1, bytes.Length));
            bytes.CopyTo(owner.Memory);
            await ingest.PutAsync(new BlobPayload(id, type, bytes.Length, isCompressed: false, owner, bytes.Length), cancellationToken);
        }

        return id;
    }

    private async Task<BlobId> StoreFolderAsync(IIngest ingest, string prefix, CancellationToken cancellationToken)
    {
        using var builder = new TreeBuilder();
        string[] names = _files.Keys
            .Where(path => path.StartsWith(prefix, StringComparison.Ordinal))
            .Select(path => path[prefix.Length..].Split('/')[0])
            .Distinct()
            .OrderBy(name => Convert.ToHexString(ItemName.ToBytes(name)), StringComparer.Ordinal)
            .ToArray();
        foreach (string name in names)
        {
            bool isFile = _files.TryGetValue(prefix + name, out (string Content, int Mode) file);
            byte[] bytes = Encoding.UTF8.GetBytes(file.Content ?? "");
            builder.Add(new TreeNode
            {
                Name = ItemName.ToBytes(name),
                Type = isFile ? NodeType.File : NodeType.Folder,
                Mode = GoFileMode.From(isFile ? NodeType.File : NodeType.Folder, isFile ? (uint)file.Mode : 0x1ED),
                Modified = new NodeTime(1_700_000_000, 0),
                Accessed = new NodeTime(1_700_000_000, 0),
                Changed = new NodeTime(1_700_000_000, 0),
                Size = (ulong)bytes.Length,
                Content = isFile ? [IdOf(bytes)] : null,
                Subtree = isFile ? null : await StoreFolderAsync(ingest, prefix + name + "/", cancellationToken),
            });
        }

        return await PutAsync(ingest, builder.Complete().ToArray(), BlobType.Tree, cancellationToken);
    }
}
