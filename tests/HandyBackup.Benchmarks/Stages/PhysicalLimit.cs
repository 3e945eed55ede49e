using System.Collections.Concurrent;
using System.Diagnostics;
using System.Security.Cryptography;
using HandyBackup.Agent.Core.Chunking;
using HandyBackup.Contracts;
using HandyBackup.Repository;
using ZstdNet;

namespace HandyBackup.Benchmarks.Stages;

/// <summary>The time that the unavoidable work on each byte of a folder takes on all cores: what a first backup cannot be faster than. Safe to share between threads.</summary>
internal sealed class PhysicalLimit : IDisposable
{
    private const int Level = 2;
    private const int BufferSize = 2 * ContentChunker.MaxSize;

    private readonly ContentChunker _chunker = new(new GearTable(new byte[32]));
    private readonly MasterKey _key = MasterKey.Create();
    private readonly ConcurrentDictionary<Sha256Hash, bool> _seen = new();
    private long _chunking;
    private long _hashing;
    private long _compressing;
    private long _sealing;

    /// <summary>Chunking of all bytes.</summary>
    public TimeSpan Chunking => OnAllCores(_chunking);

    /// <summary>SHA-256 of all bytes.</summary>
    public TimeSpan Hashing => OnAllCores(_hashing);

    /// <summary>zstd of each different chunk.</summary>
    public TimeSpan Compressing => OnAllCores(_compressing);

    /// <summary>AES and Poly1305 of each different chunk, compressed.</summary>
    public TimeSpan Sealing => OnAllCores(_sealing);

    /// <summary>All of it.</summary>
    public TimeSpan Total => Chunking + Hashing + Compressing + Sealing;

    /// <summary>Measures a folder with the engine's own stages, in memory and on all cores at once; reading the files does not count.</summary>
    public static PhysicalLimit Measure(string folder, CancellationToken cancellationToken)
    {
        var limit = new PhysicalLimit();
        var everything = new EnumerationOptions { AttributesToSkip = FileAttributes.ReparsePoint, RecurseSubdirectories = true };
        var options = new ParallelOptions { MaxDegreeOfParallelism = Environment.ProcessorCount, CancellationToken = cancellationToken };
        Parallel.ForEach(Directory.EnumerateFiles(folder, "*", everything), options, () => new Worker(), limit.MeasureFile, worker => worker.Dispose());
        return limit;
    }

    /// <inheritdoc/>
    public void Dispose() => _key.Dispose();

    private static TimeSpan OnAllCores(long ticks) => Stopwatch.GetElapsedTime(0, ticks) / Environment.ProcessorCount;

    private Worker MeasureFile(string path, ParallelLoopState state, Worker worker)
    {
        using FileStream file = File.OpenRead(path);
        int filled = 0;
        bool isLast = false;
        while (!isLast || filled > 0)
        {
            int read = file.ReadAtLeast(worker.Content.AsSpan(filled), worker.Content.Length - filled, throwOnEndOfStream: false);
            filled += read;
            isLast = filled < worker.Content.Length;
            int done = MeasureContent(worker, worker.Content.AsSpan(0, filled), isLast);
            worker.Content.AsSpan(done, filled - done).CopyTo(worker.Content);
            filled -= done;
        }

        return worker;
    }

    // Returns how much was cut; what is left waits for more.
    private int MeasureContent(Worker worker, Span<byte> content, bool isLast)
    {
        int done = 0;
        while (done < content.Length)
        {
            long start = Stopwatch.GetTimestamp();
            int length = _chunker.FindCut(content[done..], isLast);
            Interlocked.Add(ref _chunking, Stopwatch.GetTimestamp() - start);
            if (length == 0)
            {
                break;
            }

            MeasureChunk(worker, content.Slice(done, length));
            done += length;
        }

        return done;
    }

    private void MeasureChunk(Worker worker, ReadOnlySpan<byte> chunk)
    {
        Span<byte> hash = stackalloc byte[Sha256Hash.Size];
        long start = Stopwatch.GetTimestamp();
        SHA256.HashData(chunk, hash);
        long hashed = Stopwatch.GetTimestamp();
        Interlocked.Add(ref _hashing, hashed - start);
        if (!_seen.TryAdd(new Sha256Hash(hash), true))
        {
            return;
        }

        hashed = Stopwatch.GetTimestamp();
        int compressed = worker.Compressor.Wrap(chunk, worker.Compressed);
        long sealing = Stopwatch.GetTimestamp();
        Interlocked.Add(ref _compressing, sealing - hashed);
        ReadOnlySpan<byte> stored = compressed < chunk.Length ? worker.Compressed.AsSpan(0, compressed) : chunk;
        _key.Seal(stored, worker.Sealed.AsSpan(0, stored.Length + MasterKey.Overhead));
        Interlocked.Add(ref _sealing, Stopwatch.GetTimestamp() - sealing);
    }

    private sealed class Worker : IDisposable
    {
        private readonly CompressionOptions _options = new(Level);

        public Worker() => Compressor = new Compressor(_options);

        public byte[] Content { get; } = new byte[BufferSize];

        public byte[] Compressed { get; } = new byte[Compressor.GetCompressBound(ContentChunker.MaxSize)];

        public byte[] Sealed { get; } = new byte[ContentChunker.MaxSize + MasterKey.Overhead];

        public Compressor Compressor { get; }

        public void Dispose()
        {
            Compressor.Dispose();
            _options.Dispose();
        }
    }
}
