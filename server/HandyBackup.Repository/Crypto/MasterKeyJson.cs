using System.Text.Json.Serialization;

namespace HandyBackup.Repository;

/// <summary>Serialises the master key without reflection.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(MasterKey.Fields))]
internal sealed partial class MasterKeyJson : JsonSerializerContext;
