using System.Security.Cryptography;
using Microsoft.Win32.SafeHandles;

namespace HandyBackup.Agent.Core.State;

/// <summary>
/// Writes a state file from its start to its end: each folder after the folders in it. What did not change is copied from the old file. Safe for several
/// threads; owns the file.
/// </summary>
internal sealed class StateWriter(SafeFileHandle file) : IDisposable
{
    private const int BufferSize = 256 * 1024;

    private readonly Lock _lock = new();
    private readonly byte[] _buffer = new byte[BufferSize];
    private readonly ulong _fileMark = BitConverter.ToUInt64(RandomNumberGenerator.GetBytes(sizeof(ulong)));
    private int _buffered = StateHeader.Size;
    private long _written;

    /// <summary>Writes a folder's record, and before it those of unchanged folders in it.</summary>
    /// <param name="folder">The record; stays the caller's.</param>
    /// <param name="old">Where unchanged folders are copied from; null if there are none.</param>
    /// <returns>The record's offset.</returns>
    /// <exception cref="IOException">The file cannot be written.</exception>
    /// <exception cref="InvalidDataException">The old file is damaged.</exception>
    public long Write(StateFolderBuilder folder, StateFile? old)
    {
        // A stack of our own, so no depth of folders is too much.
        var path = new Stack<StateFolderBuilder>([folder]);
        try
        {
            while (true)
            {
                StateFolderBuilder current = path.Peek();
                if (current.TryFindOld(out StateChild child))
                {
                    StateFolder unchanged = old!.OpenFolder(child);
                    var copy = new StateFolderBuilder();
                    path.Push(copy);
                    copy.AddOld(unchanged.Entries, unchanged.Count);
                    continue;
                }

                long offset = Append(current);
                path.Pop();
                if (path.Count == 0)
                {
                    return offset;
                }

                current.Dispose();
                path.Peek().Relocate(offset);
            }
        }
        finally
        {
            while (path.Count > 1)
            {
                path.Pop().Dispose();
            }
        }
    }

    /// <summary>Writes the header and hands everything to the disk.</summary>
    /// <param name="makeHeader">Makes the header from the file's mark and length.</param>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public void Complete(Func<ulong, long, StateHeader> makeHeader)
    {
        lock (_lock)
        {
            Flush();
            RandomAccess.Write(file, makeHeader(_fileMark, _written).ToBytes(), 0);
            RandomAccess.FlushToDisk(file);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => file.Dispose();

    private long Append(StateFolderBuilder folder)
    {
        lock (_lock)
        {
            long offset = _written + _buffered;
            ReadOnlySpan<byte> record = folder.Seal(_fileMark, offset);
            if (record.Length > BufferSize - _buffered)
            {
                Flush();
            }

            if (record.Length > BufferSize)
            {
                RandomAccess.Write(file, record, _written);
                _written += record.Length;
            }
            else
            {
                record.CopyTo(_buffer.AsSpan(_buffered));
                _buffered += record.Length;
            }

            return offset;
        }
    }

    private void Flush()
    {
        RandomAccess.Write(file, _buffer.AsSpan(0, _buffered), _written);
        _written += _buffered;
        _buffered = 0;
    }
}
