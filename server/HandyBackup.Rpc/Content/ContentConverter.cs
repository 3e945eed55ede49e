using System.Text.Json;
using System.Text.Json.Serialization;
using HandyBackup.Rpc.Wire;
using Nerdbank.Streams;

namespace HandyBackup.Rpc.Content;

/// <summary>Writes where content can be had instead of the content: an answer's is a stream with a number, a call's has a channel with a name.</summary>
/// <param name="multiplexer">The connection.</param>
/// <param name="rpc">The messages of an end that calls, and reads what is answered; null for one that is called, and reads what is handed in.</param>
internal sealed class ContentConverter(MultiplexingStream multiplexer, Func<PeerRpc>? rpc) : JsonConverter<IAsyncEnumerable<ReadOnlyMemory<byte>>>
{
    public override bool CanConvert(Type typeToConvert) => typeof(IAsyncEnumerable<ReadOnlyMemory<byte>>).IsAssignableFrom(typeToConvert);

    public override IAsyncEnumerable<ReadOnlyMemory<byte>> Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        rpc is null ? new IncomingContent(multiplexer, reader.GetString()!) : new ReceivedContent(rpc(), multiplexer, reader.GetInt64());

    public override void Write(Utf8JsonWriter writer, IAsyncEnumerable<ReadOnlyMemory<byte>> value, JsonSerializerOptions options)
    {
        if (value is SentContent sent)
        {
            writer.WriteNumberValue(sent.Number);
        }
        else
        {
            writer.WriteStringValue(((OutgoingContent)value).Name);
        }
    }
}
