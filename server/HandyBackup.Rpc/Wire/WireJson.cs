using System.Text.Json;
using System.Text.Json.Serialization;

namespace HandyBackup.Rpc.Wire;

/// <summary>How the records of the contracts look in JSON. The same on both ends, and in the files that panel and server share.</summary>
internal static class WireJson
{
    /// <summary>The options; read-only, safe to share.</summary>
    public static JsonSerializerOptions Options { get; } = Create();

    private static JsonSerializerOptions Create()
    {
        var options = new JsonSerializerOptions
        {
            PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
            DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        };
        options.Converters.Add(new ErrorCodeJsonConverter());
        options.Converters.Add(new BlobIdJsonConverter());
        options.Converters.Add(new JsonStringEnumConverter(namingPolicy: null, allowIntegerValues: false));
        options.MakeReadOnly(populateMissingResolver: true);
        return options;
    }
}
