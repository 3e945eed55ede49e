using System.Text;
using BenchmarkDotNet.Attributes;
using ZstdNet;

namespace HandyBackup.Benchmarks.Stages;

/// <summary>How fast one core compresses what compresses and what does not, in large and small pieces. Throughput is <see cref="Size"/> by the time shown.</summary>
public class CompressionBenchmark : IDisposable
{
    private byte[] _content = [];
    private byte[] _result = [];
    private CompressionOptions? _options;
    private Compressor? _compressor;

    /// <summary>The level of zstd.</summary>
    [Params(1, 2, 3, 9)]
    public int Level { get; set; }

    /// <summary>True for bytes without any pattern, false for text.</summary>
    [Params(false, true)]
    public bool IsRandom { get; set; }

    /// <summary>Bytes of a piece.</summary>
    [Params(16 * 1024, 1024 * 1024)]
    public int Size { get; set; }

    /// <summary>Makes the content.</summary>
    [GlobalSetup]
    public void Prepare()
    {
        var random = new Random(1);
        _content = new byte[Size];
        if (IsRandom)
        {
            random.NextBytes(_content);
        }
        else
        {
            string[] words = [.. Enumerable.Range(0, 2000).Select(_ => random.GetString("aaabcdeeeefghiiijklmnnooopqrrssttuuvwxyz", random.Next(2, 11)))];
            string text = string.Join(' ', Enumerable.Range(0, Size).Select(_ => words[random.Next(words.Length)]));
            Encoding.ASCII.GetBytes(text, 0, Size, _content, 0);
        }

        _result = new byte[Compressor.GetCompressBound(Size)];
        _options = new CompressionOptions(Level);
        _compressor = new Compressor(_options);
    }

    /// <summary>zstd.</summary>
    [Benchmark]
    public int Compress() => _compressor!.Wrap(_content, _result);

    /// <inheritdoc/>
    [GlobalCleanup]
    public void Dispose()
    {
        _compressor?.Dispose();
        _options?.Dispose();
        GC.SuppressFinalize(this);
    }
}
