using System.Collections.Concurrent;
using System.Text.Json;
using System.Text.Json.Serialization;
using HandyBackup.Contracts;

namespace HandyBackup.Rpc.Wire;

/// <summary>
/// Reads and writes the records of the contracts with options that all connections share. A connection's options are its own, since its streams and its content
/// are; what the serializer finds out about a record it would keep once more for each of them, some 20 KB for an agent that is idle. Safe to share between threads.
/// </summary>
/// <param name="shared">The options.</param>
internal sealed class SharedRecordConverter(JsonSerializerOptions shared) : JsonConverterFactory
{
    private static readonly ConcurrentDictionary<JsonSerializerOptions, SharedRecordConverter> s_byOptions = new();

    private readonly ConcurrentDictionary<Type, JsonConverter> _converters = new();

    /// <summary>The converter for options, always the same.</summary>
    /// <param name="shared">Options that live as long as the process.</param>
    public static SharedRecordConverter Of(JsonSerializerOptions shared) => s_byOptions.GetOrAdd(shared, static options => new SharedRecordConverter(options));

    public override bool CanConvert(Type typeToConvert) => typeToConvert.Assembly == typeof(AgentHello).Assembly && !typeToConvert.IsInterface;

    public override JsonConverter CreateConverter(Type typeToConvert, JsonSerializerOptions options) => _converters.GetOrAdd(
        typeToConvert, type => (JsonConverter)Activator.CreateInstance(typeof(RecordConverter<>).MakeGenericType(type), shared)!);

    private sealed class RecordConverter<T>(JsonSerializerOptions shared) : JsonConverter<T>
    {
        public override T? Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => JsonSerializer.Deserialize<T>(ref reader, shared);

        public override void Write(Utf8JsonWriter writer, T value, JsonSerializerOptions options) => JsonSerializer.Serialize(writer, value, shared);
    }
}
