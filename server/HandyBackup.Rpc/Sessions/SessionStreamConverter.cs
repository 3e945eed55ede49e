using System.Text.Json;
using System.Text.Json.Serialization;

namespace HandyBackup.Rpc.Sessions;

/// <summary>Writes the number of a stream instead of the stream.</summary>
internal sealed class SessionStreamConverter<T> : JsonConverter<IAsyncEnumerable<T>>
{
    public override IAsyncEnumerable<T> Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        throw new JsonException("No call takes a stream.");

    public override void Write(Utf8JsonWriter writer, IAsyncEnumerable<T> value, JsonSerializerOptions options) =>
        writer.WriteNumberValue(((SessionStream<T>)value).Number);
}
