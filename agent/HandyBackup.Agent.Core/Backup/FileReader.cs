using System.Buffers;
using HandyBackup.Agent.Core.Chunking;
using HandyBackup.Contracts;
using HandyBackup.Sources;

namespace HandyBackup.Agent.Core.Backup;

/// <summary>
/// Reads one file, cuts it and saves the chunks on all processors. Holds up to two buffers: while one is filled, the chunks of the other are
/// saved. For one file and one thread at a time.
/// </summary>
internal sealed class FileReader(
    ContentChunker chunker, BlobSaver blobs, MemoryPool<byte> pool, RunScope scope, RunCounters counters, FileReadPlan plan) : IAsyncDisposable
{
    private readonly List<BlobId> _content = [];
    private ChunkBuffer? _current;
    private ChunkBuffer? _spare;
    private ReadOnlyMemory<byte> _lastChunk;

    /// <summary>How many bytes were read.</summary>
    public long Length { get; private set; }

    /// <summary>How many of them were added to the counters.</summary>
    public long CountedLength { get; private set; }

    /// <summary>Reads to the end, and begins to save.</summary>
    /// <returns>False if the file is longer than planned for: then it must be read anew with another plan.</returns>
    public async Task<bool> ReadAsync(ISourceReader reader)
    {
        int tail = 0;
        while (true)
        {
            _current ??= Rent();
            (int filled, bool isLast) = await FillAsync(reader, _current.Memory, tail);
            if (!isLast && plan.Buffers == 1)
            {
                return false;
            }

            int position = Cut(_current, filled, isLast);
            if (isLast)
            {
                return true;
            }

            // What is left begins the other buffer, as soon as nothing is needed there any more.
            _spare ??= Rent();
            await _spare.CollectAsync(_content);
            _current.Memory[position..filled].CopyTo(_spare.Memory);
            tail = filled - position;
            (_current, _spare) = (_spare, _current);
        }
    }

    /// <summary>Waits until all chunks are saved.</summary>
    /// <returns>The blobs of the content in order.</returns>
    public async Task<BlobId[]> FinishAsync()
    {
        BlobId? last = _lastChunk.IsEmpty ? null : await blobs.SaveAsync(_lastChunk, BlobType.Data);
        if (_spare is not null)
        {
            await _spare.CollectAsync(_content);
        }

        await _current!.CollectAsync(_content);
        // A file whose chunks end exactly where a buffer did has no chunk left for its end.
        return last is { } id ? [.. _content, id] : [.. _content];
    }

    public async ValueTask DisposeAsync()
    {
        if (_spare is not null)
        {
            await _spare.DisposeAsync();
        }

        if (_current is not null)
        {
            await _current.DisposeAsync();
        }
    }

    private ChunkBuffer Rent() => new(pool.Rent(plan.BufferSize), plan.BufferSize);

    private async ValueTask<(int Filled, bool IsLast)> FillAsync(ISourceReader reader, Memory<byte> buffer, int filled)
    {
        while (filled < buffer.Length)
        {
            int count = await reader.ReadAsync(buffer[filled..], scope.Token);
            if (count == 0)
            {
                return (filled, true);
            }

            filled += count;
            Length += count;
        }

        return (filled, false);
    }

    // Begins to save all chunks that end in the buffer, except a file's last: whoever finishes the file does that himself.
    private int Cut(ChunkBuffer buffer, int filled, bool isLast)
    {
        int position = 0;
        while (chunker.FindCut(buffer.Memory.Span[position..filled], isLast) is var length and > 0)
        {
            ReadOnlyMemory<byte> chunk = buffer.Memory.Slice(position, length);
            position += length;
            if (isLast && position == filled)
            {
                _lastChunk = chunk;
                break;
            }

            buffer.Add(scope.Start(() => blobs.SaveAsync(chunk, BlobType.Data).AsTask()));
            if (plan.Buffers > 1)
            {
                counters.AddPart(length);
                CountedLength += length;
            }
        }

        return position;
    }
}
