using System.Reflection;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using HandyBackup.Rpc.Wire;

namespace HandyBackup.Rpc.Agents;

/// <summary>The JSON of peers on other machines, who are not trusted: what the contracts say is never null is not taken as null.</summary>
internal static class StrictJson
{
    /// <summary>The options; read-only, safe to share.</summary>
    public static JsonSerializerOptions Options { get; } = Create();

    private static JsonSerializerOptions Create()
    {
        var options = new JsonSerializerOptions(WireJson.Options) { TypeInfoResolver = new DefaultJsonTypeInfoResolver { Modifiers = { RefuseNulls } } };
        options.MakeReadOnly();
        return options;
    }

    private static void RefuseNulls(JsonTypeInfo type)
    {
        var nullability = new NullabilityInfoContext();
        foreach (JsonPropertyInfo property in type.Properties)
        {
            if (property is { Set: { } set, AttributeProvider: PropertyInfo { PropertyType.IsValueType: false } declared } && nullability.Create(declared).WriteState == NullabilityState.NotNull)
            {
                property.Set = (target, value) => set(target, value ?? throw new JsonException($"'{property.Name}' must not be null."));
            }
        }
    }
}
