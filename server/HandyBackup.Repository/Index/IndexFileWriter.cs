using System.Text.Json;
using HandyBackup.Contracts;

namespace HandyBackup.Repository;

/// <summary>Writes the JSON of index files with restic's fields in restic's order (internal/repository/index.go, jsonIndex).</summary>
internal static class IndexFileWriter
{
    // What is written is handed on in pieces of about this size: the whole of 50,000 blobs has 10 MB.
    private const int PieceSize = 64 * 1024;

    /// <summary>Writes an index of these packs.</summary>
    public static void Write(IReadOnlyList<SavedPack> packs, Stream destination)
    {
        using var writer = new Utf8JsonWriter(destination);
        writer.WriteStartObject();
        writer.WriteStartArray("packs"u8);
        foreach (SavedPack pack in packs)
        {
            WritePack(writer, pack);
        }

        writer.WriteEndArray();
        writer.WriteEndObject();
        writer.Flush();
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
            if (writer.BytesPending >= PieceSize)
            {
                writer.Flush();
            }
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
