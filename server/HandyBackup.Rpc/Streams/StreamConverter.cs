using System.Text.Json;
using System.Text.Json.Serialization;

namespace HandyBackup.Rpc.Streams;

/// <summary>
/// Makes an <see cref="IAsyncEnumerable{T}"/> travel as the number of a stream. It stands in for StreamJsonRpc's own converter, whose read-ahead
/// drops what it has read when the listing then fails (MessageFormatterEnumerableTracker.cs, BufferBlock.Fault), at times without the error.
/// </summary>
/// <param name="converter">The end's converter: a generic type with the item as its parameter.</param>
/// <param name="arguments">What its constructor takes.</param>
internal sealed class StreamConverter(Type converter, params object[] arguments) : JsonConverterFactory
{
    public override bool CanConvert(Type typeToConvert) => FindItemType(typeToConvert) is not null;

    public override JsonConverter CreateConverter(Type typeToConvert, JsonSerializerOptions options) =>
        (JsonConverter)Activator.CreateInstance(converter.MakeGenericType(FindItemType(typeToConvert)!), arguments)!;

    private static Type? FindItemType(Type type) =>
        type.GetInterfaces().Append(type).FirstOrDefault(one => one.IsGenericType && one.GetGenericTypeDefinition() == typeof(IAsyncEnumerable<>))?.GetGenericArguments()[0];
}
