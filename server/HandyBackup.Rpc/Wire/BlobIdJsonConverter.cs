using System.Text.Json;
using System.Text.Json.Serialization;
using HandyBackup.Contracts;

namespace HandyBackup.Rpc.Wire;

/// <summary>Writes a blob's id as its 64 hexadecimal digits.</summary>
internal sealed class BlobIdJsonConverter : JsonConverter<BlobId>
{
    public override BlobId Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        reader.TokenType == JsonTokenType.String && Sha256Hash.TryParse(reader.GetString(), out Sha256Hash hash)
            ? new BlobId(hash)
            : throw new JsonException("The 64 hexadecimal digits of a blob's id are expected.");

    public override void Write(Utf8JsonWriter writer, BlobId value, JsonSerializerOptions options) => writer.WriteStringValue(value.ToString());
}
