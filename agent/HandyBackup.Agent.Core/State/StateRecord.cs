using System.Buffers.Binary;
using System.Security.Cryptography;

namespace HandyBackup.Agent.Core.State;

/// <summary>
/// The record of a folder in a state file: the hash of what follows (the first eight bytes of its SHA-256), the file's mark plus the record's offset,
/// the length of the entries, their number, and the entries. So a record that was altered, belongs elsewhere, or is left from an older file is told from
/// a sound one.
/// </summary>
internal static class StateRecord
{
    /// <summary>The length of what precedes the entries, in bytes.</summary>
    public const int HeadSize = 24;

    /// <summary>Completes a record whose entries are there.</summary>
    public static void Seal(Span<byte> record, int count, ulong fileMark, long offset)
    {
        BinaryPrimitives.WriteUInt64LittleEndian(record[8..], fileMark + (ulong)offset);
        BinaryPrimitives.WriteInt32LittleEndian(record[16..], record.Length - HeadSize);
        BinaryPrimitives.WriteInt32LittleEndian(record[20..], count);
        BinaryPrimitives.WriteUInt64LittleEndian(record, HashOf(record[8..]));
    }

    /// <summary>Checks a record, and all its entries.</summary>
    /// <param name="fromRecord">The file from the record's start on.</param>
    /// <param name="fileMark">The file's mark.</param>
    /// <param name="offset">Where the record begins.</param>
    /// <param name="entries">The entries.</param>
    /// <param name="count">Their number.</param>
    /// <returns>False if it is damaged.</returns>
    public static bool TryRead(ReadOnlySpan<byte> fromRecord, ulong fileMark, long offset, out ReadOnlySpan<byte> entries, out int count)
    {
        entries = default;
        count = 0;
        if (fromRecord.Length < HeadSize || BinaryPrimitives.ReadUInt64LittleEndian(fromRecord[8..]) != fileMark + (ulong)offset)
        {
            return false;
        }

        int length = BinaryPrimitives.ReadInt32LittleEndian(fromRecord[16..]);
        if (length < 0 || length > fromRecord.Length - HeadSize
            || BinaryPrimitives.ReadUInt64LittleEndian(fromRecord) != HashOf(fromRecord[8..(HeadSize + length)]))
        {
            return false;
        }

        entries = fromRecord.Slice(HeadSize, length);
        count = BinaryPrimitives.ReadInt32LittleEndian(fromRecord[20..]);
        return AreEntries(entries, count, offset);
    }

    /// <summary>The first eight bytes of the SHA-256.</summary>
    public static ulong HashOf(ReadOnlySpan<byte> bytes)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(bytes, hash);
        return BinaryPrimitives.ReadUInt64LittleEndian(hash);
    }

    // Folders lie before the folder that contains them, so nobody is led in a circle.
    private static bool AreEntries(ReadOnlySpan<byte> entries, int count, long offset)
    {
        for (int i = 0; i < count; i++)
        {
            if (!StateEntry.TryRead(entries, out StateEntry entry)
                || entry.IsOld
                || (entry.HasChild && (entry.ChildOffset < StateHeader.Size || entry.ChildOffset >= offset)))
            {
                return false;
            }

            entries = entries[entry.Length..];
        }

        return entries.IsEmpty;
    }
}
