using System.Security.Cryptography;
using System.Text;
using BenchmarkDotNet.Attributes;
using HandyBackup.Agent.Core.Chunking;
using HandyBackup.Repository;
using ZstdNet;

namespace HandyBackup.Benchmarks.Stages;

/// <summary>How fast one core does each thing that is done to every byte of new content. Throughput is 1 MiB by the time shown; half of the content compresses well.</summary>
[MemoryDiagnoser]
public class ContentBenchmark : IDisposable
{
    private const int Size = 1024 * 1024;

    private readonly ContentChunker _chunker = new(new GearTable(new byte[32]));
    private readonly MasterKey _key = MasterKey.Create();
    private readonly byte[] _content = new byte[Size];
    private readonly byte[] _result = new byte[Compressor.GetCompressBound(Size) + MasterKey.Overhead];
    private CompressionOptions? _options;
    private Compressor? _compressor;

    /// <summary>The level of zstd; the other stages do not depend on it.</summary>
    [Params(1, 3, 9)]
    public int Level { get; set; }

    /// <summary>Makes the content.</summary>
    [GlobalSetup]
    public void Prepare()
    {
        var random = new Random(1);
        random.NextBytes(_content);
        Encoding.ASCII.GetBytes(random.GetString("etaoin shrdlu", Size / 2)).CopyTo(_content, 0);
        _options = new CompressionOptions(Level);
        _compressor = new Compressor(_options);
    }

    /// <summary>Finds the end of the first chunk.</summary>
    [Benchmark]
    public int Chunk() => _chunker.FindCut(_content, isLast: true);

    /// <summary>SHA-256.</summary>
    [Benchmark]
    public int Hash() => SHA256.HashData(_content, _result);

    /// <summary>zstd.</summary>
    [Benchmark]
    public int Compress() => _compressor!.Wrap(_content, _result);

    /// <summary>AES-256-CTR and Poly1305-AES.</summary>
    [Benchmark]
    public void Seal() => _key.Seal(_content, _result.AsSpan(0, Size + MasterKey.Overhead));

    /// <inheritdoc/>
    [GlobalCleanup]
    public void Dispose()
    {
        _compressor?.Dispose();
        _options?.Dispose();
        _key.Dispose();
        GC.SuppressFinalize(this);
    }
}
