using System.Text.Json;
using System.Text.Json.Serialization;
using HandyBackup.Rpc.Wire;

namespace HandyBackup.Rpc.Streams;

/// <summary>Reads the number of a stream as the stream.</summary>
internal sealed class ReceivedStreamConverter<T>(Func<PeerRpc> rpc) : JsonConverter<IAsyncEnumerable<T>>
{
    public override IAsyncEnumerable<T> Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        new ReceivedStream<T>(rpc(), reader.GetInt64());

    public override void Write(Utf8JsonWriter writer, IAsyncEnumerable<T> value, JsonSerializerOptions options) =>
        throw new JsonException("No call takes a stream.");
}
