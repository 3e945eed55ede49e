using System.Buffers;
using System.Text.Json;
using HandyBackup.Contracts;

namespace HandyBackup.Repository;

/// <summary>Writes the JSON of index files with restic's fields in restic's order (internal/repository/index.go, jsonIndex).</summary>
internal static class IndexFileWriter
{
    // About what one blob takes.
    private const int BytesPerBlob = 200;

    /// <summary>Writes an index of these packs.</summary>
    public static ReadOnlyMemory<byte> Write(IReadOnlyList<SavedPack> packs)
    {
        int blobCount = 0;
        foreach (SavedPack pack in packs)
        {
            blobCount += pack.Blobs.Count;
        }

        var buffer = new ArrayBufferWriter<byte>(Math.Max(1, blobCount) * BytesPerBlob);
        using var writer = new Utf8JsonWriter(buffer);
        writer.WriteStartObject();
        writer.WriteStartArray("packs"u8);
        foreach (SavedPack pack in packs)
        {
            WritePack(writer, pack);
        }

        writer.WriteEndArray();
        writer.WriteEndObject();
        writer.Flush();
        return buffer.WrittenMemory;
    }

    private static void WritePack(Utf8JsonWriter writer, SavedPack pack)
    {
        writer.WriteStartObject();
        WriteId(writer, pack.Id.Hash);
        writer.WriteStartArray("blobs"u8);
        foreach (PackedBlob blob in pack.Blobs)
        {
            writer.WriteStartObject();
            WriteId(writer, blob.Key.Id.Hash);
            writer.WriteString("type"u8, blob.Key.Type == BlobType.Tree ? "tree"u8 : "data"u8);
            writer.WriteNumber("offset"u8, blob.Offset);
            writer.WriteNumber("length"u8, blob.Length);
            if (blob.IsCompressed)
            {
                writer.WriteNumber("uncompressed_length"u8, blob.UncompressedLength);
            }

            writer.WriteEndObject();
        }

        writer.WriteEndArray();
        writer.WriteEndObject();
    }

    private static void WriteId(Utf8JsonWriter writer, Sha256Hash id)
    {
        Span<byte> bytes = stackalloc byte[Sha256Hash.Size];
        Span<byte> digits = stackalloc byte[2 * Sha256Hash.Size];
        id.CopyTo(bytes);
        Convert.TryToHexStringLower(bytes, digits, out _);
        writer.WriteString("id"u8, digits);
    }
}
