using System.Text.Json;
using System.Text.Json.Serialization;
using HandyBackup.Contracts;

namespace HandyBackup.Catalog;

/// <summary>What the catalog keeps as JSON: values that are read and written whole and never searched.</summary>
// Only null is left out: a required property that is false or 0 must be there when it is read.
[JsonSourceGenerationOptions(DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(Dictionary<string, JsonElement>))]
[JsonSerializable(typeof(List<string>))]
[JsonSerializable(typeof(RunProgress))]
[JsonSerializable(typeof(ErrorInfo))]
[JsonSerializable(typeof(RepositoryOptimization))]
[JsonSerializable(typeof(AgentDescription))]
[JsonSerializable(typeof(List<GrantRecord>))]
[JsonSerializable(typeof(AgentGroupRule))]
internal sealed partial class CatalogJson : JsonSerializerContext
{
    /// <summary>A list of texts as JSON.</summary>
    public static string Write(IReadOnlyList<string> texts) => JsonSerializer.Serialize(texts as List<string> ?? [.. texts], Default.ListString);

    /// <summary>Grants as JSON.</summary>
    public static string Write(IReadOnlyList<GrantRecord> grants) => JsonSerializer.Serialize(grants as List<GrantRecord> ?? [.. grants], Default.ListGrantRecord);

    /// <summary>Grants from JSON.</summary>
    public static List<GrantRecord> ReadGrants(string json) => JsonSerializer.Deserialize(json, Default.ListGrantRecord)!;

    /// <summary>A list of texts from JSON.</summary>
    public static List<string> ReadTexts(string json) => JsonSerializer.Deserialize(json, Default.ListString)!;
}
