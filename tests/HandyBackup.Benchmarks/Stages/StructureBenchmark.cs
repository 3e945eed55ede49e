using System.Buffers;
using System.Text;
using BenchmarkDotNet.Attributes;
using HandyBackup.Benchmarks.Indexes;
using HandyBackup.Contracts;
using HandyBackup.Repository;

namespace HandyBackup.Benchmarks.Stages;

/// <summary>How fast one core does what is done for each file and blob.</summary>
[MemoryDiagnoser]
public class StructureBenchmark : IDisposable
{
    private const int Files = 1000;
    private const int Blobs = 1_000_000;
    private const int BlobSize = 4096;
    private const int PackSize = 17 * 1024 * 1024;

    private readonly MasterKey _key = MasterKey.Create();
    private readonly BlobIndex _index = new();
    private readonly TreeNode[] _nodes = new TreeNode[Files];
    private readonly byte[] _blob = new byte[BlobSize];
    private int _next;

    /// <summary>Makes nodes and an index in memory.</summary>
    [GlobalSetup]
    public void Prepare()
    {
        new Random(1).NextBytes(_blob);
        for (int i = 0; i < Files; i++)
        {
            _nodes[i] = new TreeNode
            {
                Name = Encoding.ASCII.GetBytes($"file-{i:d5}"),
                Type = NodeType.File,
                Mode = GoFileMode.From(NodeType.File, 0x1A4),
                Size = BlobSize,
                Content = [GeneratedBlobs.Key(i).Id],
            };
        }

        for (int pack = 0; pack < Blobs / GeneratedBlobs.PerPack; pack++)
        {
            SavedPack saved = GeneratedBlobs.Pack(pack);
            _index.Add(saved.Id, saved.Blobs.ToArray());
        }
    }

    /// <summary>The tree of a folder of 1,000 files.</summary>
    [Benchmark]
    public int EncodeTree()
    {
        using var builder = new TreeBuilder();
        foreach (TreeNode node in _nodes)
        {
            builder.Add(node);
        }

        return builder.Complete().Length;
    }

    /// <summary>Finds one of a million blobs in memory; a mapped index: <c>--index</c>.</summary>
    [Benchmark]
    public bool FindBlob()
    {
        _next = (_next + 7_919) % Blobs;
        return _index.Contains(GeneratedBlobs.Key(_next));
    }

    /// <summary>A pack of 4,000 blobs of 4 KiB: reserving, sealing, header, name.</summary>
    [Benchmark]
    public int BuildPack()
    {
        using var pack = new PackBuilder(MemoryPool<byte>.Shared.Rent(PackSize), PackSize);
        for (int i = 0; i < 4 * Files; i++)
        {
            if (!pack.TryReserve(GeneratedBlobs.Key(i), BlobSize + MasterKey.Overhead, 0, out Memory<byte> place))
            {
                throw new InvalidOperationException("The pack is full.");
            }

            _key.Seal(_blob, place.Span);
            pack.CompletePlace(isFilled: true);
        }

        pack.Close();
        return pack.Finish(_key, out _).Length;
    }

    /// <inheritdoc/>
    [GlobalCleanup]
    public void Dispose()
    {
        _key.Dispose();
        GC.SuppressFinalize(this);
    }
}
