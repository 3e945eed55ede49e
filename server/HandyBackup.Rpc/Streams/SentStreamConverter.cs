using System.Text.Json;
using System.Text.Json.Serialization;

namespace HandyBackup.Rpc.Streams;

/// <summary>Writes the number of a stream instead of the stream.</summary>
internal sealed class SentStreamConverter<T> : JsonConverter<IAsyncEnumerable<T>>
{
    public override IAsyncEnumerable<T> Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        throw new JsonException("No call takes a stream.");

    public override void Write(Utf8JsonWriter writer, IAsyncEnumerable<T> value, JsonSerializerOptions options) =>
        writer.WriteNumberValue(((SentStream<T>)value).Number);
}
