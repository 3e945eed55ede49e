using BenchmarkDotNet.Attributes;
using HandyBackup.Repository;

namespace HandyBackup.Benchmarks.Stages;

/// <summary>How fast one core computes parity of a pack of 16 MiB, and heals it. Throughput is 16 MiB by the time shown.</summary>
[MemoryDiagnoser]
public class ParityBenchmark : IDisposable
{
    private const int PackSize = 16 * 1024 * 1024;

    private readonly byte[] _pack = new byte[PackSize];
    private readonly byte[] _damaged = new byte[PackSize * 2];
    private ParitySidecar? _sidecar;

    /// <summary>Parity in percent.</summary>
    [Params(3, 10, 50)]
    public int Percent { get; set; }

    /// <summary>Makes a pack and its parity.</summary>
    [GlobalSetup]
    public void Prepare()
    {
        new Random(1).NextBytes(_pack);
        _sidecar = ParitySidecar.Create(_pack, default, Percent, isCopied: false);
    }

    /// <summary>Parity shards and checksums of all shards.</summary>
    [Benchmark]
    public void Encode() => ParitySidecar.Create(_pack, default, Percent, isCopied: false).Dispose();

    /// <summary>Finds and heals one damaged place.</summary>
    [Benchmark]
    public bool Heal()
    {
        _pack.CopyTo(_damaged, 0);
        _damaged[PackSize / 2] ^= 1;
        return _sidecar!.TryHeal(_damaged.AsSpan(0, _sidecar.Header.Layout.PaddedSize), PackSize);
    }

    /// <inheritdoc/>
    [GlobalCleanup]
    public void Dispose()
    {
        _sidecar?.Dispose();
        GC.SuppressFinalize(this);
    }
}
