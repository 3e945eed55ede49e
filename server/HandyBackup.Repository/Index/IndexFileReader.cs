using System.Text.Json;
using HandyBackup.Contracts;

namespace HandyBackup.Repository;

/// <summary>Parses the JSON of index files (restic's doc/design.rst, "Indexing"). Fields it does not know are skipped.</summary>
internal static class IndexFileReader
{
    /// <summary>Parses an index.</summary>
    /// <param name="json">The whole plain content of the file.</param>
    /// <param name="content">Takes in what the file says, in place of what it had.</param>
    /// <returns>The same object.</returns>
    /// <exception cref="JsonException">The content is no index.</exception>
    public static IndexFileContent Read(ReadOnlySpan<byte> json, IndexFileContent content)
    {
        content.Clear();
        var reader = new Utf8JsonReader(json);
        ReadNext(ref reader);

        // restic before 0.1 wrote the list of packs alone (internal/repository/index.go, decodeOldIndex).
        if (reader.TokenType == JsonTokenType.StartArray)
        {
            ReadPacks(ref reader, content);
        }
        else
        {
            ReadRoot(ref reader, content);
        }

        return reader.Read() ? throw new JsonException("Something follows the index.") : content;
    }

    private static void ReadRoot(ref Utf8JsonReader reader, IndexFileContent content)
    {
        Expect(ref reader, JsonTokenType.StartObject);
        bool hasPacks = false;
        while (ReadProperty(ref reader))
        {
            if (reader.ValueTextEquals("packs"u8))
            {
                hasPacks = true;
                ReadNext(ref reader);
                ReadPacks(ref reader, content);
            }
            else if (reader.ValueTextEquals("supersedes"u8))
            {
                ReadNext(ref reader);
                ReadSupersedes(ref reader, content);
            }
            else
            {
                SkipValue(ref reader);
            }
        }

        if (!hasPacks)
        {
            throw new JsonException("The index has no list of packs.");
        }
    }

    private static void ReadSupersedes(ref Utf8JsonReader reader, IndexFileContent content)
    {
        if (reader.TokenType == JsonTokenType.Null)
        {
            return;
        }

        Expect(ref reader, JsonTokenType.StartArray);
        while (ReadElement(ref reader))
        {
            content.Supersedes.Add(new IndexId(ReadId(ref reader)));
        }
    }

    private static void ReadPacks(ref Utf8JsonReader reader, IndexFileContent content)
    {
        // An index without packs is written by Go as null.
        if (reader.TokenType == JsonTokenType.Null)
        {
            return;
        }

        Expect(ref reader, JsonTokenType.StartArray);
        while (ReadElement(ref reader))
        {
            ReadPack(ref reader, content);
        }
    }

    private static void ReadPack(ref Utf8JsonReader reader, IndexFileContent content)
    {
        Expect(ref reader, JsonTokenType.StartObject);
        PackId? id = null;
        bool hasBlobs = false;
        while (ReadProperty(ref reader))
        {
            if (reader.ValueTextEquals("id"u8))
            {
                ReadNext(ref reader);
                id = new PackId(ReadId(ref reader));
            }
            else if (reader.ValueTextEquals("blobs"u8) && !hasBlobs)
            {
                hasBlobs = true;
                ReadNext(ref reader);
                ReadBlobs(ref reader, content);
            }
            else
            {
                SkipValue(ref reader);
            }
        }

        content.EndPack(id ?? throw new JsonException("A pack has no id."));
    }

    private static void ReadBlobs(ref Utf8JsonReader reader, IndexFileContent content)
    {
        if (reader.TokenType == JsonTokenType.Null)
        {
            return;
        }

        Expect(ref reader, JsonTokenType.StartArray);
        while (ReadElement(ref reader))
        {
            PackedBlob blob = ReadBlob(ref reader);
            if (!blob.IsPlausible || blob.End > uint.MaxValue)
            {
                throw new JsonException($"Blob {blob.Key.Id} has an impossible place or length.");
            }

            content.AddBlob(blob);
        }
    }

    private static PackedBlob ReadBlob(ref Utf8JsonReader reader)
    {
        Expect(ref reader, JsonTokenType.StartObject);
        Sha256Hash? id = null;
        BlobType? type = null;
        uint? offset = null;
        uint? length = null;
        uint uncompressedLength = 0;
        while (ReadProperty(ref reader))
        {
            if (reader.ValueTextEquals("id"u8))
            {
                ReadNext(ref reader);
                id = ReadId(ref reader);
            }
            else if (reader.ValueTextEquals("type"u8))
            {
                ReadNext(ref reader);
                type = ReadType(ref reader);
            }
            else if (reader.ValueTextEquals("offset"u8))
            {
                offset = ReadNumber(ref reader);
            }
            else if (reader.ValueTextEquals("length"u8))
            {
                length = ReadNumber(ref reader);
            }
            else if (reader.ValueTextEquals("uncompressed_length"u8))
            {
                uncompressedLength = ReadNumber(ref reader);
            }
            else
            {
                SkipValue(ref reader);
            }
        }

        if (id is null || type is null || offset is null || length is null)
        {
            throw new JsonException("A blob has no id, type, offset or length.");
        }

        return new PackedBlob(new BlobKey(new BlobId(id.Value), type.Value), offset.Value, length.Value, uncompressedLength);
    }

    private static BlobType ReadType(ref Utf8JsonReader reader)
    {
        Expect(ref reader, JsonTokenType.String);
        if (reader.ValueTextEquals("data"u8))
        {
            return BlobType.Data;
        }

        return reader.ValueTextEquals("tree"u8) ? BlobType.Tree : throw new JsonException("A blob has an unknown type.");
    }

    private static uint ReadNumber(ref Utf8JsonReader reader)
    {
        ReadNext(ref reader);
        Expect(ref reader, JsonTokenType.Number);
        return reader.TryGetUInt32(out uint value) ? value : throw new JsonException("A blob has a place or length that is no number from 0 to 2^32 - 1.");
    }

    private static Sha256Hash ReadId(ref Utf8JsonReader reader)
    {
        Expect(ref reader, JsonTokenType.String);
        Span<byte> bytes = stackalloc byte[Sha256Hash.Size];
        bool isId = reader.ValueSpan.Length == 2 * Sha256Hash.Size
            && Convert.FromHexString(reader.ValueSpan, bytes, out _, out int written) == System.Buffers.OperationStatus.Done
            && written == Sha256Hash.Size;
        return isId ? new Sha256Hash(bytes) : throw new JsonException("An id is not made of 64 hexadecimal digits.");
    }

    private static bool ReadProperty(ref Utf8JsonReader reader)
    {
        ReadNext(ref reader);
        return reader.TokenType != JsonTokenType.EndObject;
    }

    private static bool ReadElement(ref Utf8JsonReader reader)
    {
        ReadNext(ref reader);
        return reader.TokenType != JsonTokenType.EndArray;
    }

    private static void SkipValue(ref Utf8JsonReader reader)
    {
        ReadNext(ref reader);
        reader.Skip();
    }

    private static void ReadNext(ref Utf8JsonReader reader)
    {
        if (!reader.Read())
        {
            throw new JsonException("The index ends too early.");
        }
    }

    private static void Expect(ref Utf8JsonReader reader, JsonTokenType type)
    {
        if (reader.TokenType != type)
        {
            throw new JsonException($"The index has a {reader.TokenType} where a {type} must be.");
        }
    }
}
