using System.Text.Json.Serialization;

namespace HandyBackup.Repository;

/// <summary>Serialises the config without reflection.</summary>
[JsonSerializable(typeof(RepositoryConfig))]
internal sealed partial class RepositoryConfigJson : JsonSerializerContext;
