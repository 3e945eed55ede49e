using System.Security.Cryptography;
using BenchmarkDotNet.Attributes;
using HandyBackup.Agent.Core.Chunking;
using HandyBackup.Repository;

namespace HandyBackup.Benchmarks.Stages;

/// <summary>How fast one core does each thing that is done to every byte of new content. Throughput is 1 MiB by the time shown; half of the content compresses well.</summary>
[MemoryDiagnoser]
public class ContentBenchmark : IDisposable
{
    private const int Size = 1024 * 1024;

    private readonly ContentChunker _chunker = new(new GearTable(new byte[32]));
    private readonly MasterKey _key = MasterKey.Create();
    private readonly byte[] _content = new byte[Size];
    private readonly byte[] _result = new byte[Size + MasterKey.Overhead];

    /// <summary>Makes the content.</summary>
    [GlobalSetup]
    public void Prepare()
    {
        new Random(1).NextBytes(_content);
    }

    /// <summary>Finds the end of the first chunk.</summary>
    [Benchmark]
    public int Chunk() => _chunker.FindCut(_content, isLast: true);

    /// <summary>SHA-256.</summary>
    [Benchmark]
    public int Hash() => SHA256.HashData(_content, _result);

    /// <summary>AES-256-CTR and Poly1305-AES.</summary>
    [Benchmark]
    public void Seal() => _key.Seal(_content, _result);

    /// <inheritdoc/>
    [GlobalCleanup]
    public void Dispose()
    {
        _key.Dispose();
        GC.SuppressFinalize(this);
    }
}
