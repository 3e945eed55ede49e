using System.Text;
using System.Text.Json;
using HandyBackup.Contracts;
using HandyBackup.Repository.Tests.Index;
using HandyBackup.Testing;

namespace HandyBackup.Repository.Tests.Proof;

/// <summary>
/// Every parser of a repository's files with altered and invented input: it refuses or understands, and neither fails otherwise nor takes more memory than the input
/// is worth. What is sealed is altered both outside, as damage does, and inside, as only somebody with the key could.
/// </summary>
public sealed class ParserFuzzTests : IDisposable
{
    private const int Limit = 24 * 3_600_000;

    // A block of zstd has four bytes at least and at most 128 KiB of content (RFC 8878, 3.1.1.2).
    private const long BytesPerCompressedByte = 32_768 + 200;

    private readonly TempFolder _folder = new();
    private readonly MasterKey _key = MasterKey.Create();

    public void Dispose()
    {
        _key.Dispose();
        _folder.Dispose();
    }

    [Fact(Timeout = Limit)]
    public Task No_input_makes_a_parser_fail_or_take_memory_without_bound() => ProofRun.RunAsync("parsers", everyday: 6, integration: 20, seed =>
    {
        foreach (FuzzTarget target in Targets(seed))
        {
            target.Prove(seed);
        }

        return Task.CompletedTask;
    });

    private static byte[] Json(string text) => Encoding.UTF8.GetBytes(text.Replace('\'', '"').Replace("ID", new string('a', 64), StringComparison.Ordinal));

    private IEnumerable<FuzzTarget> Targets(int seed)
    {
        yield return new FuzzTarget("config", Json("{'version':2,'id':'ID','chunker_polynomial':'25b468838dcb75'}"), json => ConfigFile.Open(UnpackedFileCodec.EncodeConfig(_key, json), _key, "place"));
        yield return new FuzzTarget("stored config", UnpackedFileCodec.EncodeConfig(_key, Json("{'version':2,'id':'ID'}")), stored => ConfigFile.Open(stored, _key, "place"));
        yield return new FuzzTarget(
            "key", KeyFileCodec.Create(_key, "password", new ScryptCost(16, 1, 1), DateTimeOffset.UnixEpoch, "user", "host"), content => _ = KeyFileCodec.TryParse(content, out _, out _));
        yield return new FuzzTarget("master key", _key.ToJson(), json =>
        {
            if (MasterKey.TryParse(json, out MasterKey? parsed))
            {
                parsed!.Dispose();
            }
        });
        yield return new FuzzTarget("snapshot", SnapshotJsonSample(), UseSnapshot);
        yield return new FuzzTarget("index", Json("{'supersedes':['ID'],'packs':[{'id':'ID','blobs':[{'id':'ID','type':'data','offset':0,'length':100,'uncompressed_length':300}]}]}"), UseIndex);
        yield return new FuzzTarget(
            "tree",
            Json("{'nodes':[{'name':'a\\u0020','type':'file','mode':420,'mtime':'2026-01-01T00:00:00Z','uid':0,'size':5,'xattr':null,'content':['ID']},{'name':'b','type':'dir','subtree':'ID'}]}"),
            json => _ = TreeReader.Read(json).Count());
        foreach (FuzzTarget target in Sealed(seed).Concat(Packs()).Concat(Binary(seed)))
        {
            yield return target;
        }
    }

    private static byte[] SnapshotJsonSample() => Json(
        "{'time':'2026-01-01T00:00:00.123456789+01:00','parent':'ID','tree':'ID','paths':['/a','/b'],'hostname':'h','username':'u','uid':1,'gid':2,'excludes':['x'],'tags':['t'],'original':'ID',"
        + "'program_version':'1','handybackup':{'task':'t','agent':'a','source':'Files','run':'01234567-89ab-cdef-0123-456789abcdef','items':1,'bytes':2,'added_bytes':3}}");

    private static void UseSnapshot(byte[] json)
    {
        if (SnapshotCodec.TryDecode(json, out Snapshot? snapshot, out _))
        {
            // As the search for the previous snapshot and the listing do.
            _ = snapshot.Paths.Concat(snapshot.Tags).Concat(snapshot.Excludes).Sum(text => text.Length) + snapshot.HostName.Length + snapshot.UserName.Length;
            _ = snapshot.Origin?.Task.Length + snapshot.Origin?.Agent.Length + snapshot.Origin?.Source.Length;
            SnapshotCodec.Encode(snapshot);
        }
    }

    private static void UseIndex(byte[] json)
    {
        try
        {
            IndexFileContent content = IndexFileReader.Read(json, new IndexFileContent());
            var index = new BlobIndex();
            for (int i = 0; i < content.PackCount; i++)
            {
                ReadOnlySpan<PackedBlob> blobs = content.GetPack(i, out PackId pack);
                index.Add(pack, blobs);
            }
        }
        catch (JsonException)
        {
            // The one way to refuse.
        }
    }

    // Damage outside, and lies inside the seal about the compression.
    private IEnumerable<FuzzTarget> Sealed(int seed)
    {
        const int MaxLength = 64 * 1024 * 1024;
        var codec = new UnpackedFileCodec(_key, 2);
        byte[] plain = [.. SnapshotJsonSample(), .. new byte[seed % 3 * 50_000]];
        byte[] stored = codec.Encode(plain);
        byte[] frame = new byte[stored.Length - MasterKey.Overhead];
        Assert.True(_key.TryOpen(stored, frame));
        yield return new FuzzTarget("stored file", stored, content => _ = codec.TryDecode(content, MaxLength, out _, out _)) { BytesPerByte = BytesPerCompressedByte };
        yield return new FuzzTarget("compressed file", frame, content => _ = codec.TryDecode(UnpackedFileCodec.EncodeConfig(_key, content), MaxLength, out _, out _)) { BytesPerByte = BytesPerCompressedByte };
    }

    private IEnumerable<FuzzTarget> Packs()
    {
        PackedBlob[] blobs = [.. Enumerable.Range(0, 4).Select(i => new PackedBlob(new BlobKey(new BlobId(new Sha256Hash(new byte[32])), (BlobType)(i & 1)), (uint)(i * 100), 100, (uint)(i / 2 * 300)))];
        byte[] header = [.. blobs.SelectMany(blob =>
        {
            byte[] entry = new byte[PackFormat.GetEntryLength(blob.IsCompressed)];
            PackFormat.WriteEntry(blob, entry);
            return entry;
        })];
        byte[] sealedHeader = UnpackedFileCodec.EncodeConfig(_key, header);
        byte[] pack = [.. new byte[400], .. sealedHeader, .. BitConverter.GetBytes(sealedHeader.Length)];
        var headers = new PackHeaders(new MemoryStore(), _key);
        yield return new FuzzTarget("pack", pack, content => UseHeader(headers.Read(content)));
        yield return new FuzzTarget("pack header", header, content =>
        {
            byte[] stored = UnpackedFileCodec.EncodeConfig(_key, content);
            UseHeader(headers.Read([.. new byte[400], .. stored, .. BitConverter.GetBytes(stored.Length)]));
        });
    }

    // What is plausible is what buffers are made for.
    private static void UseHeader(PackHeader header)
    {
        foreach (PackedBlob blob in header.Blobs)
        {
            Assert.True(!blob.IsPlausible || blob.PlainLength <= BytesPerCompressedByte * blob.Length, $"{blob} promises too much.");
        }
    }

    private IEnumerable<FuzzTarget> Binary(int seed)
    {
        byte[] content = new byte[seed % 2 == 0 ? 1000 : 100_000];
        new Random(seed).NextBytes(content);
        using ParitySidecar sidecar = ParitySidecar.Create(content, StoredFiles.HashOf(content), 3, isCopied: false);
        byte[] stored = [.. sidecar.Encode().SelectMany(part => part.ToArray())];
        yield return new FuzzTarget("parity", stored, input => Heal(input, content)) { BytesPerByte = 600 };

        // With the checksum made right again, so that what is behind it is reached.
        yield return new FuzzTarget("parity header", stored[..ParityHeader.LengthFor(sidecar.Header.Layout.ShardCount)], input => Heal(Reseal(input), content)) { BytesPerByte = 600 };

        var cache = new IndexCache(_folder.Combine("cache"), IndexCacheKit.RepositoryId, IndexCacheKit.Tiny);
        var random = new Random(seed);
        SavedPack[] packs = [.. Enumerable.Range(0, 3).Select(_ => IndexCacheKit.RandomPack(random, 60))];
        MappedIndex built = IndexCacheKit.Build(cache, packs);
        byte[] file = File.ReadAllBytes(_folder.Combine("cache", built.Name));
        cache.Remove();
        yield return new FuzzTarget("index cache", file, input => UseCache(input, packs));
        yield return new FuzzTarget("index cache page", file, input => UseCache(ResealPages(input), packs));
    }

    private static void Heal(byte[] stored, byte[] content)
    {
        using ParitySidecar? sidecar = ParitySidecar.TryDecode(stored);
        if (sidecar is null)
        {
            return;
        }

        byte[] buffer = System.Buffers.ArrayPool<byte>.Shared.Rent(sidecar.Header.Layout.PaddedSize);
        Span<byte> padded = buffer.AsSpan(0, sidecar.Header.Layout.PaddedSize);
        int length = (int)Math.Min(content.Length, sidecar.Header.Layout.FileSize);
        content.AsSpan(0, length).CopyTo(padded);
        padded[length / 2] ^= 1;
        sidecar.TryHeal(padded, length);
        System.Buffers.ArrayPool<byte>.Shared.Return(buffer);
    }

    private static byte[] Reseal(byte[] header)
    {
        if (header.Length >= 64)
        {
            int length = ParityHeader.LengthFor(BitConverter.ToUInt16(header, 10) + BitConverter.ToUInt16(header, 12));
            if (length <= header.Length)
            {
                BitConverter.TryWriteBytes(header.AsSpan(length - sizeof(uint)), ParityHeader.ChecksumOf(header.AsSpan(0, length - sizeof(uint))));
            }
        }

        return header;
    }

    private static byte[] ResealPages(byte[] file)
    {
        ulong mark = file.Length >= 16 ? BitConverter.ToUInt64(file, 8) : 0;
        for (int page = 0; (page + 1) * IndexPage.Size <= file.Length; page++)
        {
            IndexPage.Seal(file.AsSpan(page * IndexPage.Size, IndexPage.Size), mark, page);
        }

        return file;
    }

    private void UseCache(byte[] file, SavedPack[] packs)
    {
        string path = _folder.Combine($"{Guid.NewGuid():n}.blobs");
        File.WriteAllBytes(path, file);
        try
        {
            if (MappedIndex.Open(path, IndexCacheKit.RepositoryId) is { } index)
            {
                var blobs = new BlobIndex(index);
                foreach (PackedBlob blob in packs.SelectMany(pack => pack.Blobs))
                {
                    foreach (int entry in blobs.FindAll(blob.Key))
                    {
                        _ = blobs.GetPlace(entry).Pack;
                    }
                }

                blobs.TryGetPackNumber(packs[0].Id, out _);
            }
        }
        finally
        {
            File.Delete(path);
        }
    }
}
