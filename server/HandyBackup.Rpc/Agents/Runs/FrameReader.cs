using System.Buffers;
using System.IO.Pipelines;
using System.Runtime.CompilerServices;
using System.Text.Json;
using HandyBackup.Contracts;

namespace HandyBackup.Rpc.Agents.Runs;

/// <summary>
/// Reads frames. Nothing of what arrives is trusted: a length is compared with what is allowed before memory is taken for it. For one reader at a time.
/// All methods throw <see cref="InvalidDataException"/> for what breaks the rules and <see cref="EndOfStreamException"/> where the channel ends within a frame.
/// </summary>
internal sealed class FrameReader(PipeReader input, MemoryPool<byte> pool, CancellationToken aborted)
{
    private readonly byte[] _head = new byte[RunFrame.BlobHeadLength];

    /// <summary>The next frame's header; null if the channel has ended. The content must be read before the next call.</summary>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public async ValueTask<(RunFrameKind Kind, int Length)?> NextAsync()
    {
        ReadResult result = await input.ReadAtLeastAsync(RunFrame.HeaderLength, aborted).ConfigureAwait(false);
        if (result.Buffer.Length < RunFrame.HeaderLength)
        {
            bool isWhole = result.Buffer.IsEmpty;
            input.AdvanceTo(result.Buffer.End);
            return isWhole ? null : throw new EndOfStreamException("The run's channel ended within a frame.");
        }

        result.Buffer.Slice(0, RunFrame.HeaderLength).CopyTo(_head);
        input.AdvanceTo(result.Buffer.GetPosition(RunFrame.HeaderLength));
        return RunFrame.ReadHeader(_head);
    }

    /// <summary>Reads as many bytes as fit.</summary>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder))]
    public async ValueTask ReadAsync(Memory<byte> destination)
    {
        while (!destination.IsEmpty)
        {
            ReadResult result = await input.ReadAsync(aborted).ConfigureAwait(false);
            ReadOnlySequence<byte> part = result.Buffer.Slice(0, Math.Min(result.Buffer.Length, destination.Length));
            int length = (int)part.Length;
            part.CopyTo(destination.Span);
            bool isOver = result.IsCompleted && length == result.Buffer.Length && length < destination.Length;
            input.AdvanceTo(part.End);
            destination = destination[length..];
            if (isOver)
            {
                throw new EndOfStreamException("The run's channel ended within a frame.");
            }
        }
    }

    /// <summary>Reads the rest of a frame into a buffer of the pool. The caller disposes it.</summary>
    public async ValueTask<IMemoryOwner<byte>> ReadContentAsync(int length)
    {
        IMemoryOwner<byte> owner = pool.Rent(Math.Max(1, length));
        try
        {
            await ReadAsync(owner.Memory[..length]).ConfigureAwait(false);
            return owner;
        }
        catch
        {
            owner.Dispose();
            throw;
        }
    }

    /// <summary>Reads a record in JSON.</summary>
    public async ValueTask<T> ReadJsonAsync<T>(int length)
        where T : class
    {
        if (length > RunFrame.MaximumJson)
        {
            throw RunFrame.Broken($"{length} bytes of JSON were announced.");
        }

        using IMemoryOwner<byte> json = await ReadContentAsync(length).ConfigureAwait(false);
        try
        {
            return JsonSerializer.Deserialize<T>(json.Memory.Span[..length], StrictJson.Options) ?? throw RunFrame.Broken($"A {typeof(T).Name} was expected.");
        }
        catch (JsonException exception)
        {
            throw new InvalidDataException($"What should be a {typeof(T).Name} cannot be read.", exception);
        }
    }

    /// <summary>Reads a blob: the rest of a frame, and the frames that go on with it. The caller disposes it.</summary>
    /// <param name="length">The rest of the frame in bytes.</param>
    public async ValueTask<BlobPayload> ReadBlobAsync(int length)
    {
        int part = length - RunFrame.BlobHeadLength;
        if (part < 0)
        {
            throw RunFrame.Broken($"A frame of {length} bytes holds no blob.");
        }

        await ReadAsync(_head).ConfigureAwait(false);
        RunFrame.BlobHead blob = RunFrame.ReadBlobHead(_head);
        if (part > blob.Length || (part == 0 && blob.Length > 0))
        {
            throw RunFrame.Broken($"{part} bytes of a blob of {blob.Length} bytes were sent.");
        }

        // Of a blob that is longer than a frame only what has arrived is kept room for, and as much again.
        IMemoryOwner<byte> owner = pool.Rent(Math.Max(1, Math.Min(blob.Length, RunFrame.MaximumLength)));
        try
        {
            await ReadAsync(owner.Memory[..part]).ConfigureAwait(false);
            for (int filled = part; filled < blob.Length; filled += part)
            {
                part = await ReadContinuationAsync(blob.Length - filled).ConfigureAwait(false);
                owner = Grow(owner, filled, filled + part, blob.Length);
                await ReadAsync(owner.Memory.Slice(filled, part)).ConfigureAwait(false);
            }

            return new BlobPayload(blob.Id, blob.Type, blob.PlainLength, blob.IsCompressed, owner, blob.Length);
        }
        catch
        {
            owner.Dispose();
            throw;
        }
    }

    private async ValueTask<int> ReadContinuationAsync(int missing)
    {
        (RunFrameKind kind, int length) = await NextAsync().ConfigureAwait(false) ?? throw new EndOfStreamException("The run's channel ended within a blob.");
        return kind == RunFrameKind.More && length > 0 && length <= missing
            ? length
            : throw RunFrame.Broken($"{missing} bytes of a blob were to follow, and {length} of kind {kind} came.");
    }

    private IMemoryOwner<byte> Grow(IMemoryOwner<byte> owner, int filled, int needed, int most)
    {
        if (owner.Memory.Length >= needed)
        {
            return owner;
        }

        IMemoryOwner<byte> larger = pool.Rent((int)Math.Min(most, Math.Max(needed, 2L * filled)));
        owner.Memory[..filled].CopyTo(larger.Memory);
        owner.Dispose();
        return larger;
    }
}
